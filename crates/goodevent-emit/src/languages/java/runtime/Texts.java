package goodevent;

import java.util.List;
import java.util.Map;

/** JSON texts, pointers, and the order of values. */
final class Texts {
    private Texts() {}

    /** The text of a value: compact, members in the order of their names. */
    static String print(Json value) {
        StringBuilder out = new StringBuilder();
        print(out, value, Integer.MAX_VALUE);
        return out.toString();
    }

    /** Writes the text of a value; it may stop after {@code max} characters. */
    static void print(StringBuilder out, Json value, int max) {
        if (out.length() > max) {
            return;
        }
        if (value instanceof Json.Text) {
            quote(out, ((Json.Text) value).value(), max);
        } else if (value instanceof Json.Items) {
            out.append('[');
            String gap = "";
            for (Json item : ((Json.Items) value).items()) {
                if (out.length() > max) {
                    return;
                }
                out.append(gap);
                print(out, item, max);
                gap = ",";
            }
            out.append(']');
        } else if (value instanceof Json.Members) {
            out.append('{');
            String gap = "";
            for (Map.Entry<String, Json> member : ((Json.Members) value).sorted()) {
                if (out.length() > max) {
                    return;
                }
                out.append(gap);
                quote(out, member.getKey(), max);
                out.append(':');
                print(out, member.getValue(), max);
                gap = ",";
            }
            out.append('}');
        } else {
            out.append(value);
        }
    }

    /** A JSON string. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2);
        quote(out, text, Integer.MAX_VALUE);
        return out.toString();
    }

    static void quote(StringBuilder out, String text, int max) {
        out.append('"');
        for (int at = 0; at < text.length() && out.length() <= max; at += 1) {
            char unit = text.charAt(at);
            switch (unit) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (unit < 0x20) {
                        out.append("\\u00").append(unit < 0x10 ? '0' : '1').append(Character.forDigit(unit & 15, 16));
                    } else {
                        out.append(unit);
                    }
                }
            }
        }
        out.append('"');
    }

    /** The order of texts by their code points, as of their UTF-8 bytes. */
    static int order(String left, String right) {
        int n = Math.min(left.length(), right.length());
        for (int at = 0; at < n; at += 1) {
            char a = left.charAt(at);
            char b = right.charAt(at);
            if (a != b) {
                // A surrogate stands for a code point beyond all others.
                return Integer.compare(Character.isSurrogate(a) ? a + 0x10000 : a, Character.isSurrogate(b) ? b + 0x10000 : b);
            }
        }
        return left.length() - right.length();
    }

    /** The order of values as JSON Schema compares them: zero if they are equal. */
    static int order(Json left, Json right) {
        int ranks = rank(left) - rank(right);
        if (ranks != 0) {
            return ranks;
        }
        if (left instanceof Json.Bool) {
            return Boolean.compare(((Json.Bool) left).value(), ((Json.Bool) right).value());
        }
        if (left instanceof Json.Text) {
            return order(((Json.Text) left).value(), ((Json.Text) right).value());
        }
        if (left instanceof Num) {
            return ((Num) left).compareTo((Num) right);
        }
        if (left instanceof Json.Items) {
            List<Json> own = ((Json.Items) left).items();
            List<Json> others = ((Json.Items) right).items();
            int order = own.size() - others.size();
            for (int at = 0; order == 0 && at < own.size(); at += 1) {
                order = order(own.get(at), others.get(at));
            }
            return order;
        }
        if (left instanceof Json.Members) {
            List<Map.Entry<String, Json>> own = ((Json.Members) left).sorted();
            List<Map.Entry<String, Json>> others = ((Json.Members) right).sorted();
            int order = own.size() - others.size();
            for (int at = 0; order == 0 && at < own.size(); at += 1) {
                order = order(own.get(at).getKey(), others.get(at).getKey());
                order = order != 0 ? order : order(own.get(at).getValue(), others.get(at).getValue());
            }
            return order;
        }
        return 0;
    }

    private static int rank(Json value) {
        if (value instanceof Json.Null) {
            return 0;
        }
        if (value instanceof Json.Bool) {
            return 1;
        }
        if (value instanceof Num) {
            return 2;
        }
        if (value instanceof Json.Text) {
            return 3;
        }
        return value instanceof Json.Items ? 4 : 5;
    }

    /** A pointer to the member or item {@code name} of the value at {@code pointer}. */
    static String join(String pointer, String name) {
        boolean isPlain = name.indexOf('~') < 0 && name.indexOf('/') < 0;
        return pointer + "/" + (isPlain ? name : name.replace("~", "~0").replace("/", "~1"));
    }

    /** The value at a JSON Pointer; {@code null} if there is none. */
    static Json at(Json value, String pointer) {
        Json found = value;
        String[] tokens = pointer.split("/", -1);
        for (int nth = 1; nth < tokens.length && found != null; nth += 1) {
            String name = tokens[nth].replace("~1", "/").replace("~0", "~");
            if (found instanceof Json.Members) {
                found = ((Json.Members) found).get(name);
            } else if (found instanceof Json.Items && isIndex(name)) {
                List<Json> items = ((Json.Items) found).items();
                long index = Long.parseLong(name);
                found = index < items.size() ? items.get((int) index) : null;
            } else {
                found = null;
            }
        }
        return found;
    }

    private static boolean isIndex(String name) {
        boolean isShort = !name.isEmpty() && name.length() <= 10 && (name.equals("0") || name.charAt(0) != '0');
        return isShort && name.chars().allMatch(digit -> digit >= '0' && digit <= '9');
    }

    /** The number of UTF-8 bytes. */
    static int nBytes(String text) {
        int n = text.length();
        int nBytes = n;
        for (int at = 0; at < n; at += 1) {
            char unit = text.charAt(at);
            if (unit >= 0x80) {
                // A pair of surrogates is four bytes.
                nBytes += unit < 0x800 || Character.isSurrogate(unit) ? 1 : 2;
            }
        }
        return nBytes;
    }

    /** The number of code points. */
    static int nChars(String text) {
        return text.codePointCount(0, text.length());
    }
}
