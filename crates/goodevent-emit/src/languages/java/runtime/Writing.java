package goodevent;

import java.util.Map;
import java.util.Optional;

/** Writes a value of a generated type as JSON. For generated code. */
public final class Writing {
    private final StringBuilder out = new StringBuilder();
    private int depth;
    private boolean isFirst = true;

    Writing() {}

    @Override
    public String toString() {
        return out.toString();
    }

    void raw(String text) {
        out.append(text);
        isFirst = false;
    }

    void text(String text) {
        Texts.quote(out, text, Integer.MAX_VALUE);
        isFirst = false;
    }

    void json(Json value) {
        if (value instanceof Json.Items) {
            open('[');
            ((Json.Items) value).items().forEach(item -> item(item, Codec.JSON));
            close(']');
        } else if (value instanceof Json.Members) {
            open('{');
            others(((Json.Members) value).map(), Codec.JSON);
            close('}');
        } else if (value instanceof Json.Text) {
            text(((Json.Text) value).value());
        } else {
            raw(value instanceof Num ? ((Num) value).text() : value.toString());
        }
    }

    /**
     * Begins an array or an object.
     *
     * @param bracket the bracket
     */
    public void open(char bracket) {
        depth += 1;
        if (depth > Reader.MAX_DEPTH) {
            throw EventException.notJson(out.toString(), Reader.TOO_DEEP);
        }
        out.append(bracket);
        isFirst = true;
    }

    /**
     * Ends an array or an object.
     *
     * @param bracket the bracket
     */
    public void close(char bracket) {
        depth -= 1;
        out.append(bracket);
        isFirst = false;
    }

    private void gap() {
        // An event is not larger, so that nothing without end is written.
        if (out.length() > 64 * Contract.MAX_EVENT_BYTES) {
            String message = "more than " + out.length() + " bytes are more than " + Contract.MAX_EVENT_BYTES;
            throw new EventException("too-large", message);
        }
        if (!isFirst) {
            out.append(',');
        }
        isFirst = true;
    }

    <T> void item(T value, Codec<T> codec) {
        gap();
        codec.write(value, this);
        isFirst = false;
    }

    /**
     * Writes a member.
     *
     * @param <T> the type
     * @param name the name
     * @param value the value
     * @param codec the codec
     */
    public <T> void member(String name, T value, Codec<T> codec) {
        gap();
        Texts.quote(out, name, Integer.MAX_VALUE);
        out.append(':');
        codec.write(value, this);
        isFirst = false;
    }

    /**
     * Writes a member, if there is one.
     *
     * @param <T> the type
     * @param name the name
     * @param value the value
     * @param codec the codec
     */
    public <T> void optional(String name, Optional<T> value, Codec<T> codec) {
        if (value.isPresent()) {
            member(name, value.get(), codec);
        }
    }

    /**
     * Writes a member that is a value, {@code null} or absent.
     *
     * @param <T> the type
     * @param name the name
     * @param value the value
     * @param codec the codec
     */
    public <T> void maybe(String name, OptionalNullable<T> value, Codec<T> codec) {
        if (value.isNull()) {
            member(name, new Json.Null(), Codec.NULL);
        } else if (value.isPresent()) {
            member(name, value.get(), codec);
        }
    }

    /**
     * Writes the members of a map.
     *
     * @param <T> the type
     * @param members the members by their names
     * @param codec the codec
     */
    public <T> void others(Map<String, T> members, Codec<T> codec) {
        members.forEach((name, value) -> member(name, value, codec));
    }
}
