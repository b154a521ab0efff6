package goodevent;

import java.util.List;
import java.util.Objects;

/** An array of a fixed length with a type for each item. */
public sealed interface Tuple {
    /**
     * An array of 1 item.
     *
     * @param <T0> the type of item 0
     * @param item0 item 0
     */
    record Of1<T0>(T0 item0) implements Tuple {
        /** Requires all items. */
        public Of1 {
            Objects.requireNonNull(item0, "item0");
        }
    }

    /**
     * An array of 2 items.
     *
     * @param <T0> the type of item 0
     * @param <T1> the type of item 1
     * @param item0 item 0
     * @param item1 item 1
     */
    record Of2<T0, T1>(T0 item0, T1 item1) implements Tuple {
        /** Requires all items. */
        public Of2 {
            Objects.requireNonNull(item0, "item0");
            Objects.requireNonNull(item1, "item1");
        }
    }

    /**
     * An array of 3 items.
     *
     * @param <T0> the type of item 0
     * @param <T1> the type of item 1
     * @param <T2> the type of item 2
     * @param item0 item 0
     * @param item1 item 1
     * @param item2 item 2
     */
    record Of3<T0, T1, T2>(T0 item0, T1 item1, T2 item2) implements Tuple {
        /** Requires all items. */
        public Of3 {
            Objects.requireNonNull(item0, "item0");
            Objects.requireNonNull(item1, "item1");
            Objects.requireNonNull(item2, "item2");
        }
    }

    /**
     * An array of 4 items.
     *
     * @param <T0> the type of item 0
     * @param <T1> the type of item 1
     * @param <T2> the type of item 2
     * @param <T3> the type of item 3
     * @param item0 item 0
     * @param item1 item 1
     * @param item2 item 2
     * @param item3 item 3
     */
    record Of4<T0, T1, T2, T3>(T0 item0, T1 item1, T2 item2, T3 item3) implements Tuple {
        /** Requires all items. */
        public Of4 {
            Objects.requireNonNull(item0, "item0");
            Objects.requireNonNull(item1, "item1");
            Objects.requireNonNull(item2, "item2");
            Objects.requireNonNull(item3, "item3");
        }
    }

    /**
     * An array of 5 items.
     *
     * @param <T0> the type of item 0
     * @param <T1> the type of item 1
     * @param <T2> the type of item 2
     * @param <T3> the type of item 3
     * @param <T4> the type of item 4
     * @param item0 item 0
     * @param item1 item 1
     * @param item2 item 2
     * @param item3 item 3
     * @param item4 item 4
     */
    record Of5<T0, T1, T2, T3, T4>(T0 item0, T1 item1, T2 item2, T3 item3, T4 item4) implements Tuple {
        /** Requires all items. */
        public Of5 {
            Objects.requireNonNull(item0, "item0");
            Objects.requireNonNull(item1, "item1");
            Objects.requireNonNull(item2, "item2");
            Objects.requireNonNull(item3, "item3");
            Objects.requireNonNull(item4, "item4");
        }
    }

    /**
     * An array of 6 items.
     *
     * @param <T0> the type of item 0
     * @param <T1> the type of item 1
     * @param <T2> the type of item 2
     * @param <T3> the type of item 3
     * @param <T4> the type of item 4
     * @param <T5> the type of item 5
     * @param item0 item 0
     * @param item1 item 1
     * @param item2 item 2
     * @param item3 item 3
     * @param item4 item 4
     * @param item5 item 5
     */
    record Of6<T0, T1, T2, T3, T4, T5>(T0 item0, T1 item1, T2 item2, T3 item3, T4 item4, T5 item5) implements Tuple {
        /** Requires all items. */
        public Of6 {
            Objects.requireNonNull(item0, "item0");
            Objects.requireNonNull(item1, "item1");
            Objects.requireNonNull(item2, "item2");
            Objects.requireNonNull(item3, "item3");
            Objects.requireNonNull(item4, "item4");
            Objects.requireNonNull(item5, "item5");
        }
    }

