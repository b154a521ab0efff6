package goodevent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Any JSON. Numbers keep their digits, and objects the order of their members. */
public sealed interface Json permits Json.Null, Json.Bool, Num, Json.Text, Json.Items, Json.Members {
    /** {@code null}. */
    record Null() implements Json {
        @Override
        public String toString() {
            return "null";
        }
    }

    /**
     * {@code true} or {@code false}.
     *
     * @param value the value
     */
    record Bool(boolean value) implements Json {
        @Override
        public String toString() {
            return String.valueOf(value);
        }
    }

    /**
     * A string.
     *
     * @param value the value
     */
    record Text(String value) implements Json {
        /** Requires a value. */
        public Text {
            Objects.requireNonNull(value, "value");
        }

        @Override
        public String toString() {
            return Texts.print(this);
        }
    }

    /**
     * An array.
     *
     * @param items the items
     */
    record Items(List<Json> items) implements Json {
        /** Copies the items. */
        public Items {
            items = List.copyOf(items);
        }

        @Override
        public String toString() {
            return Texts.print(this);
        }
    }

    /** An object. */
    final class Members implements Json {
        private final Map<String, Json> members;
        private List<Map.Entry<String, Json>> sorted;

        /**
         * Copies the members.
         *
         * @param members the members by their names
         */
        public Members(Map<String, Json> members) {
            LinkedHashMap<String, Json> copy = new LinkedHashMap<>();
            members.forEach((name, member) ->
                copy.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(member, "member")));
            this.members = Collections.unmodifiableMap(copy);
        }

        /** Takes a map that nobody else has. */
        Members(LinkedHashMap<String, Json> members, boolean isOwned) {
            this.members = isOwned ? members : new LinkedHashMap<>(members);
        }

        /**
         * The members in the order of the text.
         *
         * @return the members by their names
         */
        public Map<String, Json> members() {
            return Collections.unmodifiableMap(members);
        }

        /**
         * The member of a name.
         *
         * @param name the name
         * @return the member, or {@code null} if there is none
         */
        public Json get(String name) {
            return members.get(name);
        }

        /**
         * The number of members.
         *
         * @return the number
         */
        public int size() {
            return members.size();
        }

        Map<String, Json> map() {
            return members;
        }

        /** The members in the order of their names, by code points. */
        List<Map.Entry<String, Json>> sorted() {
            List<Map.Entry<String, Json>> known = sorted;
            if (known == null) {
                List<Map.Entry<String, Json>> all = new ArrayList<>(members.entrySet());
                all.sort((left, right) -> Texts.order(left.getKey(), right.getKey()));
                known = List.copyOf(all);
                sorted = known;
            }
            return known;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Members && members.equals(((Members) other).members);
        }

        @Override
        public int hashCode() {
            return members.hashCode();
        }

        @Override
        public String toString() {
            return Texts.print(this);
        }
    }

    /**
     * A string.
     *
     * @param value the value
     * @return the string
     */
    static Json of(String value) {
        return new Text(value);
    }

    /**
     * An integer.
     *
     * @param value the value
     * @return the number
     */
    static Json of(long value) {
        return Num.of(value);
    }

    /**
     * A number.
     *
     * @param value the value, which must be finite
     * @return the number
     */
    static Json of(double value) {
        return Num.of(value);
    }

    /**
     * {@code true} or {@code false}.
     *
     * @param value the value
     * @return the value
     */
    static Json of(boolean value) {
        return new Bool(value);
    }

    /**
     * {@code null}.
     *
     * @return the value
     */
    static Json ofNull() {
        return new Null();
    }

    /**
     * An array.
     *
     * @param items the items
     * @return the array
     */
    static Json of(Json... items) {
        return new Items(Arrays.asList(items));
    }

    /**
     * An object.
     *
     * @param members the members by their names
     * @return the object
     */
    static Json of(Map<String, Json> members) {
        return new Members(members);
    }

    /**
     * Reads JSON that means the same to every parser: names occur once, strings are Unicode.
     *
     * @param text the text
     * @return the value
     * @throws EventException if it is not JSON
     */
    static Json parse(String text) {
        return Contract.read(text, Integer.MAX_VALUE);
    }

    /**
     * The value at a JSON Pointer.
     *
     * @param pointer a JSON Pointer; empty for the whole value
     * @return the value, if there is one
     */
    default Optional<Json> at(String pointer) {
        return Optional.ofNullable(Texts.at(this, pointer));
    }
}
