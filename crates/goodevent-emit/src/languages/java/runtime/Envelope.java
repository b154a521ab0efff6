package goodevent;

/** What surrounds a payload in a message. */
public enum Envelope {
    /** The message is the payload. */
    NONE,
    /** The envelope of Octopus: {@code id, source, type, occurredTimeUtc, activityId, specVersion, payload}. */
    OCTOPUS,
    /** A CloudEvent 1.0 in structured mode. */
    CLOUDEVENTS
}
