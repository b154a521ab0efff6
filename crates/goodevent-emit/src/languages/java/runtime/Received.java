package goodevent;

import java.util.Optional;

/**
 * An event with the metadata of its envelope, which a message without envelope does not have.
 *
 * @param <T> the type of the payload
 * @param payload the payload
 * @param id the id, the same for the same fact
 * @param source the publishing service
 * @param time the time of the event, of RFC 3339
 * @param activity the activity of the event, a W3C traceparent
 */
public record Received<T>(
    T payload, Optional<String> id, Optional<String> source, Optional<String> time, Optional<String> activity) {}
