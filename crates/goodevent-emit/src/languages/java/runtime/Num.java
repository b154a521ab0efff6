package goodevent;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/** A JSON number by its digits: compared, divided and printed exactly, whatever its size. */
public final class Num implements Json, Comparable<Num> {
    /** A number of more characters is not read. */
    static final int MAX_CHARS = 1_024;

    /** The largest power of ten. */
    private static final long MAX_EXPONENT = 1L << 60;

    /** Divisors with more digits are not decided. */
    private static final int MAX_DIVISOR_DIGITS = 37;

    /** A double is printed with at most so many digits; an integer of 64 bits has at most 20. */
    private static final int MAX_HELD_DIGITS = 20;

    /** An integer with more digits is not written out. */
    private static final int MAX_BIG_DIGITS = 4_096;

    /** A {@code BigDecimal} has a scale of 32 bits. */
    private static final long MAX_SCALE = 1_000_000_000;

    private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger END_ULONG = BigInteger.ONE.shiftLeft(64);

    private final String text;
    /** Whether it is an integer of at most 18 digits, which {@code small} is. */
    private final boolean isSmall;
    private final long small;

    /** The digits, read when they are needed; the object is immutable, so that threads can share it. */
    private Decimal decimal;

    /** The value {@code 0.DIGITS} times ten to the power of {@code point}; zero has no digits. */
    private record Decimal(boolean isNegative, String digits, long point) {
        static final Decimal ZERO = new Decimal(false, "", 0);
    }

    private Num(String text, boolean isSmall, long small) {
        this.text = text;
        this.isSmall = isSmall;
        this.small = small;
    }

    /** A number from a text that is one; {@code null} if its exponent is out of range. */
    static Num read(String text) {
        Decimal decimal = parsed(text);
        if (decimal == null) {
            return null;
        }
        Num number = new Num(text, false, 0);
        number.decimal = decimal;
        return number;
    }

    /** A number from its text and its value. */
    static Num read(String text, long value) {
        return new Num(text, true, value);
    }

    /**
     * An integer.
     *
     * @param value the value
     * @return the number
     */
    public static Num of(long value) {
        boolean isSmall = Math.abs(value) < 1_000_000_000_000_000_000L && value != Long.MIN_VALUE;
        return new Num(Long.toString(value), isSmall, value);
    }

