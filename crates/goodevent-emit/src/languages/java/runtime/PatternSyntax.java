package goodevent;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether a text is a pattern of ECMA-262 with the flag {@code u}; a backslash may also precede any punctuation. */
final class PatternSyntax {
    /** A text that is not a pattern. */
    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed() {
            super(null, null, false, false);
        }
    }

    /** A character, or none: the end of the text or a set of characters. */
    private static final int NONE = -1;

    /** An open group: whether it can be repeated, and the names in its alternatives. */
    private static final class Group {
        final boolean isAtom;
        Set<String> names = new HashSet<>();
        final Set<String> namesBefore = new HashSet<>();

        Group(boolean isAtom) {
            this.isAtom = isAtom;
        }
    }

    private final int[] chars;
    private int at;
    private long nGroups;
    private long maxReference;
    private final Set<String> names = new HashSet<>();
    private final List<String> references = new ArrayList<>();

    private PatternSyntax(String text) {
        chars = text.codePoints().toArray();
    }

    static boolean isPattern(String text) {
        PatternSyntax own = new PatternSyntax(text);
        try {
            own.pattern();
        } catch (Malformed error) {
            return false;
        }
        return own.maxReference <= own.nGroups && own.names.containsAll(own.references);
    }

    private int peek() {
        return at < chars.length ? chars[at] : NONE;
    }

    private int next() throws Malformed {
        require(at < chars.length);
        at += 1;
        return chars[at - 1];
    }

    private boolean take(int expected) {
        boolean isNext = peek() == expected;
        at += isNext ? 1 : 0;
        return isNext;
    }

    private static void require(boolean isSound) throws Malformed {
        if (!isSound) {
            throw new Malformed();
        }
    }

    private static boolean isDigit(int own) {
        return own >= '0' && own <= '9';
    }

    private void pattern() throws Malformed {
        List<Group> groups = new ArrayList<>(List.of(new Group(false)));
        boolean isAtom = false;
        while (at < chars.length) {
            int own = next();
            Group group = groups.get(groups.size() - 1);
            switch (own) {
                case '|' -> {
                    group.namesBefore.addAll(group.names);
                    group.names = new HashSet<>();
                    isAtom = false;
                }
                case '(' -> {
                    groups.add(group(groups));
                    isAtom = false;
                }
                case ')' -> {
                    groups.remove(groups.size() - 1);
                    require(!groups.isEmpty());
                    Group parent = groups.get(groups.size() - 1);
                    parent.names.addAll(group.names);
                    parent.names.addAll(group.namesBefore);
                    isAtom = group.isAtom;
                }
                case '*', '+', '?', '{' -> {
                    if (own == '{') {
                        range();
                    }
                    require(isAtom);
                    take('?');
                    isAtom = false;
                }
                case '}', ']' -> throw new Malformed();
                case '^', '$' -> isAtom = false;
                case '\\' -> isAtom = escape();
                case '[' -> {
                    set();
                    isAtom = true;
                }
                default -> isAtom = true;
            }
        }
        require(groups.size() == 1);
    }

    /** What follows the parenthesis of a group. */
    private Group group(List<Group> outer) throws Malformed {
        if (!take('?')) {
            nGroups += 1;
            return new Group(true);
        }
        int first = next();
        switch (first) {
            case ':':
                return new Group(true);
            case '=', '!':
                return new Group(false);
            case '<': {
                if (take('=') || take('!')) {
                    return new Group(false);
                }
                nGroups += 1;
                String name = name();
                require(outer.stream().noneMatch(group -> group.names.contains(name)));
                outer.get(outer.size() - 1).names.add(name);
                names.add(name);
                return new Group(true);
            }
            default:
                modifiers(first);
                return new Group(true);
        }
    }

    /** {@code i}, {@code m} and {@code s}, each once, with a hyphen before those that are switched off. */
    private void modifiers(int first) throws Malformed {
        StringBuilder seen = new StringBuilder();
        int own = first;
        while (own != ':') {
            String text = Character.toString(own);
            require("ims-".contains(text) && seen.indexOf(text) < 0);
            seen.append(text);
            own = next();
        }
        require(!seen.toString().replace("-", "").isEmpty());
    }

    private void range() throws Malformed {
        String min = digits();
        if (take(',') && peek() != '}') {
            String max = digits();
            require(min.length() < max.length() || (min.length() == max.length() && min.compareTo(max) <= 0));
        }
        require(take('}'));
    }

    /** Digits without leading zeros. */
    private String digits() throws Malformed {
        int start = at;
        StringBuilder digits = new StringBuilder();
        while (isDigit(peek())) {
            int own = next();
            if (own != '0' || digits.length() > 0) {
                digits.appendCodePoint(own);
            }
        }
        require(at > start);
        return digits.toString();
    }

    /** A name up to its angle bracket. */
    private String name() throws Malformed {
        StringBuilder name = new StringBuilder();
        for (;;) {
            int own = next();
            if (own == '>') {
                require(name.length() > 0);
                return name.toString();
            }
            if (own == '\\') {
                require(take('u'));
                own = unicode();
                require(own < 0xd800 || own > 0xdfff);
            }
            boolean mayBegin = Character.isAlphabetic(own) || own == '$' || own == '_';
            int type = Character.getType(own);
            boolean isNumber = type == Character.DECIMAL_DIGIT_NUMBER || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
            boolean mayFollow = mayBegin || isNumber || own == 0x200c || own == 0x200d;
            require(mayBegin || (mayFollow && name.length() > 0));
            name.appendCodePoint(own);
        }
    }

    /** What follows a backslash outside of a class; whether it can be repeated. */
    private boolean escape() throws Malformed {
        int own = next();
        switch (own) {
            case 'b', 'B':
                return false;
            case 'd', 'D', 's', 'S', 'w', 'W':
                return true;
            case 'p', 'P':
                property();
                return true;
            case 'k':
                require(take('<'));
                references.add(name());
                return true;
            case '1', '2', '3', '4', '5', '6', '7', '8', '9': {
                long reference = own - '0';
                while (isDigit(peek())) {
                    reference = Math.min(reference * 10 + next() - '0', Integer.MAX_VALUE);
                }
                maxReference = Math.max(maxReference, reference);
                return true;
            }
            default:
                character(own);
                return true;
        }
    }

    /** The code point of an escaped character. */
    private int character(int own) throws Malformed {
        switch (own) {
            case 't':
                return 9;
            case 'n':
                return 10;
            case 'v':
                return 11;
            case 'f':
                return 12;
            case 'r':
                return 13;
            case 'c': {
                int letter = next();
                require(letter < 128 && Formats.isLetter((char) letter));
                return letter % 32;
            }
            case 'x':
                return hex(2);
            case 'u':
                return unicode();
            default:
                if (own == '0' && !isDigit(peek())) {
                    return 0;
                }
                int type = Character.getType(own);
                boolean isNumber = type == Character.DECIMAL_DIGIT_NUMBER || type == Character.LETTER_NUMBER
                    || type == Character.OTHER_NUMBER;
                require(!Character.isAlphabetic(own) && !isNumber);
                return own;
        }
    }

    private int hex(int nDigits) throws Malformed {
        int value = 0;
        for (int nth = 0; nth < nDigits; nth += 1) {
            int own = next();
            require(own < 128 && Formats.isHex((char) own));
            value = value * 16 + Character.digit(own, 16);
        }
        return value;
    }

    /** Four digits, a pair of surrogates in twice four, or digits in braces. */
    private int unicode() throws Malformed {
        if (take('{')) {
            long value = 0;
            int n = 0;
            while (n == 0 || !take('}')) {
                int own = next();
                require(own < 128 && Formats.isHex((char) own));
                value = Math.min(value * 16 + Character.digit(own, 16), Integer.MAX_VALUE);
                n += 1;
            }
            require(value <= 0x10ffff);
            return (int) value;
        }
        int high = hex(4);
        int start = at;
        if (high >= 0xd800 && high < 0xdc00 && take('\\') && take('u')) {
            try {
                int low = hex(4);
                if (low >= 0xdc00 && low < 0xe000) {
                    return Character.toCodePoint((char) high, (char) low);
                }
            } catch (Malformed error) {
                // It is another escape, which is read again.
                at = start;
            }
        }
        at = start;
        return high;
    }

    /** A property, of which only the form is examined. */
    private void property() throws Malformed {
        require(take('{'));
        word();
        if (take('=')) {
            word();
        }
        require(take('}'));
    }

    private void word() throws Malformed {
        int start = at;
        while (peek() != NONE && peek() < 128
            && (Formats.isLetter((char) peek()) || isDigit(peek()) || peek() == '_')) {
            at += 1;
        }
        require(at > start);
    }

    /** A class up to its bracket. */
    private void set() throws Malformed {
        take('^');
        while (!take(']')) {
            int first = member();
            boolean isRange = peek() == '-' && !(at + 1 < chars.length && chars[at + 1] == ']');
            if (isRange) {
                take('-');
                int last = member();
                require(first != NONE && last != NONE && first <= last);
            }
        }
    }

    /** A character of a class, or none for a set of them. */
    private int member() throws Malformed {
        int own = next();
        if (own != '\\') {
            return own;
        }
        int escaped = next();
        switch (escaped) {
            case 'b':
                return 8;
            case 'd', 'D', 's', 'S', 'w', 'W':
                return NONE;
            case 'p', 'P':
                property();
                return NONE;
            default:
                return character(escaped);
        }
    }
}