    /**
     * An array of 7 items.
     *
     * @param <T0> the type of item 0
     * @param <T1> the type of item 1
     * @param <T2> the type of item 2
     * @param <T3> the type of item 3
     * @param <T4> the type of item 4
     * @param <T5> the type of item 5
     * @param <T6> the type of item 6
     * @param item0 item 0
     * @param item1 item 1
     * @param item2 item 2
     * @param item3 item 3
     * @param item4 item 4
     * @param item5 item 5
     * @param item6 item 6
     */
    record Of7<T0, T1, T2, T3, T4, T5, T6>(T0 item0, T1 item1, T2 item2, T3 item3, T4 item4, T5 item5, T6 item6) implements Tuple {
        /** Requires all items. */
        public Of7 {
            Objects.requireNonNull(item0, "item0");
            Objects.requireNonNull(item1, "item1");
            Objects.requireNonNull(item2, "item2");
            Objects.requireNonNull(item3, "item3");
            Objects.requireNonNull(item4, "item4");
            Objects.requireNonNull(item5, "item5");
            Objects.requireNonNull(item6, "item6");
        }
    }

    /**
     * An array of 8 items.
     *
     * @param <T0> the type of item 0
     * @param <T1> the type of item 1
     * @param <T2> the type of item 2
     * @param <T3> the type of item 3
     * @param <T4> the type of item 4
     * @param <T5> the type of item 5
     * @param <T6> the type of item 6
     * @param <T7> the type of item 7
     * @param item0 item 0
     * @param item1 item 1
     * @param item2 item 2
     * @param item3 item 3
     * @param item4 item 4
     * @param item5 item 5
     * @param item6 item 6
     * @param item7 item 7
     */
    record Of8<T0, T1, T2, T3, T4, T5, T6, T7>(T0 item0, T1 item1, T2 item2, T3 item3, T4 item4, T5 item5, T6 item6, T7 item7) implements Tuple {
        /** Requires all items. */
        public Of8 {
            Objects.requireNonNull(item0, "item0");
            Objects.requireNonNull(item1, "item1");
            Objects.requireNonNull(item2, "item2");
            Objects.requireNonNull(item3, "item3");
            Objects.requireNonNull(item4, "item4");
            Objects.requireNonNull(item5, "item5");
            Objects.requireNonNull(item6, "item6");
            Objects.requireNonNull(item7, "item7");
        }
    }

    /**
     * Reads and writes arrays of 1 item.
     *
     * @param <T0> the type of item 0
     * @param codec0 the codec of item 0
     * @return the codec
     */
    static <T0> Codec<Of1<T0>> codec(Codec<T0> codec0) {
        return Codec.of(
            (value, reading) -> {
                List<Json> items = reading.items(value, 1);
                return new Of1<>(
                    reading.item(items, 0, codec0));
            },
            (value, writing) -> {
                writing.open('[');
                writing.item(value.item0(), codec0);
                writing.close(']');
            });
    }

    /**
     * Reads and writes arrays of 2 items.
     *
     * @param <T0> the type of item 0
     * @param <T1> the type of item 1
     * @param codec0 the codec of item 0
     * @param codec1 the codec of item 1
     * @return the codec
     */
    static <T0, T1> Codec<Of2<T0, T1>> codec(Codec<T0> codec0, Codec<T1> codec1) {
        return Codec.of(
            (value, reading) -> {
                List<Json> items = reading.items(value, 2);
                return new Of2<>(
                    reading.item(items, 0, codec0),
                    reading.item(items, 1, codec1));
            },
            (value, writing) -> {
                writing.open('[');
                writing.item(value.item0(), codec0);
                writing.item(value.item1(), codec1);
                writing.close(']');
            });
    }

    /**
     * Reads and writes arrays of 3 items.
     *
     * @param <T0> the type of item 0
     * @param <T1> the type of item 1
     * @param <T2> the type of item 2
     * @param codec0 the codec of item 0
     * @param codec1 the codec of item 1
     * @param codec2 the codec of item 2
     * @return the codec
     */
    static <T0, T1, T2> Codec<Of3<T0, T1, T2>> codec(Codec<T0> codec0, Codec<T1> codec1, Codec<T2> codec2) {
        return Codec.of(
            (value, reading) -> {
                List<Json> items = reading.items(value, 3);
                return new Of3<>(
                    reading.item(items, 0, codec0),
                    reading.item(items, 1, codec1),
                    reading.item(items, 2, codec2));
            },
            (value, writing) -> {
                writing.open('[');
                writing.item(value.item0(), codec0);
                writing.item(value.item1(), codec1);
                writing.item(value.item2(), codec2);
                writing.close(']');
            });
    }

