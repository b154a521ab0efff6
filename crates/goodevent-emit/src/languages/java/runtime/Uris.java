package goodevent;

/** URIs and IRIs (RFC 3986 and 3987), and templates of them (RFC 6570). */
final class Uris {
    static final Uris ASCII = new Uris(false);
    static final Uris UNICODE = new Uris(true);

    private static final String PLAIN = "-._~!$&'()*+,;=";

    private final boolean isUnicode;

    private Uris(boolean isUnicode) {
        this.isUnicode = isUnicode;
    }

    /** A scheme, and what follows. */
    boolean isAbsolute(String text) {
        int end = scheme(text);
        return end >= 0 && isRest(text.substring(end + 1));
    }

    /** The same, or a reference relative to one. */
    boolean isReference(String text) {
        if (scheme(text) >= 0) {
            return isAbsolute(text);
        }
        // A colon before the first slash would read as a scheme.
        int end = 0;
        while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
            end += 1;
        }
        return (text.startsWith("//") || text.substring(0, end).indexOf(':') < 0) && isRest(text);
    }

    /** The place of the colon behind a scheme; -1 if there is none. */
    private static int scheme(String text) {
        int colon = text.indexOf(':');
        boolean isScheme = colon > 0 && Formats.isLetter(text.charAt(0));
        for (int at = 0; isScheme && at < colon; at += 1) {
            char own = text.charAt(at);
            isScheme = Formats.isLetter(own) || Formats.isDigit(own) || own == '+' || own == '-' || own == '.';
        }
        return isScheme ? colon : -1;
    }

    private boolean isRest(String text) {
        int hash = text.indexOf('#');
        String fragment = hash < 0 ? "" : text.substring(hash + 1);
        String beforeFragment = hash < 0 ? text : text.substring(0, hash);
        int mark = beforeFragment.indexOf('?');
        String query = mark < 0 ? "" : beforeFragment.substring(mark + 1);
        String path = mark < 0 ? beforeFragment : beforeFragment.substring(0, mark);
        if (path.startsWith("//")) {
            int slash = path.indexOf('/', 2);
            int end = slash < 0 ? path.length() : slash;
            if (!isAuthority(path.substring(2, end))) {
                return false;
            }
            path = path.substring(end);
        }
        return are(path, ":@/", false) && are(query, ":@/?", true) && are(fragment, ":@/?", false);
    }

    private boolean isAuthority(String text) {
        int at = text.indexOf('@');
        String rest = at < 0 ? text : text.substring(at + 1);
        if (at >= 0 && !are(text.substring(0, at), ":", false)) {
            return false;
        }
        if (rest.startsWith("[")) {
            int end = rest.indexOf(']');
            return end > 0 && isLiteral(rest.substring(1, end)) && isPort(rest.substring(end + 1));
        }
        int colon = rest.indexOf(':');
        int end = colon < 0 ? rest.length() : colon;
        return are(rest.substring(0, end), "", false) && isPort(rest.substring(end));
    }

    private static boolean isPort(String text) {
        return text.isEmpty() || (text.charAt(0) == ':' && Formats.areDigits(text, 1, text.length()));
    }

    /** An address in brackets: of IPv6, or of a later version. */
    private static boolean isLiteral(String text) {
        if (!text.startsWith("v") && !text.startsWith("V")) {
            return Formats.isIpv6(text);
        }
        int dot = text.indexOf('.');
        boolean isSound = dot > 1 && dot + 1 < text.length();
        for (int at = 1; isSound && at < text.length(); at += 1) {
            char own = text.charAt(at);
            isSound = at == dot || (at < dot ? Formats.isHex(own) : isPlain(own) || own == ':');
        }
        return isSound;
    }

    private static boolean isPlain(char own) {
        return Formats.isLetter(own) || Formats.isDigit(own) || PLAIN.indexOf(own) >= 0;
    }

    /** Whether all characters are plain, of {@code others}, percent-encoded, or raw where an IRI allows it. */
    private boolean are(String text, String others, boolean isQuery) {
        int at = 0;
        while (at < text.length()) {
            char own = text.charAt(at);
            if (isPlain(own) || others.indexOf(own) >= 0) {
                at += 1;
            } else if (own == '%') {
                if (!isEncoded(text, at)) {
                    return false;
                }
                at += 3;
            } else {
                int code = text.codePointAt(at);
                if (!isUnicode || !isRaw(code, isQuery)) {
                    return false;
                }
                at += Character.charCount(code);
            }
        }
        return true;
    }

    private static boolean isEncoded(String text, int at) {
        return at + 2 < text.length() && Formats.isHex(text.charAt(at + 1)) && Formats.isHex(text.charAt(at + 2));
    }

    private static boolean isRaw(int code, boolean isQuery) {
        if (code < 0xa0) {
            return false;
        }
        if ((code <= 0xd7ff) || (code >= 0xf900 && code <= 0xfdcf) || (code >= 0xfdf0 && code <= 0xffef)) {
            return true;
        }
        if ((code >= 0xe000 && code <= 0xf8ff) || (code >= 0xf0000 && code <= 0xffffd)
            || (code >= 0x100000 && code <= 0x10fffd)) {
            return isQuery;
        }
        return code >= 0x10000 && code <= 0xefffd && (code & 0xffff) <= 0xfffd && !(code >= 0xe0000 && code < 0xe1000);
    }

    /** Literals and expressions in braces. */
    static boolean isTemplate(String text) {
        int at = 0;
        while (at < text.length()) {
            char own = text.charAt(at);
            if (own == '{') {
                int end = text.indexOf('}', at);
                if (end < 0 || !isExpression(text.substring(at + 1, end))) {
                    return false;
                }
                at = end + 1;
            } else if (own == '%') {
                if (!isEncoded(text, at)) {
                    return false;
                }
                at += 3;
            } else if (own <= ' ' || own == 0x7f || "\"<>\\^`|}".indexOf(own) >= 0) {
                return false;
            } else {
                at += 1;
            }
        }
        return true;
    }

    private static boolean isExpression(String text) {
        boolean hasOperator = !text.isEmpty() && "+#./;?&=,!@|".indexOf(text.charAt(0)) >= 0;
        for (String variable : (hasOperator ? text.substring(1) : text).split(",", -1)) {
            if (!isVariable(variable)) {
                return false;
            }
        }
        return true;
    }

    /** A name with dots, and a modifier: an asterisk, or a length of up to four digits. */
    private static boolean isVariable(String text) {
        String name = text;
        int colon = text.indexOf(':');
        if (text.endsWith("*")) {
            name = text.substring(0, text.length() - 1);
        } else if (colon >= 0) {
            String length = text.substring(colon + 1);
            boolean isLength = !length.isEmpty() && length.length() <= 4 && length.charAt(0) != '0'
                && Formats.areDigits(length, 0, length.length());
            if (!isLength) {
                return false;
            }
            name = text.substring(0, colon);
        }
        for (String part : name.split("\\.", -1)) {
            boolean isPart = !part.isEmpty();
            int at = 0;
            while (isPart && at < part.length()) {
                char own = part.charAt(at);
                boolean isCode = own == '%' && isEncoded(part, at);
                isPart = isCode || Formats.isLetter(own) || Formats.isDigit(own) || own == '_';
                at += isCode ? 3 : 1;
            }
            if (!isPart) {
                return false;
            }
        }
        return true;
    }
}
