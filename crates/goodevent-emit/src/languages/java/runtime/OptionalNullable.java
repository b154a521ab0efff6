package goodevent;

import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;

/**
 * A member that can be absent, {@code null} or a value.
 *
 * @param <T> the type of the value
 */
public final class OptionalNullable<T> {
    private static final OptionalNullable<?> ABSENT = new OptionalNullable<>(false, null);
    private static final OptionalNullable<?> NULL = new OptionalNullable<>(true, null);

    private final boolean isPresent;
    private final T value;

    private OptionalNullable(boolean isPresent, T value) {
        this.isPresent = isPresent;
        this.value = value;
    }

    /**
     * A member that is absent.
     *
     * @param <T> the type of the value
     * @return the member
     */
    @SuppressWarnings("unchecked")
    public static <T> OptionalNullable<T> absent() {
        return (OptionalNullable<T>) ABSENT;
    }

    /**
     * A member that is {@code null}.
     *
     * @param <T> the type of the value
     * @return the member
     */
    @SuppressWarnings("unchecked")
    public static <T> OptionalNullable<T> ofNull() {
        return (OptionalNullable<T>) NULL;
    }

    /**
     * A member with a value.
     *
     * @param <T> the type of the value
     * @param value the value
     * @return the member
     */
    public static <T> OptionalNullable<T> of(T value) {
        return new OptionalNullable<>(true, Objects.requireNonNull(value, "value"));
    }

    /**
     * Whether the member is there, as a value or as {@code null}.
     *
     * @return whether it is there
     */
    public boolean isPresent() {
        return isPresent;
    }

    /**
     * Whether the member is {@code null}.
     *
     * @return whether it is {@code null}
     */
    public boolean isNull() {
        return isPresent && value == null;
    }

    /**
     * The value.
     *
     * @return the value
     * @throws NoSuchElementException if the member is absent or {@code null}
     */
    public T get() {
        if (value == null) {
            throw new NoSuchElementException("the member has no value");
        }
        return value;
    }

    /**
     * The value, if there is one.
     *
     * @return the value
     */
    public Optional<T> toOptional() {
        return Optional.ofNullable(value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OptionalNullable && isPresent == ((OptionalNullable<?>) other).isPresent
            && Objects.equals(value, ((OptionalNullable<?>) other).value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(isPresent, value);
    }

    @Override
    public String toString() {
        return isPresent ? String.valueOf(value) : "absent";
    }
}
