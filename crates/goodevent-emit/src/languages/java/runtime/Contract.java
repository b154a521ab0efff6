package goodevent;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The contract of an event.
 *
 * @param <T> the type of the payload
 */
public final class Contract<T> {
    /** An event and its envelope have at most so many bytes. */
    public static final int MAX_EVENT_BYTES = 65_536;

    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * Looks like a type. An error shows no other text as the type of a message, because it is written by a stranger, is logged,
     * and can have personal data.
     */
    private static final java.util.regex.Pattern TYPE = java.util.regex.Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,199}");

    /** The namespace of events, of which ids are derived. */
    private static final byte[] NAMESPACE = {
        0x6b, 0x1d, 0x5f, 0x2e, (byte) 0x9c, 0x47, 0x4a, 0x0b, (byte) 0xb3, 0x6e, 0x0e, (byte) 0xd2, 0x5a, 0x71,
        (byte) 0xc8, (byte) 0x94,
    };

    private final Facts facts;
    private final Tables tables;
    private final int number;
    private final Codec<T> codec;
    private final Tables message;

    /**
     * A contract, for generated code.
     *
     * @param facts what the contract says besides its schema
     * @param tables the schemas
     * @param number the number of the payload's schema
     * @param codec reads and writes the payload
     */
    public Contract(Facts facts, Tables tables, int number, Codec<T> codec) {
        this.facts = facts;
        this.tables = tables;
        this.number = number;
        this.codec = codec;
        this.message = new Tables(this::messageTable, List.of(() -> tables));
    }

    /**
     * All that the contract says besides its schema.
     *
     * @return the facts
     */
    public Facts facts() {
        return facts;
    }

    /**
     * Name of the event: {@code SubscriptionCreatedV1Event}.
     *
     * @return the name
     */
    public String name() {
        return facts.name();
    }

    /**
     * Name in envelopes: {@code SubscriptionCreatedV1}.
     *
     * @return the type
     */
    public String type() {
        return facts.type();
    }

    /**
     * The bounded context.
     *
     * @return the context
     */
    public String context() {
        return facts.context();
    }

    /**
     * The version in the name.
     *
     * @return the version
     */
    public int version() {
        return facts.version();
    }

    /**
     * Topic, exchange, subject or stream.
     *
     * @return the topic
     */
    public String topic() {
        return facts.topic();
    }

    /**
     * Routing key; it can be empty.
     *
     * @return the routing key
     */
    public String routingKey() {
        return facts.routingKey();
    }

    /**
     * Queue; empty if the registry has no template for it.
     *
     * @return the queue
     */
    public String queue() {
        return facts.queue();
    }

    /**
     * The envelope of the context.
     *
     * @return the envelope
     */
    public Envelope envelope() {
        return facts.envelope();
    }

    /**
     * JSON Pointers to the members that the id is derived from; none for the whole payload.
     *
     * @return the pointers
     */
    public List<String> dedupKey() {
        return facts.dedupKey();
    }

    /**
     * JSON Pointer to the member that orders events.
     *
     * @return the pointer, if there is one
     */
    public Optional<String> partitionKey() {
        return facts.partitionKey();
    }

    /**
     * JSON Pointers to the members whose change is the reason for the event.
     *
     * @return the pointers
     */
    public List<String> changes() {
        return facts.changes();
    }

    /**
     * Names of mandatory headers.
     *
     * @return the names
     */
    public List<String> headers() {
        return facts.headers();
    }

    /**
     * Proved upper bound of the payload in bytes.
     *
     * @return the bound, if there is one
     */
    public OptionalLong maxBytes() {
        return facts.maxBytes();
    }

    /**
     * The reason of the deprecation, if the event is deprecated.
     *
     * @return the reason
     */
    public Optional<String> deprecated() {
        return facts.deprecated();
    }

    /**
     * Reads and validates a payload of at most 65,536 bytes.
     *
     * @param payload the payload in UTF-8
     * @return the event
     * @throws EventException if it violates the contract
     */
    public T decode(byte[] payload) {
        return received(read(payload, MAX_EVENT_BYTES));
    }

    /**
     * Reads and validates a payload of at most 65,536 bytes.
     *
     * @param payload the payload
     * @return the event
     * @throws EventException if it violates the contract
     */
    public T decode(String payload) {
        return received(read(payload, MAX_EVENT_BYTES));
    }

    /**
     * Validates an event and writes it as compact JSON of at most 65,536 bytes.
     *
     * @param event the event
     * @return the payload
     * @throws EventException if it violates the contract
     */
    public String encode(T event) {
        Writing writing = new Writing();
        codec.write(event, writing);
        String text = writing.toString();
        decoded(read(text, MAX_EVENT_BYTES));
        return text;
    }

    /**
     * Lists every violation of a payload; none if {@link #decode(byte[])} accepts it.
     *
     * @param payload the payload in UTF-8
     * @return the violations
     * @throws EventException if it is not JSON, or too large
     */
    public List<Violation> violations(byte[] payload) {
        return violations(read(payload, MAX_EVENT_BYTES));
    }

    /**
     * Lists every violation of a payload; none if {@link #decode(String)} accepts it.
     *
     * @param payload the payload
     * @return the violations
     * @throws EventException if it is not JSON, or too large
     */
    public List<Violation> violations(String payload) {
        return violations(read(payload, MAX_EVENT_BYTES));
    }

    /**
     * The id of an event: the same for the same fact, in all languages.
     *
     * @param event the event
     * @return a UUID of version 5
     * @throws EventException if the event violates the contract
     */
    public String id(T event) {
        return idOf(read(encode(event), MAX_EVENT_BYTES));
    }

    /**
     * Reads and validates a message with the envelope of the contract.
     *
     * @param message the message in UTF-8
     * @return the event with its metadata
     * @throws EventException if it violates the contract or its envelope
     */
    public Received<T> open(byte[] message) {
        return opened(read(message, MAX_EVENT_BYTES));
    }

    /**
     * Reads and validates a message with the envelope of the contract.
     *
     * @param message the message
     * @return the event with its metadata
     * @throws EventException if it violates the contract or its envelope
     */
    public Received<T> open(String message) {
        return opened(read(message, MAX_EVENT_BYTES));
    }

    /**
     * Validates an event and writes it with the envelope of the contract.
     *
     * @param event the event
     * @param metadata the metadata
     * @return the message
     * @throws EventException if the event violates the contract, or the metadata the envelope
     */
    public Message message(T event, Metadata metadata) {
        String payload = encode(event);
        Json value = read(payload, MAX_EVENT_BYTES);
        String id = metadata.id().orElseGet(() -> idOf(value));
        Optional<String> partitionKey = partitionKey().flatMap(value::at)
            .map(key -> key instanceof Json.Text ? ((Json.Text) key).value() : Texts.print(key));
        String time = metadata.time().orElseGet(() -> Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        String activity = metadata.activity().orElseGet(Contract::newActivity);
        String body = wrapped(payload, id, metadata.source(), time, activity);
        if (envelope() != Envelope.NONE) {
            require(Evaluation.violations(message.get(0), read(body, MAX_EVENT_BYTES), Evaluation.MAX_VIOLATIONS));
        }
        return new Message(id, partitionKey, body);
    }

    /**
     * A W3C traceparent of a new trace, sampled.
     *
     * @return the traceparent
     */
    public static String newActivity() {
        byte[] random = new byte[24];
        RANDOM.nextBytes(random);
        // Ids of zeros are not valid.
        random[0] |= 1;
        random[16] |= 1;
        String digits = hex(random);
        return "00-" + digits.substring(0, 32) + "-" + digits.substring(32) + "-01";
    }

    private String wrapped(String payload, String id, String source, String time, String activity) {
        String ownId = Texts.quoted(id);
        String ownSource = Texts.quoted(source);
        String ownType = Texts.quoted(type());
        String ownTime = Texts.quoted(time);
        String ownActivity = Texts.quoted(activity);
        return switch (envelope()) {
            case NONE -> payload;
            case OCTOPUS -> "{\"id\":" + ownId + ",\"source\":" + ownSource + ",\"type\":" + ownType + ",\"occurredTimeUtc\":"
                + ownTime + ",\"activityId\":" + ownActivity + ",\"specVersion\":\"1.0\",\"payload\":" + payload + "}";
            case CLOUDEVENTS -> "{\"specversion\":\"1.0\",\"id\":" + ownId + ",\"source\":" + ownSource + ",\"type\":" + ownType
                + ",\"time\":" + ownTime + ",\"datacontenttype\":\"application/json\",\"traceparent\":" + ownActivity
                + ",\"data\":" + payload + "}";
        };
    }

    private List<Violation> violations(Json value) {
        Schema schema = tables.get(number);
        List<Violation> violations = Evaluation.violations(schema, value, Evaluation.MAX_VIOLATIONS);
        if (!violations.isEmpty()) {
            return List.copyOf(violations);
        }
        Reading reading = new Reading(schema);
        typed(value, reading);
        return List.copyOf(reading.misfits);
    }

    /** The event of a message without envelope. */
    private T received(Json value) {
        try {
            return decoded(value);
        } catch (EventException error) {
            if (!tables.get(number).isLikeEnvelope()) {
                requireMatch(Envelope.NONE, value);
            }
            throw error;
        }
    }

    private T decoded(Json value) {
        Schema schema = tables.get(number);
        require(Evaluation.violations(schema, value, Evaluation.MAX_VIOLATIONS));
        Reading reading = new Reading(schema);
        T event = typed(value, reading);
        require(reading.misfits);
        return event;
    }

    /** The value as its type; {@code null} if the type does not hold it. */
    private T typed(Json value, Reading reading) {
        try {
            return codec.read(value, reading);
        } catch (Reading.Mismatch error) {
            return null;
        }
    }

    private static void require(List<Violation> violations) {
        if (!violations.isEmpty()) {
            throw new EventException(violations);
        }
    }

    private static void require(Violation violation) {
        throw new EventException(List.of(violation));
    }

    private Received<T> opened(Json whole) {
        if (envelope() == Envelope.NONE) {
            return new Received<>(received(whole), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        }
        requireMatch(envelope(), whole);
        Json value = envelope() == Envelope.CLOUDEVENTS ? unpacked(whole) : whole;
        require(Evaluation.violations(message.get(0), value, Evaluation.MAX_VIOLATIONS));
        boolean isOctopus = envelope() == Envelope.OCTOPUS;
        String payload = isOctopus ? "/payload" : "/data";
        Reading reading = new Reading(tables.get(number));
        T event = typed(Texts.at(value, payload), reading);
        List<Violation> misfits = new ArrayList<>();
        reading.misfits.forEach(own ->
            misfits.add(new Violation(payload + own.pointer(), own.keyword(), own.expected(), own.found())));
        require(misfits);
        return new Received<>(
            event,
            text(value, "/id"),
            text(value, "/source"),
            text(value, isOctopus ? "/occurredTimeUtc" : "/time"),
            text(value, isOctopus ? "/activityId" : "/traceparent"));
    }

    /** A CloudEvent with its payload in {@code data} instead of {@code data_base64}. */
    private static Json unpacked(Json message) {
        Json packed = message instanceof Json.Members ? ((Json.Members) message).get("data_base64") : null;
        if (packed == null) {
            return message;
        }
        Map<String, Json> members = new LinkedHashMap<>(((Json.Members) message).members());
        members.remove("data_base64");
        if (packed instanceof Json.Null) {
            return Json.of(members);
        }
        Json data = members.get("data");
        if (data != null && !(data instanceof Json.Null)) {
            refuse("data_base64", "absent where there is `data`", "the payload");
        }
        if (members.get("datacontenttype") instanceof Json.Text media && !isJson(media.value())) {
            refuse("datacontenttype", "a media type of JSON", media.value());
        }
        byte[] bytes = packed instanceof Json.Text text ? Formats.decoded("base64", text.value()) : null;
        try {
            if (bytes != null && Reader.validUpTo(bytes) == bytes.length) {
                members.put("data", Reader.read(bytes, Reader.MAX_DEPTH));
                return Json.of(members);
            }
        } catch (Reader.Fault fault) {
            // Refused as any other text that is not JSON.
        }
        refuse("data_base64", "JSON in base64", "the payload");
        return message;
    }

    private static void refuse(String name, String expected, String found) {
        require(new Violation("/" + name, "attribute", expected, found));
    }

    /** Whether a media type is {@code application/json}, {@code text/json} or ends with {@code +json}. */
    private static boolean isJson(String media) {
        int end = media.indexOf(';');
        String essence = (end < 0 ? media : media.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        int slash = essence.indexOf('/');
        String subtype = essence.substring(slash + 1);
        return slash >= 0 && (subtype.equals("json") || subtype.endsWith("+json"));
    }

    private static Optional<String> text(Json value, String pointer) {
        return value.at(pointer).filter(own -> own instanceof Json.Text).map(own -> ((Json.Text) own).value());
    }

    /** Rejects an event of another type, and an event in another envelope. */
    private void requireMatch(Envelope expected, Json value) {
        Envelope found = envelopeOf(value);
        if (found == null || (found == expected && found == Envelope.NONE)) {
            return;
        }
        String type = Texts.at(value, "/type") instanceof Json.Text text ? text.value() : null;
        if (found == expected && (type == null || type.equals(type()))) {
            return;
        }
        boolean isShown = type != null && (type.equals(type()) || TYPE.matcher(type).matches());
        if (found == expected) {
            String other = isShown ? "`" + type + "`" : "an event of another type";
            throw new EventException("other-type", "this is " + other + ", `" + type() + "` was expected");
        }
        String foundType = isShown ? "`" + type + "`" : "another type";
        String other = found == Envelope.NONE ? "a message without an envelope" : around(found, foundType);
        String own = "`" + type() + "`";
        String awaited = expected == Envelope.NONE ? "the payload of " + own + " alone" : around(expected, own);
        throw new EventException("other-envelope", "this is " + other + ", " + awaited + " was expected");
    }

    private static String around(Envelope envelope, String type) {
        return (envelope == Envelope.OCTOPUS ? "an Octopus envelope of " : "a CloudEvent of ") + type;
    }

    private static Envelope envelopeOf(Json value) {
        if (!(value instanceof Json.Members)) {
            return null;
        }
        Json.Members members = (Json.Members) value;
        if (members.get("specversion") != null && members.get("type") != null) {
            return Envelope.CLOUDEVENTS;
        }
        boolean isOctopus = members.get("payload") != null && members.get("type") != null
            && (members.get("specVersion") != null || members.get("occurredTimeUtc") != null);
        return isOctopus ? Envelope.OCTOPUS : Envelope.NONE;
    }

    /** The envelope and the payload as one schema. */
    private String messageTable() {
        String payload = "{\"d\":0,\"t\":" + number + "}";
        String type = "[[\"const\"," + Texts.quoted(Texts.quoted(type())) + "]]";
        String version = "[[\"const\",\"\\\"1.0\\\"\"]]";
        String text = "[[\"type\",[\"string\"]],[\"minLength\",1]]";
        String time = "[[\"type\",[\"string\"]],[\"format\",\"date-time\"]]";
        if (envelope() == Envelope.OCTOPUS) {
            return "[[[\"type\",[\"object\"]],[\"properties\",[[\"payload\"," + payload + "],[\"id\"," + text + "],[\"source\","
                + text + "],[\"type\"," + type + "],[\"occurredTimeUtc\"," + time + "],[\"activityId\",[[\"type\",[\"string\"]],"
                + "[\"traceparent\"]]],[\"specVersion\"," + version + "]]],[\"additionalProperties\",[[\"false\"]]],"
                + "[\"required\",[\"id\",\"source\",\"type\",\"occurredTimeUtc\",\"activityId\",\"specVersion\",\"payload\"]]]]";
        }
        String optional = "[[\"type\",[\"null\",\"string\"]],[\"minLength\",1]]";
        String extension = "[[\"type\",[\"null\",\"boolean\",\"integer\",\"string\"]],[\"minimum\",\"-2147483648\"],"
            + "[\"maximum\",\"2147483647\"]]";
        return "[[[\"type\",[\"object\"]],[\"properties\",[[\"data\"," + payload + "],[\"specversion\"," + version + "],[\"id\","
            + text + "],[\"source\",[[\"type\",[\"string\"]],[\"minLength\",1],[\"format\",\"uri-reference\"]]],[\"type\"," + type
            + "],[\"subject\"," + optional + "],[\"time\",[[\"type\",[\"null\",\"string\"]],[\"format\",\"date-time\"]]],"
            + "[\"datacontenttype\"," + optional + "],[\"dataschema\",[[\"type\",[\"null\",\"string\"]],[\"format\",\"uri\"]]]]],"
            + "[\"additionalProperties\"," + extension + "],[\"propertyNames\",[[\"attributeName\"]]],[\"required\","
            + "[\"specversion\",\"id\",\"source\",\"type\",\"data\"]]]]";
    }

    /** A UUID of version 5 (RFC 9562) from the name of an event and its key, or its whole payload if it has no key. */
    private String idOf(Json payload) {
        StringBuilder text = new StringBuilder(name());
        for (String pointer : dedupKey().isEmpty() ? List.of("") : dedupKey()) {
            Json value = Texts.at(payload, pointer);
            // A value that is missing differs from `null` by having no text at all.
            text.append('\n').append(value == null ? "" : Texts.print(value));
        }
        byte[] digest;
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-1");
            hash.update(NAMESPACE);
            digest = hash.digest(text.toString().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException error) {
            throw new IllegalStateException("every Java platform has SHA-1", error);
        }
        digest[6] = (byte) (digest[6] & 0x0f | 0x50);
        digest[8] = (byte) (digest[8] & 0x3f | 0x80);
        String digits = hex(digest);
        return digits.substring(0, 8) + "-" + digits.substring(8, 12) + "-" + digits.substring(12, 16) + "-"
            + digits.substring(16, 20) + "-" + digits.substring(20, 32);
    }

    private static String hex(byte[] bytes) {
        StringBuilder out = new StringBuilder(bytes.length * 2);
        for (byte own : bytes) {
            out.append(Character.forDigit(own >> 4 & 15, 16)).append(Character.forDigit(own & 15, 16));
        }
        return out.toString();
    }

    static Json read(String text, int maxBytes) {
        int nBytes = Texts.nBytes(text);
        requireSize(nBytes, maxBytes);
        try {
            byte[] bytes = new byte[nBytes];
            StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text)).get(bytes);
            return parse(bytes);
        } catch (CharacterCodingException error) {
            throw EventException.notJson(wellFormed(text), "a lone surrogate, which is not a character");
        }
    }

    /** The text before the first surrogate that is alone. */
    private static String wellFormed(String text) {
        int at = 0;
        while (at < text.length()) {
            int code = text.codePointAt(at);
            if (code >= 0xd800 && code <= 0xdfff) {
                break;
            }
            at += Character.charCount(code);
        }
        return text.substring(0, at);
    }

    private static Json read(byte[] bytes, int maxBytes) {
        requireSize(bytes.length, maxBytes);
        int valid = Reader.validUpTo(bytes);
        if (valid < bytes.length) {
            throw new EventException("not-utf8", "not UTF-8 at byte " + valid);
        }
        return parse(bytes);
    }

    private static void requireSize(int nBytes, int maxBytes) {
        if (nBytes > maxBytes) {
            throw new EventException("too-large", nBytes + " bytes are more than " + maxBytes);
        }
    }

    private static Json parse(byte[] bytes) {
        try {
            return Reader.read(bytes, Reader.MAX_DEPTH);
        } catch (Reader.Fault fault) {
            throw EventException.notJson(new String(bytes, 0, fault.offset, StandardCharsets.UTF_8), fault.getMessage());
        }
    }
}
