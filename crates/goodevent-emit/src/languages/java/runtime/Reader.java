package goodevent;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;

/** Reads JSON that means the same to every parser: names occur once, strings are Unicode, numbers keep their digits. */
final class Reader {
    /** The reason why bytes are not read, with the offset of the byte where it shows. */
    static final class Fault extends Exception {
        private static final long serialVersionUID = 1L;
        final int offset;

        Fault(int offset, String reason) {
            super(reason, null, false, false);
            this.offset = offset;
        }
    }

    /** Arrays and objects are nested at most so deep. */
    static final int MAX_DEPTH = 128;

    static final String TOO_DEEP = "arrays and objects are nested deeper than 128 levels";

    private final byte[] bytes;
    private final int maxDepth;
    private int at;

    private Reader(byte[] bytes, int maxDepth) {
        this.bytes = bytes;
        this.maxDepth = maxDepth;
    }

    /** Reads bytes that are UTF-8. */
    static Json read(byte[] bytes, int maxDepth) throws Fault {
        return new Reader(bytes, maxDepth).document();
    }

    /** The number of bytes before the first that is not part of a character (Unicode Standard, table 3-7). */
    static int validUpTo(byte[] bytes) {
        int n = bytes.length;
        int start = 0;
        while (start < n) {
            int lead = bytes[start];
            if (lead >= 0) {
                start += 1;
                continue;
            }
            lead &= 0xff;
            int nMore = lead < 0xc2 ? -1 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : -1;
            int first = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
            int last = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
            if (nMore < 0 || start + nMore >= n || !isIn(bytes[start + 1], first, last)) {
                return start;
            }
            for (int more = 2; more <= nMore; more += 1) {
                if (!isIn(bytes[start + more], 0x80, 0xbf)) {
                    return start;
                }
            }
            start += nMore + 1;
        }
        return n;
    }

    private static boolean isIn(byte own, int first, int last) {
        int value = own & 0xff;
        return first <= value && value <= last;
    }

    private Json document() throws Fault {
        if (bytes.length >= 3 && bytes[0] == (byte) 0xef && bytes[1] == (byte) 0xbb && bytes[2] == (byte) 0xbf) {
            throw fault("a byte order mark, which JSON does not allow");
        }
        Json value = value(1);
        skipSpace();
        if (at < bytes.length) {
            throw expected("the end of the text after the value");
        }
        return value;
    }

    private Fault fault(String reason) {
        return new Fault(at, reason);
    }

    /** The next byte; -1 at the end. Bytes of characters beyond ASCII are negative, too. */
    private int peek() {
        return at < bytes.length ? bytes[at] : -1;
    }

    private boolean isEnd() {
        return at >= bytes.length;
    }

    private void skipSpace() {
        while (at < bytes.length) {
            byte own = bytes[at];
            if (own != ' ' && own != '\n' && own != '\r' && own != '\t') {
                return;
            }
            at += 1;
        }
    }

    private boolean take(char expected) {
        skipSpace();
        boolean isNext = at < bytes.length && bytes[at] == expected;
        at += isNext ? 1 : 0;
        return isNext;
    }

    private Json value(int depth) throws Fault {
        skipSpace();
        switch (peek()) {
            case '{':
                return object(depth);
            case '[':
                return array(depth);
            case '"':
                return new Json.Text(string());
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
                return number();
            case 'n':
                word("null");
                return new Json.Null();
            case 't':
                word("true");
                return new Json.Bool(true);
            case 'f':
                word("false");
                return new Json.Bool(false);
            default:
                throw notAValue();
        }
    }

    private void word(String word) throws Fault {
        boolean isThere = at + word.length() <= bytes.length;
        for (int nth = 0; isThere && nth < word.length(); nth += 1) {
            isThere = bytes[at + nth] == word.charAt(nth);
        }
        if (!isThere) {
            throw fault("expected `null`, `true` or `false`, found another word");
        }
        at += word.length();
    }

    private static boolean isDigit(int own) {
        return own >= '0' && own <= '9';
    }

    private int digits(int from) {
        int end = from;
        while (end < bytes.length && isDigit(bytes[end])) {
            end += 1;
        }
        return end;
    }

