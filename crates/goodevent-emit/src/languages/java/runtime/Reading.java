package goodevent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a value of a generated type from JSON, and notes the numbers that the type does not hold. For generated code. */
public final class Reading {
    /** A value of another type than its schema allows. */
    static final class Mismatch extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Mismatch() {
            super(null, null, false, false);
        }
    }

    private final Schema root;
    private final List<Object> tokens = new ArrayList<>();
    final List<Violation> misfits = new ArrayList<>();

    Reading(Schema root) {
        this.root = root;
    }

    private void note(Json value, String expected) {
        if (misfits.size() >= Evaluation.MAX_VIOLATIONS) {
            return;
        }
        String pointer = "";
        for (Object token : tokens) {
            pointer = Texts.join(pointer, token.toString());
        }
        misfits.add(new Violation(pointer, "type", expected, Evaluation.shown(root, pointer, value)));
    }

    /** Notes a number that its type does not hold. */
    <T> T misfit(Json value, T instead) {
        note(value, "a number that a Java number holds");
        return instead;
    }

    /**
     * Rejects a value of another type.
     *
     * @param <T> the type
     * @param value the value
     * @param expected the type in words
     * @return nothing
     */
    public <T> T mismatch(Json value, String expected) {
        note(value, expected);
        throw new Mismatch();
    }

    Num number(Json value) {
        return value instanceof Num ? (Num) value : mismatch(value, "a number");
    }

    List<Json> items(Json value, int length) {
        List<Json> items = value instanceof Json.Items ? ((Json.Items) value).items() : mismatch(value, "an array");
        return length < 0 || items.size() == length ? items : mismatch(value, "an array of " + length + " items");
    }

    <T> T item(List<Json> items, int index, Codec<T> codec) {
        tokens.add(index);
        T item = codec.read(items.get(index), this);
        tokens.remove(tokens.size() - 1);
        return item;
    }

    /**
     * The members of an object.
     *
     * @param value the value
     * @return the members
     */
    public Json.Members members(Json value) {
        return value instanceof Json.Members ? (Json.Members) value : mismatch(value, "an object");
    }

    private <T> T member(Json value, String name, Codec<T> codec) {
        tokens.add(name);
        T member = codec.read(value, this);
        tokens.remove(tokens.size() - 1);
        return member;
    }

    /**
     * A member that must be there.
     *
     * @param <T> the type
     * @param members the members
     * @param name the name
     * @param codec the codec
     * @return the value
     */
    public <T> T required(Json.Members members, String name, Codec<T> codec) {
        Json value = members.get(name);
        return value == null ? mismatch(members, "an object with " + Texts.quoted(name)) : member(value, name, codec);
    }

    /**
     * A member that can be absent.
     *
     * @param <T> the type
     * @param members the members
     * @param name the name
     * @param codec the codec
     * @return the value, if there is one
     */
    public <T> Optional<T> optional(Json.Members members, String name, Codec<T> codec) {
        Json value = members.get(name);
        return value == null ? Optional.empty() : Optional.of(member(value, name, codec));
    }

    /**
     * A member that can be absent or {@code null}.
     *
     * @param <T> the type
     * @param members the members
     * @param name the name
     * @param codec the codec
     * @return the member
     */
    public <T> OptionalNullable<T> maybe(Json.Members members, String name, Codec<T> codec) {
        Json value = members.get(name);
        if (value == null) {
            return OptionalNullable.absent();
        }
        return value instanceof Json.Null ? OptionalNullable.ofNull() : OptionalNullable.of(member(value, name, codec));
    }

    /**
     * The members with other names.
     *
     * @param <T> the type
     * @param members the members
     * @param known the names of the members that the type has
     * @param codec the codec
     * @return the values by their names
     */
    public <T> Map<String, T> others(Json.Members members, Set<String> known, Codec<T> codec) {
        Map<String, T> others = new LinkedHashMap<>();
        members.map().forEach((name, value) -> {
            if (!known.contains(name)) {
                others.put(name, member(value, name, codec));
            }
        });
        return Collections.unmodifiableMap(others);
    }

    /**
     * The string in the member that tells the alternatives of a union apart.
     *
     * @param value the value
     * @param name the name of the member
     * @return the string; empty if there is none
     */
    public String tag(Json value, String name) {
        Json tag = value instanceof Json.Members ? ((Json.Members) value).get(name) : null;
        return tag instanceof Json.Text ? ((Json.Text) tag).value() : "";
    }

    /**
     * Whether a value has one of some types.
     *
     * @param value the value
     * @param types the types, as bits
     * @return whether it has
     */
    public boolean is(Json value, int types) {
        return (Check.typesOf(value) & types) != 0;
    }

    /**
     * Whether a value is valid for a schema.
     *
     * @param value the value
     * @param tables the tables of the schema's document
     * @param number the number of the schema
     * @return whether it is valid
     */
    public boolean isValid(Json value, Tables tables, int number) {
        return Evaluation.isValid(tables.get(number), value);
    }
}