    /**
     * Reads and writes arrays of 4 items.
     *
     * @param <T0> the type of item 0
     * @param <T1> the type of item 1
     * @param <T2> the type of item 2
     * @param <T3> the type of item 3
     * @param codec0 the codec of item 0
     * @param codec1 the codec of item 1
     * @param codec2 the codec of item 2
     * @param codec3 the codec of item 3
     * @return the codec
     */
    static <T0, T1, T2, T3> Codec<Of4<T0, T1, T2, T3>> codec(Codec<T0> codec0, Codec<T1> codec1, Codec<T2> codec2, Codec<T3> codec3) {
        return Codec.of(
            (value, reading) -> {
                List<Json> items = reading.items(value, 4);
                return new Of4<>(
                    reading.item(items, 0, codec0),
                    reading.item(items, 1, codec1),
                    reading.item(items, 2, codec2),
                    reading.item(items, 3, codec3));
            },
            (value, writing) -> {
                writing.open('[');
                writing.item(value.item0(), codec0);
                writing.item(value.item1(), codec1);
                writing.item(value.item2(), codec2);
                writing.item(value.item3(), codec3);
                writing.close(']');
            });
    }

    /**
     * Reads and writes arrays of 5 items.
     *
     * @param <T0> the type of item 0
     * @param <T1> the type of item 1
     * @param <T2> the type of item 2
     * @param <T3> the type of item 3
     * @param <T4> the type of item 4
     * @param codec0 the codec of item 0
     * @param codec1 the codec of item 1
     * @param codec2 the codec of item 2
     * @param codec3 the codec of item 3
     * @param codec4 the codec of item 4
     * @return the codec
     */
    static <T0, T1, T2, T3, T4> Codec<Of5<T0, T1, T2, T3, T4>> codec(Codec<T0> codec0, Codec<T1> codec1, Codec<T2> codec2, Codec<T3> codec3, Codec<T4> codec4) {
        return Codec.of(
            (value, reading) -> {
                List<Json> items = reading.items(value, 5);
                return new Of5<>(
                    reading.item(items, 0, codec0),
                    reading.item(items, 1, codec1),
                    reading.item(items, 2, codec2),
                    reading.item(items, 3, codec3),
                    reading.item(items, 4, codec4));
            },
            (value, writing) -> {
                writing.open('[');
                writing.item(value.item0(), codec0);
                writing.item(value.item1(), codec1);
                writing.item(value.item2(), codec2);
                writing.item(value.item3(), codec3);
                writing.item(value.item4(), codec4);
                writing.close(']');
            });
    }

    /**
     * Reads and writes arrays of 6 items.
     *
     * @param <T0> the type of item 0
     * @param <T1> the type of item 1
     * @param <T2> the type of item 2
     * @param <T3> the type of item 3
     * @param <T4> the type of item 4
     * @param <T5> the type of item 5
     * @param codec0 the codec of item 0
     * @param codec1 the codec of item 1
     * @param codec2 the codec of item 2
     * @param codec3 the codec of item 3
     * @param codec4 the codec of item 4
     * @param codec5 the codec of item 5
     * @return the codec
     */
    static <T0, T1, T2, T3, T4, T5> Codec<Of6<T0, T1, T2, T3, T4, T5>> codec(Codec<T0> codec0, Codec<T1> codec1, Codec<T2> codec2, Codec<T3> codec3, Codec<T4> codec4, Codec<T5> codec5) {
        return Codec.of(
            (value, reading) -> {
                List<Json> items = reading.items(value, 6);
                return new Of6<>(
                    reading.item(items, 0, codec0),
                    reading.item(items, 1, codec1),
                    reading.item(items, 2, codec2),
                    reading.item(items, 3, codec3),
                    reading.item(items, 4, codec4),
                    reading.item(items, 5, codec5));
            },
            (value, writing) -> {
                writing.open('[');
                writing.item(value.item0(), codec0);
                writing.item(value.item1(), codec1);
                writing.item(value.item2(), codec2);
                writing.item(value.item3(), codec3);
                writing.item(value.item4(), codec4);
                writing.item(value.item5(), codec5);
                writing.close(']');
            });
    }

