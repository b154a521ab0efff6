package goodevent;

import java.util.ArrayList;
import java.util.List;

/**
 * One way in which a message violates its contract.
 *
 * @param pointer JSON Pointer to the value; empty for the whole message
 * @param keyword the keyword of the contract, such as {@code maxLength}
 * @param expected the expected value, such that "… is not <i>expected</i>" reads well
 * @param found the value that is there, shortened
 */
public record Violation(String pointer, String keyword, String expected, String found) {
    /** The violation as one line. */
    @Override
    public String toString() {
        String where = pointer.isEmpty() ? "the message" : pointer;
        return escaped(where) + ": " + escaped(found) + " is not " + escaped(expected) + " (" + keyword + ")";
    }

    /** The text without characters that act on what shows them: controls, separators, bidirectional controls. */
    private static String escaped(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); at += 1) {
            char unit = text.charAt(at);
            switch (unit) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (isActive(unit)) {
                        out.append(String.format("\\u%04x", (int) unit));
                    } else {
                        out.append(unit);
                    }
                }
            }
        }
        return out.toString();
    }

    private static boolean isActive(char unit) {
        return unit <= 0x1f || (unit >= 0x7f && unit <= 0x9f) || unit == 0x61c || unit == 0x200e || unit == 0x200f
            || (unit >= 0x2028 && unit <= 0x202e) || (unit >= 0x2066 && unit <= 0x2069) || unit == 0xfeff;
    }

    /** For a value that takes too many steps. */
    static Violation undecided(String pointer) {
        return new Violation(pointer, "undecided", "decided within the steps that a message may take", "the value");
    }

    private static final int MAX_SHOWN_CHARS = 60;

    /** The text of a value, shortened. */
    static String shown(Json value) {
        StringBuilder out = new StringBuilder();
        Texts.print(out, value, MAX_SHOWN_CHARS * 2 + 2);
        if (out.codePointCount(0, out.length()) <= MAX_SHOWN_CHARS) {
            return out.toString();
        }
        return out.substring(0, out.offsetByCodePoints(0, MAX_SHOWN_CHARS - 1)) + "…";
    }

    /** A value by its kind, which reveals nothing. */
    static String kind(Json value) {
        if (value instanceof Json.Null) {
            return "null";
        }
        if (value instanceof Json.Bool) {
            return "the boolean";
        }
        if (value instanceof Num) {
            return "the number";
        }
        if (value instanceof Json.Text) {
            return "the string";
        }
        return value instanceof Json.Items ? "the array" : "the object";
    }

    private static final int MAX_LISTED = 10;

    /** The first values of an {@code enum}. */
    static String listed(List<Json> values) {
        List<String> texts = new ArrayList<>();
        values.stream().limit(MAX_LISTED).forEach(value -> texts.add(shown(value)));
        if (values.size() > MAX_LISTED) {
            texts.add(values.size() - MAX_LISTED + " more");
        }
        return "one of " + String.join(", ", texts);
    }

    /** The names of types, with their articles. */
    static String typeNames(List<String> names) {
        List<String> texts = new ArrayList<>();
        for (String name : names) {
            String own = name.replace("plain ", "");
            if (own.equals("integer") && names.contains("number")) {
                continue;
            }
            boolean hasVowel = own.equals("integer") || own.equals("array") || own.equals("object");
            texts.add(own.equals("null") ? own : (hasVowel ? "an " : "a ") + own);
        }
        return String.join(" or ", texts);
    }

    /** Names in quotation marks. */
    static String quotedNames(List<String> names) {
        return String.join(", ", names.stream().map(Texts::quoted).toList());
    }

    private static final String NEAREST = "; of the nearest one, ";

    /** Alternatives, with the violation of the nearest one; of nested ones only the innermost is described. */
    static String alternatives(int nBranches, Violation nearest) {
        String all = "any of " + nBranches + " alternatives";
        if (nearest == null) {
            return all;
        }
        int at = nearest.expected.indexOf(NEAREST);
        boolean isNested = (nearest.keyword.equals("anyOf") || nearest.keyword.equals("oneOf")) && at >= 0;
        return all + NEAREST + (isNested ? nearest.expected.substring(at + NEAREST.length()) : nearest.toString());
    }
}
