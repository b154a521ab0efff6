package goodevent;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A message that is ready to be sent.
 *
 * @param id id of the event, the same for the same fact, so that brokers recognise duplicates
 * @param partitionKey messages of one key stay in order; empty if the contract defines none, or the event has none
 * @param body the message as compact JSON
 */
public record Message(String id, Optional<String> partitionKey, String body) {
    /**
     * The body in UTF-8.
     *
     * @return the bytes
     */
    public byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