    /**
     * Reads and writes arrays of 7 items.
     *
     * @param <T0> the type of item 0
     * @param <T1> the type of item 1
     * @param <T2> the type of item 2
     * @param <T3> the type of item 3
     * @param <T4> the type of item 4
     * @param <T5> the type of item 5
     * @param <T6> the type of item 6
     * @param codec0 the codec of item 0
     * @param codec1 the codec of item 1
     * @param codec2 the codec of item 2
     * @param codec3 the codec of item 3
     * @param codec4 the codec of item 4
     * @param codec5 the codec of item 5
     * @param codec6 the codec of item 6
     * @return the codec
     */
    static <T0, T1, T2, T3, T4, T5, T6> Codec<Of7<T0, T1, T2, T3, T4, T5, T6>> codec(Codec<T0> codec0, Codec<T1> codec1, Codec<T2> codec2, Codec<T3> codec3, Codec<T4> codec4, Codec<T5> codec5, Codec<T6> codec6) {
        return Codec.of(
            (value, reading) -> {
                List<Json> items = reading.items(value, 7);
                return new Of7<>(
                    reading.item(items, 0, codec0),
                    reading.item(items, 1, codec1),
                    reading.item(items, 2, codec2),
                    reading.item(items, 3, codec3),
                    reading.item(items, 4, codec4),
                    reading.item(items, 5, codec5),
                    reading.item(items, 6, codec6));
            },
            (value, writing) -> {
                writing.open('[');
                writing.item(value.item0(), codec0);
                writing.item(value.item1(), codec1);
                writing.item(value.item2(), codec2);
                writing.item(value.item3(), codec3);
                writing.item(value.item4(), codec4);
                writing.item(value.item5(), codec5);
                writing.item(value.item6(), codec6);
                writing.close(']');
            });
    }

    /**
     * Reads and writes arrays of 8 items.
     *
     * @param <T0> the type of item 0
     * @param <T1> the type of item 1
     * @param <T2> the type of item 2
     * @param <T3> the type of item 3
     * @param <T4> the type of item 4
     * @param <T5> the type of item 5
     * @param <T6> the type of item 6
     * @param <T7> the type of item 7
     * @param codec0 the codec of item 0
     * @param codec1 the codec of item 1
     * @param codec2 the codec of item 2
     * @param codec3 the codec of item 3
     * @param codec4 the codec of item 4
     * @param codec5 the codec of item 5
     * @param codec6 the codec of item 6
     * @param codec7 the codec of item 7
     * @return the codec
     */
    static <T0, T1, T2, T3, T4, T5, T6, T7> Codec<Of8<T0, T1, T2, T3, T4, T5, T6, T7>> codec(Codec<T0> codec0, Codec<T1> codec1, Codec<T2> codec2, Codec<T3> codec3, Codec<T4> codec4, Codec<T5> codec5, Codec<T6> codec6, Codec<T7> codec7) {
        return Codec.of(
            (value, reading) -> {
                List<Json> items = reading.items(value, 8);
                return new Of8<>(
                    reading.item(items, 0, codec0),
                    reading.item(items, 1, codec1),
                    reading.item(items, 2, codec2),
                    reading.item(items, 3, codec3),
                    reading.item(items, 4, codec4),
                    reading.item(items, 5, codec5),
                    reading.item(items, 6, codec6),
                    reading.item(items, 7, codec7));
            },
            (value, writing) -> {
                writing.open('[');
                writing.item(value.item0(), codec0);
                writing.item(value.item1(), codec1);
                writing.item(value.item2(), codec2);
                writing.item(value.item3(), codec3);
                writing.item(value.item4(), codec4);
                writing.item(value.item5(), codec5);
                writing.item(value.item6(), codec6);
                writing.item(value.item7(), codec7);
                writing.close(']');
            });
    }
}