    /**
     * A number.
     *
     * @param value the value
     * @return the number
     * @throws IllegalArgumentException if it is not finite
     */
    public static Num of(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("JSON has no NaN and no Infinity");
        }
        return new Num(printed(value), false, 0);
    }

    /**
     * A number.
     *
     * @param value the value
     * @return the number
     */
    public static Num of(BigDecimal value) {
        return new Num(value.toString(), false, 0);
    }

    /**
     * An integer.
     *
     * @param value the value
     * @return the number
     */
    public static Num of(BigInteger value) {
        return new Num(value.toString(), false, 0);
    }

    /**
     * The number as it was written.
     *
     * @return the text
     */
    public String text() {
        return text;
    }

    /**
     * The number as a double, rounded.
     *
     * @return the nearest double
     */
    public double doubleValue() {
        return isSmall ? (double) small : Double.parseDouble(text);
    }

    /**
     * The number without loss.
     *
     * @return the number
     * @throws ArithmeticException if its exponent is too large for a {@code BigDecimal}
     */
    public BigDecimal decimalValue() {
        BigDecimal value = bigDecimal();
        if (value == null) {
            throw new ArithmeticException("the exponent is out of range");
        }
        return value;
    }

    private Decimal decimal() {
        Decimal known = decimal;
        if (known == null) {
            known = parsed(text);
            known = known == null ? Decimal.ZERO : known;
            decimal = known;
        }
        return known;
    }

    /** The digits of a text; {@code null} if its exponent is out of range. */
    private static Decimal parsed(String text) {
        int start = text.startsWith("-") ? 1 : 0;
        int exponentAt = Math.max(text.indexOf('e'), text.indexOf('E'));
        int end = exponentAt < 0 ? text.length() : exponentAt;
        int dot = text.indexOf('.');
        String whole = text.substring(start, dot < 0 ? end : dot);
        String all = dot < 0 ? whole : whole + text.substring(dot + 1, end);
        int first = 0;
        while (first < all.length() && all.charAt(first) == '0') {
            first += 1;
        }
        int last = all.length();
        while (last > first && all.charAt(last - 1) == '0') {
            last -= 1;
        }
        if (first == last) {
            return Decimal.ZERO;
        }
        long power = 0;
        if (exponentAt >= 0) {
            try {
                power = Long.parseLong(text.substring(exponentAt + 1));
            } catch (NumberFormatException error) {
                return null;
            }
            if (power > MAX_EXPONENT || power < -MAX_EXPONENT) {
                return null;
            }
        }
        return new Decimal(start == 1, all.substring(first, last), power + whole.length() - first);
    }

    /** Whether it has no fraction. */
    boolean isInteger() {
        return isSmall || decimal().digits.length() <= decimal().point || decimal().digits.isEmpty();
    }

    /** Whether it is written in digits only, as draft 4 wants integers. */
    boolean isPlain() {
        if (isSmall) {
            return !text.equals("-0");
        }
        return text.indexOf('.') < 0 && text.indexOf('e') < 0 && text.indexOf('E') < 0 && !text.equals("-0");
    }

    /** Whether it equals the value that a double prints. */
    boolean isDouble() {
        if (isSmall && Math.abs(small) < 9_000_000_000_000_000L) {
            return true;
        }
        double value = doubleValue();
        double magnitude = Math.abs(value);
        int nChars = text.length() - (text.startsWith("-") ? 1 : 0);
        boolean hasExponent = text.indexOf('e') >= 0 || text.indexOf('E') >= 0;
        // 15 digits survive the way through a double and back, away from the ends of its range.
        if (nChars <= 16 && magnitude >= 1e-200 && magnitude < 9e15 && !hasExponent) {
            return true;
        }
        if (decimal().digits.length() > MAX_HELD_DIGITS || Double.isInfinite(value)) {
            return false;
        }
        return compareTo(new Num(printed(value), false, 0)) == 0;
    }

    /** The value as an integer of at most {@code MAX_BIG_DIGITS} digits; {@code null} if it is none. */
    BigInteger bigInteger() {
        if (isSmall) {
            return BigInteger.valueOf(small);
        }
        Decimal own = decimal();
        if (!isInteger() || own.point > MAX_BIG_DIGITS) {
            return null;
        }
        if (own.digits.isEmpty()) {
            return BigInteger.ZERO;
        }
        BigInteger value = new BigInteger(own.digits + "0".repeat((int) (own.point - own.digits.length())));
        return own.isNegative ? value.negate() : value;
    }

    /** The value; {@code null} if its exponent is too large. */
    BigDecimal bigDecimal() {
        if (isSmall) {
            return BigDecimal.valueOf(small);
        }
        Decimal own = decimal();
        if (own.digits.isEmpty()) {
            return BigDecimal.ZERO;
        }
        if (Math.abs(own.point) > MAX_SCALE) {
            return null;
        }
        return new BigDecimal(text);
    }

    /** Whether it is an integer of 64 bits; {@link #longValue} is its value then. */
    boolean isLong() {
        if (isSmall) {
            return true;
        }
        BigInteger value = isInteger() && decimal().point <= 20 ? bigInteger() : null;
        return value != null && value.bitLength() <= 63;
    }

    /** The value of an integer of 64 bits. */
    long longValue() {
        if (isSmall) {
            return small;
        }
        BigInteger value = bigInteger();
        return value == null ? 0 : value.longValue();
    }

    /** The text of a double: an integer of 64 bits in full, else the shortest one. */
    static String printed(double value) {
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0";
        }
        if (value == Math.rint(value) && value >= -0x1p63 && value < 0x1p64) {
            return Math.abs(value) < 0x1p53 ? Long.toString((long) value) : new BigDecimal(value).toBigInteger().toString();
        }
        BigDecimal shortest = shortest(Math.abs(value));
        String digits = shortest.unscaledValue().toString().replaceAll("0+$", "");
        int point = shortest.precision() - shortest.scale();
        String sign = value < 0 ? "-" : "";
        if (0 < point && point <= 16) {
            return digits.length() <= point
                ? sign + digits + "0".repeat(point - digits.length()) + ".0"
                : sign + digits.substring(0, point) + "." + digits.substring(point);
        }
        if (-5 < point && point <= 0) {
            return sign + "0." + "0".repeat(-point) + digits;
        }
        String rest = digits.substring(1);
        return sign + digits.charAt(0) + (rest.isEmpty() ? "" : "." + rest) + "e" + (point > 0 ? "+" : "") + (point - 1);
    }

    /** The shortest decimal that denotes a double, and of those the nearest. */
    private static BigDecimal shortest(double value) {
        BigDecimal quick = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        // Two decimals of 15 digits are never one double.
        if (quick.precision() <= 15 && value > 1e-290) {
            return quick;
        }
        BigDecimal exact = new BigDecimal(value);
        for (int nDigits = 1; nDigits < 17; nDigits += 1) {
            BigDecimal below = exact.round(new MathContext(nDigits, RoundingMode.DOWN));
            BigDecimal above = exact.round(new MathContext(nDigits, RoundingMode.UP));
            boolean isBelow = below.doubleValue() == value;
            boolean isAbove = above.doubleValue() == value;
            if (isBelow && isAbove) {
                return exact.subtract(below).compareTo(above.subtract(exact)) <= 0 ? below : above;
            }
            if (isBelow || isAbove) {
                return isBelow ? below : above;
            }
        }
        return exact.round(new MathContext(17, RoundingMode.HALF_EVEN));
    }

    /** The one text of the value, which ids are derived from. */
    @Override
    public String toString() {
        // What 64 bits or a double hold is printed as they are, the rest in digits or with an exponent.
        if (isPlain() && (isSmall || is64())) {
            return text;
        }
        if (decimal().digits.length() <= MAX_HELD_DIGITS && isDouble()) {
            return printed(doubleValue());
        }
        return exact(decimal());
    }

    private boolean is64() {
        if (text.length() > 20) {
            return false;
        }
        BigInteger value = new BigInteger(text);
        return value.compareTo(MIN_LONG) >= 0 && value.compareTo(END_ULONG) < 0;
    }

    private static String exact(Decimal own) {
        String digits = own.digits;
        long point = own.point;
        String sign = own.isNegative ? "-" : "";
        int nDigits = digits.length();
        if (digits.isEmpty()) {
            return "0";
        }
        if (nDigits <= point && point <= 40) {
            return sign + digits + "0".repeat((int) point - nDigits);
        }
        if (0 < point && point < nDigits) {
            return sign + digits.substring(0, (int) point) + "." + digits.substring((int) point);
        }
        if (-5 < point && point <= 0) {
            return sign + "0." + "0".repeat((int) -point) + digits;
        }
        String rest = digits.substring(1);
        return sign + digits.charAt(0) + (rest.isEmpty() ? "" : "." + rest) + "e" + (point - 1);
    }

    @Override
    public int compareTo(Num other) {
        if (isSmall && other.isSmall) {
            return Long.compare(small, other.small);
        }
        Decimal a = decimal();
        Decimal b = other.decimal();
        int sign = sign(a);
        if (sign != sign(b) || sign == 0) {
            return Integer.compare(sign, sign(b));
        }
        int magnitude = a.point != b.point ? Long.compare(a.point, b.point) : a.digits.compareTo(b.digits);
        return sign * Integer.signum(magnitude);
    }

    private static int sign(Decimal own) {
        return own.digits.isEmpty() ? 0 : own.isNegative ? -1 : 1;
    }

    /** Whether this divided by {@code divisor} is an integer. */
    boolean isMultipleOf(Num divisor) {
        if (isSmall && divisor.isSmall) {
            return divisor.small != 0 && small % divisor.small == 0;
        }
        Decimal a = decimal();
        Decimal b = divisor.decimal();
        if (b.digits.length() > MAX_DIVISOR_DIGITS) {
            return false;
        }
        if (a.digits.isEmpty() || b.digits.isEmpty()) {
            return a.digits.isEmpty() && !b.digits.isEmpty();
        }
        // The last digits of both are not zero, so that the divisor's cannot be further left.
        long shift = a.point - a.digits.length() - (b.point - b.digits.length());
        if (shift < 0) {
            return false;
        }
        BigInteger modulus = new BigInteger(b.digits);
        BigInteger power = BigInteger.TEN.modPow(BigInteger.valueOf(shift), modulus);
        return new BigInteger(a.digits).multiply(power).mod(modulus).signum() == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Num && compareTo((Num) other) == 0;
    }

    @Override
    public int hashCode() {
        return decimal().hashCode();
    }
}
