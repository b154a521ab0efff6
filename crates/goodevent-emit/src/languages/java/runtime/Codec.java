package goodevent;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * Reads values of a type from JSON that satisfies its schema, and writes them. For generated code.
 *
 * @param <T> the type
 */
public interface Codec<T> {
    /**
     * Reads a value.
     *
     * @param value the JSON
     * @param reading notes what the type does not hold
     * @return the value
     */
    T read(Json value, Reading reading);

    /**
     * Writes a value.
     *
     * @param value the value
     * @param writing where to
     */
    void write(T value, Writing writing);

    /**
     * A codec of two functions.
     *
     * @param <T> the type
     * @param read reads a value
     * @param write writes a value
     * @return the codec
     */
    static <T> Codec<T> of(BiFunction<Json, Reading, T> read, BiConsumer<T, Writing> write) {
        return new Codec<>() {
            @Override
            public T read(Json value, Reading reading) {
                return read.apply(value, reading);
            }

            @Override
            public void write(T value, Writing writing) {
                write.accept(value, writing);
            }
        };
    }

    /** Any JSON. */
    Codec<Json> JSON = of((value, reading) -> value, (value, writing) -> writing.json(value));

    /** {@code null}. */
    Codec<Json.Null> NULL = of(
        (value, reading) -> value instanceof Json.Null ? (Json.Null) value : reading.mismatch(value, "null"),
        (value, writing) -> writing.raw("null"));

    /** {@code true} or {@code false}. */
    Codec<Boolean> BOOL = of(
        (value, reading) -> value instanceof Json.Bool ? ((Json.Bool) value).value() : reading.mismatch(value, "a boolean"),
        (value, writing) -> writing.raw(value.toString()));

    /** A string. */
    Codec<String> TEXT = of(
        (value, reading) -> value instanceof Json.Text ? ((Json.Text) value).value() : reading.mismatch(value, "a string"),
        (value, writing) -> writing.text(value));

    /** An integer of 64 bits. */
    Codec<Long> LONG = of(
        (value, reading) -> {
            Num number = reading.number(value);
            return number.isLong() ? number.longValue() : reading.misfit(value, 0L);
        },
        (value, writing) -> writing.raw(value.toString()));

    /** An integer of any size. */
    Codec<BigInteger> BIG_INTEGER = integers(-1, 0);

    /** An integer of 64 bits, not negative. */
    Codec<BigInteger> UNSIGNED = integers(0, 64);

    /** An integer of 128 bits. */
    Codec<BigInteger> SIGNED_128 = integers(1, 127);

    /** An integer of 128 bits, not negative. */
    Codec<BigInteger> UNSIGNED_128 = integers(0, 128);

    /** A decimal number of any size. */
    Codec<BigDecimal> BIG_DECIMAL = of(
        (value, reading) -> {
            BigDecimal number = reading.number(value).bigDecimal();
            return number != null ? number : reading.misfit(value, BigDecimal.ZERO);
        },
        (value, writing) -> writing.raw(value.toString()));

    /** A number that a double is printed as. */
    Codec<Double> DOUBLE = of(
        (value, reading) -> {
            Num number = reading.number(value);
            return number.isDouble() ? number.doubleValue() : reading.misfit(value, 0.0);
        },
        (value, writing) -> writing.raw(Double.isFinite(value) ? Num.printed(value) : value.toString()));

    private static Codec<BigInteger> integers(int sign, int nBits) {
        return of(
            (value, reading) -> {
                BigInteger number = reading.number(value).bigInteger();
                boolean isHeld = number != null
                    && (nBits == 0 || (number.bitLength() <= nBits && (sign != 0 || number.signum() >= 0)));
                return isHeld ? number : reading.misfit(value, BigInteger.ZERO);
            },
            (value, writing) -> writing.raw(value.toString()));
    }

    /**
     * Arrays of one type.
     *
     * @param <T> the type of the items
     * @param item the codec of the items
     * @return the codec
     */
    static <T> Codec<List<T>> list(Codec<T> item) {
        return of(
            (value, reading) -> {
                List<Json> items = reading.items(value, -1);
                List<T> list = new ArrayList<>(items.size());
                for (int nth = 0; nth < items.size(); nth += 1) {
                    list.add(reading.item(items, nth, item));
                }
                return Collections.unmodifiableList(list);
            },
            (value, writing) -> {
                writing.open('[');
                value.forEach(own -> writing.item(own, item));
                writing.close(']');
            });
    }

    /**
     * Objects whose members have one type.
     *
     * @param <T> the type of the members
     * @param member the codec of the members
     * @return the codec
     */
    static <T> Codec<Map<String, T>> map(Codec<T> member) {
        return of(
            (value, reading) -> {
                Map<String, T> map = new LinkedHashMap<>();
                Json.Members members = reading.members(value);
                members.map().keySet().forEach(name -> map.put(name, reading.required(members, name, member)));
                return Collections.unmodifiableMap(map);
            },
            (value, writing) -> {
                writing.open('{');
                writing.others(value, member);
                writing.close('}');
            });
    }

    /**
     * A value or {@code null}.
     *
     * @param <T> the type of the value
     * @param codec the codec of the value
     * @return the codec
     */
    static <T> Codec<Optional<T>> nullable(Codec<T> codec) {
        return of(
            (value, reading) -> value instanceof Json.Null ? Optional.empty() : Optional.of(codec.read(value, reading)),
            (value, writing) -> {
                if (value.isPresent()) {
                    codec.write(value.get(), writing);
                } else {
                    writing.raw("null");
                }
            });
    }
}