    private Num number() throws Fault {
        int start = at;
        int whole = bytes[start] == '-' ? start + 1 : start;
        int end = whole;
        long value = 0;
        while (end < bytes.length && isDigit(bytes[end])) {
            value = value * 10 + (bytes[end] - '0');
            end += 1;
        }
        boolean isSound = end > whole && (bytes[whole] != '0' || end == whole + 1);
        boolean isPlain = true;
        if (end < bytes.length && bytes[end] == '.') {
            int fraction = end + 1;
            end = digits(fraction);
            isSound &= end > fraction;
            isPlain = false;
        }
        if (end < bytes.length && (bytes[end] == 'e' || bytes[end] == 'E')) {
            int exponent = end + 1;
            if (exponent < bytes.length && (bytes[exponent] == '+' || bytes[exponent] == '-')) {
                exponent += 1;
            }
            end = digits(exponent);
            isSound &= end > exponent;
            isPlain = false;
        }
        if (!isSound || end - start > Num.MAX_CHARS) {
            throw notANumber(start);
        }
        String text = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
        // A zero with a sign is a double.
        boolean isSmall = isPlain && end - whole <= 18 && (value != 0 || whole == start);
        Num number = isSmall ? Num.read(text, whole > start ? -value : value) : Num.read(text);
        if (number == null) {
            throw notANumber(start);
        }
        at = end;
        return number;
    }

    private Fault notANumber(int start) {
        int whole = bytes[start] == '-' ? start + 1 : start;
        at = digits(whole);
        if (at == whole) {
            boolean isInfinity = !isEnd() && bytes[at] == 'I';
            return isInfinity ? expected("a digit after `-`", NO_NAN) : expected("a digit after `-`");
        }
        if (at - whole > 1 && bytes[whole] == '0') {
            return new Fault(start, "a number with a leading zero");
        }
        if (!isEnd() && bytes[at] == '.') {
            int fraction = at + 1;
            at = digits(fraction);
            if (at == fraction) {
                return expected("a digit after `.`");
            }
        }
        if (!isEnd() && (bytes[at] == 'e' || bytes[at] == 'E')) {
            at += 1;
            at += !isEnd() && (bytes[at] == '+' || bytes[at] == '-') ? 1 : 0;
            if (digits(at) == at) {
                return expected("a digit in the exponent");
            }
        }
        return new Fault(start, "a number that has more than 1,024 characters, or an exponent beyond 2^60");
    }

