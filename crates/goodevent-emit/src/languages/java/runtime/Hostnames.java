package goodevent;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** Host names of ASCII (RFC 1123), of any script (RFC 5890 to 5893), and mailboxes (RFC 5321). */
final class Hostnames {
    private Hostnames() {}

    /** Labels of letters, digits and inner hyphens, between dots. */
    static boolean isAsciiHostname(String text) {
        if (text.length() > 253) {
            return false;
        }
        int length = 0;
        for (int at = 0; at <= text.length(); at += 1) {
            char own = at < text.length() ? text.charAt(at) : '.';
            if (own == '.') {
                if (length == 0 || length > 63 || text.charAt(at - 1) == '-') {
                    return false;
                }
                length = 0;
            } else if (Formats.isLetter(own) || Formats.isDigit(own) || (own == '-' && length > 0)) {
                length += 1;
            } else {
                return false;
            }
        }
        return true;
    }

    /** The same; a label with hyphens in third and fourth place must be an A-label. */
    static boolean isHostname(String text) {
        if (!isAsciiHostname(text)) {
            return false;
        }
        if (text.indexOf("--") < 0) {
            return true;
        }
        for (String label : text.split("\\.", -1)) {
            if (label.startsWith("--", 2) && !isALabel(label)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isALabel(String label) {
        int[] decoded = label.startsWith("xn--") ? decode(label.substring(4)) : null;
        return decoded != null && isLabel(decoded);
    }

    private static final int BASE = 36;

    /** Decodes Punycode (RFC 3492); {@code null} if it is none. */
    private static int[] decode(String encoded) {
        int hyphen = encoded.lastIndexOf('-');
        List<Integer> label = new ArrayList<>();
        for (int at = 0; at < hyphen; at += 1) {
            label.add((int) encoded.charAt(at));
        }
        String digits = hyphen > 0 ? encoded.substring(hyphen + 1) : encoded;
        long code = 128;
        long index = 0;
        int bias = 72;
        int at = 0;
        while (at < digits.length()) {
            long before = index;
            long weight = 1;
            for (int k = BASE;; k += BASE) {
                int digit = at < digits.length() ? Character.digit(digits.charAt(at), BASE) : -1;
                at += 1;
                if (digit < 0) {
                    return null;
                }
                // Letters come before digits.
                int value = digit < 10 ? digit + 26 : digit - 10;
                index += value * weight;
                int threshold = Math.min(Math.max(k - bias, 1), 26);
                if (index > 0xffff_ffffL) {
                    return null;
                }
                if (value < threshold) {
                    break;
                }
                weight *= BASE - threshold;
                if (weight > 0xffff_ffffL) {
                    return null;
                }
            }
            int nChars = label.size() + 1;
            bias = adapted(index - before, nChars, before == 0);
            code += index / nChars;
            index %= nChars;
            if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
                return null;
            }
            label.add((int) index, (int) code);
            index += 1;
        }
        return label.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Encodes Punycode. */
    private static String encode(int[] label) {
        StringBuilder out = new StringBuilder();
        for (int own : label) {
            if (own < 128) {
                out.append((char) own);
            }
        }
        int nBasic = out.length();
        int nDone = nBasic;
        if (nBasic > 0) {
            out.append('-');
        }
        int code = 128;
        long delta = 0;
        int bias = 72;
        while (nDone < label.length) {
            int next = Integer.MAX_VALUE;
            for (int own : label) {
                next = own >= code ? Math.min(next, own) : next;
            }
            delta += (long) (next - code) * (nDone + 1);
            code = next;
            for (int own : label) {
                delta += own < code ? 1 : 0;
                if (own == code) {
                    long rest = delta;
                    for (int k = BASE;; k += BASE) {
                        int threshold = Math.min(Math.max(k - bias, 1), 26);
                        if (rest < threshold) {
                            out.append(digit((int) rest));
                            break;
                        }
                        out.append(digit((int) (threshold + (rest - threshold) % (BASE - threshold))));
                        rest = (rest - threshold) / (BASE - threshold);
                    }
                    bias = adapted(delta, nDone + 1, nDone == nBasic);
                    delta = 0;
                    nDone += 1;
                }
            }
            delta += 1;
            code += 1;
        }
        return out.toString();
    }

    private static char digit(int value) {
        return (char) (value < 26 ? 'a' + value : '0' + value - 26);
    }

    private static int adapted(long delta, int nChars, boolean isFirst) {
        long left = delta / (isFirst ? 700 : 2);
        left += left / nChars;
        int k = 0;
        for (; left > 455; k += BASE) {
            left /= 35;
        }
        return (int) (k + 36 * left / (left + 38));
    }

    private static final String VIRAMAS =
        "\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA\u0E3A\u0F84\u1039\u1714\u1734\u17D2\u1A60\u1B44\u1BAA"
            + "\u1BF2\u1BF3\u2D7F\uA806\uA8C4\uA953\uABED\ud802\ude3f\ud804\udc46\ud804\udc7f\ud804\udcb9\ud804\udd33\ud804\uddc0"
            + "\ud804\ude35\ud804\udeea\ud804\udf4d\ud805\udc42\ud805\udcc2\ud805\uddbf\ud805\ude3f\ud805\udeb6\ud805\udf2b"
            + "\ud806\udc39\ud806\udde0\ud806\ude34\ud806\ude47\ud806\ude99\ud807\udc3f\ud807\udd44\ud807\udd45\ud807\udd97";

    private static boolean isVirama(int own) {
        return own > 0 && VIRAMAS.indexOf(own) >= 0;
    }

    private static boolean isIn(int own, int first, int last) {
        return first <= own && own <= last;
    }

    private static boolean isMark(int own) {
        int type = Character.getType(own);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK
            || type == Character.ENCLOSING_MARK;
    }

    /** Whether the characters of a label may be where they are (RFC 5892). */
    private static boolean isLabel(int[] chars) {
        if (chars.length > 0 && isMark(chars[0])) {
            return false;
        }
        boolean isJapanese = false;
        boolean hasDot = false;
        boolean hasArabic = false;
        boolean hasExtended = false;
        for (int own : chars) {
            isJapanese |= own != 0x30fb && (isIn(own, 0x3040, 0x30ff) || isIn(own, 0x4e00, 0x9fff));
            hasDot |= own == 0x30fb;
            hasArabic |= isIn(own, 0x660, 0x669);
            hasExtended |= isIn(own, 0x6f0, 0x6f9);
        }
        boolean isSound = (!hasDot || isJapanese) && !(hasArabic && hasExtended);
        for (int at = 0; isSound && at < chars.length; at += 1) {
            int before = at > 0 ? chars[at - 1] : -1;
            int behind = at + 1 < chars.length ? chars[at + 1] : -1;
            isSound = isAllowed(chars[at], before, behind);
        }
        return isSound;
    }

    private static boolean isAllowed(int own, int before, int behind) {
        switch (own) {
            case 0x200d:
                return isVirama(before);
            case 0xb7:
                return before == 'l' && behind == 'l';
            case 0x375:
                return isIn(behind, 0x370, 0x3ff);
            case 0x5f3, 0x5f4:
                return isIn(before, 0x590, 0x5ff);
            case 0x640, 0x7fa, 0x302e, 0x302f, 0x3031, 0x3032, 0x3033, 0x3034, 0x3035, 0x303b:
                return false;
            case 0x200c, 0x30fb, 0x6fd, 0x6fe, 0xf0b, 0x3007:
                return true;
            default:
                break;
        }
        if (own < 128) {
            return true;
        }
        return switch (Character.getType(own)) {
            case Character.UPPERCASE_LETTER, Character.LOWERCASE_LETTER, Character.TITLECASE_LETTER,
                Character.MODIFIER_LETTER, Character.OTHER_LETTER, Character.NON_SPACING_MARK,
                Character.COMBINING_SPACING_MARK, Character.DECIMAL_DIGIT_NUMBER -> true;
            default -> false;
        };
    }

    /** A host name of any script. Mapping and properties of characters are those of the platform's Unicode. */
    static boolean isIdnHostname(String text) {
        if (text.length() > 1_024) {
            return false;
        }
        StringBuilder ascii = new StringBuilder();
        List<int[]> labels = new ArrayList<>();
        for (String label : mapped(text).split("\\.", -1)) {
            int[] unicode = label.codePoints().toArray();
            String own = label;
            if (label.startsWith("xn--")) {
                unicode = decode(label.substring(4));
                boolean isSound = unicode != null && unicode.length > 0 && hasUnicode(unicode)
                    && encode(unicode).equals(label.substring(4)) && mapped(text(unicode)).equals(text(unicode));
                if (!isSound) {
                    return false;
                }
            } else if (hasUnicode(unicode)) {
                own = "xn--" + encode(unicode);
            }
            String shown = text(unicode);
            boolean hasHyphens = shown.startsWith("-") || shown.endsWith("-") || isHyphenated(unicode);
            if (unicode.length == 0 || hasHyphens || !isLabel(unicode) || !isJoined(unicode)) {
                return false;
            }
            labels.add(unicode);
            ascii.append(ascii.length() > 0 ? "." : "").append(own);
        }
        return isHostname(ascii.toString()) && (!isBidirectional(labels) || labels.stream().allMatch(Hostnames::isOneDirection));
    }

    private static boolean isHyphenated(int[] label) {
        return label.length >= 4 && label[2] == '-' && label[3] == '-';
    }

    private static boolean hasUnicode(int[] label) {
        for (int own : label) {
            if (own >= 128) {
                return true;
            }
        }
        return false;
    }

    private static String text(int[] label) {
        return new String(label, 0, label.length);
    }

    /** The mapping of UTS 46, not transitional. */
    private static String mapped(String text) {
        StringBuilder out = new StringBuilder();
        Normalizer.normalize(dotted(text), Normalizer.Form.NFKC).codePoints().forEach(own -> out.append(folded(own)));
        return dotted(Normalizer.normalize(out, Normalizer.Form.NFKC));
    }

    /** The text with dots of ASCII, without characters that are ignored. */
    private static String dotted(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(own -> {
            boolean isIgnored = own == 0xad || own == 0x34f || isIn(own, 0x180b, 0x180d) || own == 0x180f || own == 0x200b
                || own == 0x2060 || own == 0x2064 || isIn(own, 0xfe00, 0xfe0f) || own == 0xfeff
                || isIn(own, 0xe0100, 0xe01ef);
            if (own == 0x3002 || own == 0xff0e || own == 0xff61) {
                out.append('.');
            } else if (!isIgnored) {
                out.appendCodePoint(own);
            }
        });
        return out.toString();
    }

    private static String folded(int own) {
        if (own < 128) {
            return Character.toString(Character.toLowerCase(own));
        }
        if (own == 0x1e9e) {
            return "\u00df";
        }
        // Cherokee is folded to its capital letters.
        if (isIn(own, 0xab70, 0xabbf)) {
            return Character.toString(own - 0xab70 + 0x13a0);
        }
        if (isIn(own, 0x13f8, 0x13fd)) {
            return Character.toString(own - 8);
        }
        if (isIn(own, 0x13a0, 0x13f5)) {
            return Character.toString(own);
        }
        String lower = Character.toString(own).toLowerCase(Locale.ROOT);
        // An iota below its letter is folded to one behind it.
        String parts = Normalizer.normalize(lower, Normalizer.Form.NFD);
        return parts.indexOf('\u0345') < 0 ? lower : parts.replace("\u0345", "") + "\u03b9";
    }

    /** Joiners stand behind a virama; the one that separates may also stand between letters that join. */
    private static boolean isJoined(int[] label) {
        for (int at = 0; at < label.length; at += 1) {
            if (label[at] == 0x200c) {
                boolean isBetween = at > 0 && at + 1 < label.length && isCursive(label[at - 1]) && isCursive(label[at + 1]);
                if (!(at > 0 && isVirama(label[at - 1])) && !isBetween) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isCursive(int own) {
        return switch (Character.UnicodeScript.of(own)) {
            case ARABIC, SYRIAC, MONGOLIAN, NKO, MANDAIC, PHAGS_PA -> true;
            default -> false;
        };
    }

    private static boolean isBidirectional(List<int[]> labels) {
        for (int[] label : labels) {
            for (int own : label) {
                byte direction = Character.getDirectionality(own);
                if (isRight(direction) || direction == Character.DIRECTIONALITY_ARABIC_NUMBER) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isRight(byte direction) {
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
            || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
    }

    /** The rule of RFC 5893 for a label of a name with characters from right to left. */
    private static boolean isOneDirection(int[] label) {
        boolean hasLeft = false;
        boolean hasRight = false;
        boolean hasEuropean = false;
        boolean hasArabic = false;
        byte last = Character.DIRECTIONALITY_OTHER_NEUTRALS;
        for (int own : label) {
            byte direction = Character.getDirectionality(own);
            hasLeft |= direction == Character.DIRECTIONALITY_LEFT_TO_RIGHT;
            hasRight |= isRight(direction);
            hasEuropean |= direction == Character.DIRECTIONALITY_EUROPEAN_NUMBER;
            hasArabic |= direction == Character.DIRECTIONALITY_ARABIC_NUMBER;
            last = direction == Character.DIRECTIONALITY_NONSPACING_MARK ? last : direction;
        }
        byte first = Character.getDirectionality(label[0]);
        boolean endsInNumber = last == Character.DIRECTIONALITY_EUROPEAN_NUMBER;
        if (isRight(first)) {
            boolean ends = isRight(last) || endsInNumber || last == Character.DIRECTIONALITY_ARABIC_NUMBER;
            return !hasLeft && ends && !(hasEuropean && hasArabic);
        }
        boolean ends = last == Character.DIRECTIONALITY_LEFT_TO_RIGHT || endsInNumber;
        return first == Character.DIRECTIONALITY_LEFT_TO_RIGHT && !hasRight && !hasArabic && ends;
    }

    /** A mailbox of ASCII. */
    static boolean isEmail(String text) {
        return isMailbox(text, false, Hostnames::isHostname);
    }

    /** A mailbox of any script: its structure is that of one of ASCII. */
    static boolean isIdnEmail(String text) {
        return isMailbox(text, true, Hostnames::isIdnHostname);
    }

    /** Local part and domain; also of {@code Name <local@domain>}. */
    private static boolean isMailbox(String text, boolean isUnicode, Predicate<String> isName) {
        int bracket = text.lastIndexOf(" <");
        String address = text;
        if (bracket >= 0) {
            String inner = text.substring(bracket + 2).strip();
            if (!inner.endsWith(">")) {
                return false;
            }
            address = inner.substring(0, inner.length() - 1);
        }
        int at = address.lastIndexOf('@');
        return at >= 0 && isLocal(address.substring(0, at), isUnicode) && isDomain(address.substring(at + 1), isName);
    }

    private static boolean isLocal(String text, boolean isUnicode) {
        int n = text.codePointCount(0, text.length());
        if (n < 1 || n > 64) {
            return false;
        }
        boolean isQuoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
        return isQuoted ? isQuoted(text, isUnicode) : areAtoms(text, isUnicode);
    }

    private static boolean areAtoms(String text, boolean isUnicode) {
        boolean isStart = true;
        for (int at = 0; at < text.length(); at += 1) {
            char own = text.charAt(at);
            if (own == '.') {
                if (isStart) {
                    return false;
                }
                isStart = true;
            } else {
                boolean isAtom = Formats.isLetter(own) || Formats.isDigit(own) || "!#$%&'*+-/=?^_`{|}~".indexOf(own) >= 0
                    || (isUnicode && own >= 0x80);
                if (!isAtom) {
                    return false;
                }
                isStart = false;
            }
        }
        return !isStart;
    }

    private static boolean isQuoted(String text, boolean isUnicode) {
        int end = text.length() - 1;
        for (int at = 1; at < end; at += 1) {
            char own = text.charAt(at);
            boolean isSound = own == ' ' || own == '\t' || isGraphic(own, isUnicode);
            if (own == '\\') {
                at += 1;
                isSound = at < end && isGraphic(text.charAt(at), isUnicode);
            }
            if (own == '"' || !isSound) {
                return false;
            }
        }
        return true;
    }

    private static boolean isGraphic(char own, boolean isUnicode) {
        return (own > ' ' && own < 0x7f) || (isUnicode && own >= 0x80);
    }

    private static boolean isDomain(String text, Predicate<String> isName) {
        if (text.length() < 2 || !text.startsWith("[") || !text.endsWith("]")) {
            return isName.test(text);
        }
        String literal = text.substring(1, text.length() - 1);
        return literal.regionMatches(true, 0, "IPv6:", 0, 5) ? Formats.isIpv6(literal.substring(5)) : Formats.isIpv4(literal);
    }
}
