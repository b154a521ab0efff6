package goodevent;

import java.util.Locale;
import java.util.Map;

/** The formats and content encodings of JSON Schema, asserted. */
final class Formats {
    /** A test of texts. */
    interface Format {
        /** Whether a text is of the format. */
        boolean isValid(String text);
    }

    /** A format that nothing is known of. */
    static final Format ANY = text -> true;

    private static final Map<String, Format> ALL = Map.ofEntries(
        Map.entry("date", Formats::isDate), Map.entry("date-time", Formats::isDateTime), Map.entry("time", Formats::isTime),
        Map.entry("duration", Formats::isDuration), Map.entry("email", Hostnames::isEmail),
        Map.entry("idn-email", Hostnames::isIdnEmail), Map.entry("hostname", Hostnames::isHostname),
        Map.entry("hostname-rfc1034", Hostnames::isAsciiHostname), Map.entry("idn-hostname", Hostnames::isIdnHostname),
        Map.entry("ipv4", Formats::isIpv4), Map.entry("ipv6", Formats::isIpv6), Map.entry("uri", Uris.ASCII::isAbsolute),
        Map.entry("uri-reference", Uris.ASCII::isReference), Map.entry("iri", Uris.UNICODE::isAbsolute),
        Map.entry("iri-reference", Uris.UNICODE::isReference), Map.entry("uri-template", Uris::isTemplate),
        Map.entry("json-pointer", Formats::isPointer), Map.entry("relative-json-pointer", Formats::isRelativePointer),
        Map.entry("regex", PatternSyntax::isPattern), Map.entry("uuid", Formats::isUuid));

    private Formats() {}

    static Format of(String name) {
        return ALL.getOrDefault(name, ANY);
    }

    static boolean isDigit(char own) {
        return own >= '0' && own <= '9';
    }

    static boolean isLetter(char own) {
        return (own >= 'a' && own <= 'z') || (own >= 'A' && own <= 'Z');
    }

    static boolean isHex(char own) {
        return isDigit(own) || (own >= 'a' && own <= 'f') || (own >= 'A' && own <= 'F');
    }

    static boolean areDigits(String text, int from, int end) {
        for (int at = from; at < end; at += 1) {
            if (!isDigit(text.charAt(at))) {
                return false;
            }
        }
        return true;
    }

    /** The number in two digits; -1 if there are others. */
    private static int two(String text, int at) {
        char tens = text.charAt(at);
        char ones = text.charAt(at + 1);
        return isDigit(tens) && isDigit(ones) ? (tens - '0') * 10 + ones - '0' : -1;
    }

    private static final int[] N_DAYS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    /** A day of the calendar. */
    static boolean isDate(String text) {
        return text.length() == 10 && isDay(text);
    }

    private static boolean isDay(String text) {
        if (text.charAt(4) != '-' || text.charAt(7) != '-') {
            return false;
        }
        int century = two(text, 0);
        int year = two(text, 2);
        int month = two(text, 5);
        int day = two(text, 8);
        if (century < 0 || year < 0 || month < 1 || month > 12) {
            return false;
        }
        boolean isLeap = year == 0 ? century % 4 == 0 : year % 4 == 0;
        return day >= 1 && day <= N_DAYS[month - 1] + (isLeap && month == 2 ? 1 : 0);
    }

    /** A time with its offset. */
    static boolean isTime(String text) {
        return isTime(text, 0);
    }