    private String string() throws Fault {
        int start = at;
        int from = at + 1;
        int end = from;
        int seen = 0;
        while (end < bytes.length) {
            byte own = bytes[end];
            if (own == '"' || own == '\\' || (own >= 0 && own < 0x20)) {
                break;
            }
            seen |= own;
            end += 1;
        }
        if (end < bytes.length && bytes[end] == '"') {
            at = end + 1;
            return new String(bytes, from, end - from, seen < 0 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        }
        StringBuilder text = new StringBuilder();
        for (;;) {
            text.append(new String(bytes, from, end - from, StandardCharsets.UTF_8));
            at = end;
            if (isEnd()) {
                throw new Fault(start, "a string that does not end");
            }
            byte own = bytes[at];
            if (own == '"') {
                at += 1;
                return text.toString();
            }
            if (own != '\\') {
                throw fault("a control character in a string: write it as an escape");
            }
            escape(text, start);
            from = at;
            end = at;
            while (end < bytes.length) {
                own = bytes[end];
                if (own == '"' || own == '\\' || (own >= 0 && own < 0x20)) {
                    break;
                }
                end += 1;
            }
        }
    }

    private void escape(StringBuilder text, int start) throws Fault {
        if (at + 1 >= bytes.length) {
            throw new Fault(start, "a string that does not end");
        }
        int kind = bytes[at + 1];
        if (kind != 'u') {
            int nth = "\"\\/bfnrt".indexOf((char) (kind & 0xff));
            if (kind < 0 || nth < 0) {
                throw fault("an escape that JSON does not have");
            }
            text.append("\"\\/\b\f\n\r\t".charAt(nth));
            at += 2;
            return;
        }
        int high = unit(at);
        int low = unit(at + 6);
        if (high < 0) {
            at += 2;
            while (!isEnd() && bytes[at] >= 0 && Character.digit((char) bytes[at], 16) >= 0) {
                at += 1;
            }
            throw expected("four hexadecimal digits after `\\u`");
        }
        if (high < 0xd800 || high > 0xdfff) {
            text.append((char) high);
            at += 6;
            return;
        }
        if (high > 0xdbff || low < 0xdc00 || low > 0xdfff) {
            throw fault("a lone surrogate, which is not a character");
        }
        text.append((char) high).append((char) low);
        at += 12;
    }

    /** The unit of an escape; -1 if there is none. */
    private int unit(int from) {
        if (from + 6 > bytes.length || bytes[from] != '\\' || bytes[from + 1] != 'u') {
            return -1;
        }
        int value = 0;
        for (int nth = 2; nth < 6; nth += 1) {
            int digit = bytes[from + nth] < 0 ? -1 : Character.digit((char) bytes[from + nth], 16);
            if (digit < 0) {
                return -1;
            }
            value = value * 16 + digit;
        }
        return value;
    }

    private Json array(int depth) throws Fault {
        requireDepth(depth);
        at += 1;
        if (take(']')) {
            return new Json.Items(List.of());
        }
        List<Json> items = new ArrayList<>();
        for (;;) {
            items.add(value(depth + 1));
            if (take(']')) {
                return new Json.Items(items);
            }
            if (!take(',')) {
                throw expected("`,` or `]` after an item");
            }
            skipSpace();
            if (peek() == ']') {
                throw expected("a value", "JSON allows no comma after the last item");
            }
        }
    }

    private void requireDepth(int depth) throws Fault {
        if (depth > maxDepth) {
            throw fault(TOO_DEEP);
        }
    }

    private Json object(int depth) throws Fault {
        requireDepth(depth);
        at += 1;
        if (take('}')) {
            return new Json.Members(Collections.emptyMap());
        }
        LinkedHashMap<String, Json> members = new LinkedHashMap<>();
        for (;;) {
            skipSpace();
            int start = at;
            if (peek() != '"') {
                throw notAName();
            }
            String name = string();
            if (members.putIfAbsent(name, PENDING) != null) {
                throw new Fault(start, "the object has this name already");
            }
            if (!take(':')) {
                throw expected("`:` after a name");
            }
            members.put(name, value(depth + 1));
            if (take('}')) {
                return new Json.Members(members, true);
            }
            if (!take(',')) {
                throw expected("`,` or `}` after a member");
            }
        }
    }

    private static final Json PENDING = new Json.Null();

    private static final String COMMENT = "a comment, which JSON does not allow";
    private static final String NO_NAN = "JSON has no `NaN` and no `Infinity`";

    private Fault notAValue() {
        if (isEnd()) {
            return expected("a value");
        }
        return switch (bytes[at]) {
            case '/' -> fault(COMMENT);
            case '\'' -> expected("a value", "JSON writes strings in double quotes");
            case '+' -> expected("a value", "a number begins with a digit or `-`");
            case '.' -> expected("a value", "a number begins with a digit or `-`: write `0.5`, not `.5`");
            case 'N', 'I' -> expected("a value", NO_NAN);
            default -> expected("a value");
        };
    }

    private Fault notAName() {
        String what = "a name in double quotes";
        if (isEnd()) {
            return expected(what);
        }
        return switch (bytes[at]) {
            case '}' -> expected(what, "JSON allows no comma after the last member");
            case '/' -> fault(COMMENT);
            default -> expected(what);
        };
    }

    /** The fault of a text that has another character here than {@code what}. */
    private Fault expected(String what) {
        return fault("expected " + what + ", found " + found());
    }

    /** The same with advice about a common mistake. */
    private Fault expected(String what, String advice) {
        return fault("expected " + what + ", found " + found() + ": " + advice);
    }

    /**
     * The kind of the next character. Messages are logged, and a text can have personal data, so that punctuation is shown and
     * letters and digits are not.
     */
    private String found() {
        if (isEnd()) {
            return "the end of the text";
        }
        int own = bytes[at];
        if (own == ' ' || own == '\t' || own == '\n' || own == '\r') {
            return "white space";
        }
        if (own == '`') {
            return "a backtick";
        }
        if (isDigit(own)) {
            return "a digit";
        }
        if ((own | 0x20) >= 'a' && (own | 0x20) <= 'z') {
            return "a letter";
        }
        if (own < 0) {
            return "a character beyond ASCII";
        }
        return own < 0x20 || own == 0x7f ? "a control character" : "`" + (char) own + "`";
    }
}
