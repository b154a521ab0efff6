package goodevent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Copies of collections. For generated code. */
public final class Values {
    private Values() {}

    /**
     * A copy that does not change.
     *
     * @param <T> the type of the items
     * @param items the items
     * @param name the name of the component
     * @return the copy
     */
    public static <T> List<T> list(List<T> items, String name) {
        List<T> copy = new ArrayList<>(Objects.requireNonNull(items, name));
        copy.forEach(item -> Objects.requireNonNull(item, name));
        return Collections.unmodifiableList(copy);
    }

    /**
     * A copy that does not change, in the same order.
     *
     * @param <T> the type of the members
     * @param members the members by their names
     * @param name the name of the component
     * @return the copy
     */
    public static <T> Map<String, T> map(Map<String, T> members, String name) {
        Map<String, T> copy = new LinkedHashMap<>(Objects.requireNonNull(members, name));
        copy.forEach((key, value) -> {
            Objects.requireNonNull(key, name);
            Objects.requireNonNull(value, name);
        });
        return Collections.unmodifiableMap(copy);
    }
}
