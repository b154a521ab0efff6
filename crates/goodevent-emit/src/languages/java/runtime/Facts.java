package goodevent;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a contract says besides its schema.
 *
 * @param name name of the event: {@code SubscriptionCreatedV1Event}
 * @param type name in envelopes: {@code SubscriptionCreatedV1}
 * @param context the bounded context
 * @param version the version in the name
 * @param topic topic, exchange, subject or stream
 * @param routingKey routing key; it can be empty
 * @param queue queue; empty if the registry has no template for it
 * @param envelope the envelope of the context
 * @param dedupKey JSON Pointers to the members that the id is derived from; none for the whole payload
 * @param partitionKey JSON Pointer to the member that orders events
 * @param changes JSON Pointers to the members whose change is the reason for the event
 * @param headers names of mandatory headers
 * @param maxBytes proved upper bound of the payload in bytes
 * @param deprecated the reason of the deprecation, if the event is deprecated
 */
public record Facts(
    String name,
    String type,
    String context,
    int version,
    String topic,
    String routingKey,
    String queue,
    Envelope envelope,
    List<String> dedupKey,
    Optional<String> partitionKey,
    List<String> changes,
    List<String> headers,
    OptionalLong maxBytes,
    Optional<String> deprecated) {}
