package goodevent;

import java.util.Objects;
import java.util.Optional;

/**
 * Metadata of a message to be sent.
 *
 * @param source the publishing service
 * @param id the id; default: derived from the payload
 * @param time the time of the event, of RFC 3339; default: now
 * @param activity a W3C traceparent; default: a new trace
 */
public record Metadata(String source, Optional<String> id, Optional<String> time, Optional<String> activity) {
    /** Requires all components. */
    public Metadata {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(activity, "activity");
    }

    /**
     * Metadata of an event that happens now.
     *
     * @param source the publishing service
     * @return the metadata
     */
    public static Metadata of(String source) {
        return new Metadata(source, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * The same with another id.
     *
     * @param id the id
     * @return the metadata
     */
    public Metadata withId(String id) {
        return new Metadata(source, Optional.of(id), time, activity);
    }

    /**
     * The same with another time.
     *
     * @param time the time, of RFC 3339
     * @return the metadata
     */
    public Metadata withTime(String time) {
        return new Metadata(source, id, Optional.of(time), activity);
    }

    /**
     * The same with another activity.
     *
     * @param activity a W3C traceparent
     * @return the metadata
     */
    public Metadata withActivity(String activity) {
        return new Metadata(source, id, time, Optional.of(activity));
    }
}