    /** A time from {@code from} on; a leap second only at the end of a day of UTC. */
    private static boolean isTime(String text, int from) {
        int n = text.length();
        if (n < from + 9 || text.charAt(from + 2) != ':' || text.charAt(from + 5) != ':') {
            return false;
        }
        int hour = two(text, from);
        int minute = two(text, from + 3);
        int second = two(text, from + 6);
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
            return false;
        }
        int at = from + 8;
        if (text.charAt(at) == '.') {
            int end = at + 1;
            while (end < n && isDigit(text.charAt(end))) {
                end += 1;
            }
            if (end == at + 1 || end == n) {
                return false;
            }
            at = end;
        }
        char sign = text.charAt(at);
        int offset = 0;
        if (sign == 'Z' || sign == 'z') {
            if (at + 1 != n) {
                return false;
            }
        } else {
            if ((sign != '+' && sign != '-') || n != at + 6 || text.charAt(at + 3) != ':') {
                return false;
            }
            int hours = two(text, at + 1);
            int minutes = two(text, at + 4);
            if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
                return false;
            }
            offset = (hours * 60 + minutes) * (sign == '-' ? -1 : 1);
        }
        int day = 24 * 60;
        return second < 60 || Math.floorMod(hour * 60 + minute - offset, day) == day - 1;
    }

    /** A date and a time with {@code T} between. */
    static boolean isDateTime(String text) {
        return text.length() > 11 && (text.charAt(10) == 'T' || text.charAt(10) == 't') && isDay(text) && isTime(text, 11);
    }

    /** Units in order, none left out between two. */
    static boolean isDuration(String text) {
        int n = text.length();
        if (n < 2 || text.charAt(0) != 'P') {
            return false;
        }
        if (text.charAt(n - 1) == 'W') {
            return n > 2 && areDigits(text, 1, n - 1);
        }
        int at = text.indexOf('T');
        if (at < 0) {
            return hasUnits(text, 1, n, "YMD");
        }
        return hasUnits(text, 1, at, "YMD") && at + 1 < n && hasUnits(text, at + 1, n, "HMS");
    }

    private static boolean hasUnits(String text, int from, int end, String units) {
        int last = -1;
        int at = from;
        while (at < end) {
            int start = at;
            while (at < end && isDigit(text.charAt(at))) {
                at += 1;
            }
            int unit = at < end ? units.indexOf(text.charAt(at)) : -1;
            if (at == start || unit < 0 || (last >= 0 && unit != last + 1)) {
                return false;
            }
            last = unit;
            at += 1;
        }
        return true;
    }

    /** Four decimal numbers. */
    static boolean isIpv4(String text) {
        String[] parts = text.length() > 15 ? new String[0] : text.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            boolean isNumber = !part.isEmpty() && part.length() <= 3 && areDigits(part, 0, part.length())
                && (part.length() == 1 || part.charAt(0) != '0') && Integer.parseInt(part) <= 255;
            if (!isNumber) {
                return false;
            }
        }
        return true;
    }

    /** An address of RFC 4291, without zone. */
    static boolean isIpv6(String text) {
        if (text.length() > 45) {
            return false;
        }
        String tail = text.substring(text.lastIndexOf(':') + 1);
        boolean hasIpv4 = tail.indexOf('.') >= 0;
        if (hasIpv4 && !isIpv4(tail)) {
            return false;
        }
        // The last four bytes count as two groups.
        String whole = hasIpv4 ? text.substring(0, text.length() - tail.length()) + "0:0" : text;
        String[] parts = whole.split("::", -1);
        int nGroups = 0;
        for (String part : parts) {
            for (String group : part.isEmpty() ? new String[0] : part.split(":", -1)) {
                boolean isGroup = !group.isEmpty() && group.length() <= 4;
                for (int at = 0; at < group.length(); at += 1) {
                    isGroup &= isHex(group.charAt(at));
                }
                if (!isGroup) {
                    return false;
                }
                nGroups += 1;
            }
        }
        return parts.length == 1 ? nGroups == 8 : parts.length == 2 && nGroups <= 7;
    }

    /** Tokens behind slashes, in which a tilde stands before 0 or 1 only. */
    static boolean isPointer(String text) {
        if (!text.isEmpty() && text.charAt(0) != '/') {
            return false;
        }
        for (int at = text.indexOf('~'); at >= 0; at = text.indexOf('~', at + 1)) {
            char next = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
            if (next != '0' && next != '1') {
                return false;
            }
        }
        return true;
    }

    /** A number of levels up, and {@code #} or a pointer from there. */
    static boolean isRelativePointer(String text) {
        int n = 0;
        while (n < text.length() && isDigit(text.charAt(n))) {
            n += 1;
        }
        boolean isNumber = n == 1 || (n > 1 && text.charAt(0) != '0');
        String rest = text.substring(n);
        return isNumber && (rest.equals("#") || isPointer(rest));
    }

    static boolean isUuid(String text) {
        if (text.length() != 36) {
            return false;
        }
        for (int at = 0; at < 36; at += 1) {
            boolean isHyphen = at == 8 || at == 13 || at == 18 || at == 23;
            char own = text.charAt(at);
            if (isHyphen ? own != '-' : !isHex(own)) {
                return false;
            }
        }
        return true;
    }

    /** A version, a trace, an activity and flags (W3C Trace Context). */
    static boolean isTraceParent(String text) {
        int n = text.length();
        if (n < 55 || text.charAt(2) != '-' || text.charAt(35) != '-' || text.charAt(52) != '-') {
            return false;
        }
        boolean isHex = true;
        for (int at = 0; at < 55; at += 1) {
            char own = text.charAt(at);
            isHex &= at == 2 || at == 35 || at == 52 || isDigit(own) || (own >= 'a' && own <= 'f');
        }
        String version = text.substring(0, 2);
        boolean hasEnd = n == 55 || (!version.equals("00") && text.charAt(55) == '-');
        return isHex && hasEnd && !version.equals("ff") && !text.startsWith("0".repeat(32), 3)
            && !text.startsWith("0".repeat(16), 36);
    }

    /** The name of an attribute of a CloudEvent. */
    static boolean isAttributeName(String text) {
        boolean isName = !text.isEmpty();
        for (int at = 0; at < text.length(); at += 1) {
            char own = text.charAt(at);
            isName &= isDigit(own) || (own >= 'a' && own <= 'z');
        }
        return isName;
    }

    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final String DIGITS = "0123456789";

    /** The bytes that a text encodes in a strict form of RFC 4648; {@code null} if it encodes none. */
    static byte[] decoded(String encoding, String text) {
        String alphabet;
        int nBits;
        int group;
        switch (encoding) {
            case "base16" -> {
                alphabet = DIGITS + "ABCDEF";
                nBits = 4;
                group = 2;
            }
            case "base32" -> {
                alphabet = LETTERS + "234567";
                nBits = 5;
                group = 8;
            }
            case "base32hex" -> {
                alphabet = DIGITS + "ABCDEFGHIJKLMNOPQRSTUV";
                nBits = 5;
                group = 8;
            }
            default -> {
                String own = encoding.equals("base64") ? "+/" : "-_";
                alphabet = LETTERS + LETTERS.toLowerCase(Locale.ROOT) + DIGITS + own;
                nBits = 6;
                group = 4;
            }
        }
        boolean isBase16 = nBits == 4;
        int nDigits = text.length();
        while (!isBase16 && nDigits > 0 && text.charAt(nDigits - 1) == '=') {
            nDigits -= 1;
        }
        long nSpare = (long) nDigits * nBits % 8;
        if (text.length() % group != 0 || text.length() - nDigits >= group || nSpare >= nBits) {
            return null;
        }
        byte[] bytes = new byte[(int) ((long) nDigits * nBits / 8)];
        int nBytes = 0;
        int bits = 0;
        int nPending = 0;
        for (int at = 0; at < nDigits; at += 1) {
            char own = text.charAt(at);
            int value = alphabet.indexOf(isBase16 && own >= 'a' && own <= 'f' ? (char) (own - 32) : own);
            if (value < 0) {
                return null;
            }
            bits = bits << nBits | value;
            nPending += nBits;
            if (nPending >= 8) {
                nPending -= 8;
                bytes[nBytes] = (byte) (bits >> nPending);
                nBytes += 1;
                bits &= (1 << nPending) - 1;
            }
        }
        return bits == 0 ? bytes : null;
    }
}
