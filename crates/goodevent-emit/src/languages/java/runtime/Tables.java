package goodevent;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The schemas of a document as a text, which is compiled when the first message is validated. For generated code. */
public final class Tables {
    /** Documents refer to each other in cycles, so that all that are compiled together become visible together. */
    private static final Object LOCK = new Object();
    private static final List<Tables> PENDING = new ArrayList<>();
    private static int depth;

    /** A pattern of many places is compiled once. */
    private static final Map<String, Pattern> PATTERNS = new HashMap<>();

    private final Supplier<String> text;
    private final List<Supplier<Tables>> others;
    private Schema[] compiled;
    private volatile Schema[] ready;

    /**
     * The tables of a document.
     *
     * @param text the tables as JSON
     * @param others the tables of the documents that these refer to
     */
    public Tables(Supplier<String> text, List<Supplier<Tables>> others) {
        this.text = text;
        this.others = others;
    }

    /** The schema of a number. */
    Schema get(int number) {
        Schema[] known = ready;
        return (known != null ? known : load())[number];
    }

    private Schema[] load() {
        synchronized (LOCK) {
            if (compiled == null) {
                List<Json> tables = items(parsed(text.get()));
                compiled = new Schema[tables.size()];
                for (int number = 0; number < compiled.length; number += 1) {
                    compiled[number] = new Schema();
                }
                PENDING.add(this);
                depth += 1;
                for (int number = 0; number < compiled.length; number += 1) {
                    compiled[number].compile(items(tables.get(number)), this);
                }
                depth -= 1;
                if (depth == 0) {
                    PENDING.forEach(own -> own.ready = own.compiled);
                    PENDING.clear();
                }
            }
            return compiled;
        }
    }

    /** The schema of a part of a table; {@code null} if there is none. */
    Schema schema(Json own) {
        if (own instanceof Json.Null) {
            return null;
        }
        if (own instanceof Json.Members) {
            Json.Members reference = (Json.Members) own;
            int number = (int) count(reference.get("t"));
            Json other = reference.get("d");
            return other == null ? compiled[number] : others.get((int) count(other)).get().load()[number];
        }
        Schema schema = new Schema();
        schema.compile(items(own), this);
        return schema;
    }

    Schema[] schemas(List<Json> all) {
        return all.stream().map(this::schema).toArray(Schema[]::new);
    }

    /** The pattern of a part of a table. */
    Pattern pattern(Json own) {
        Json.Members members = (Json.Members) own;
        String source = text(members.get("p"));
        return PATTERNS.computeIfAbsent(source, key -> {
            Json automaton = members.get("a");
            return automaton == null
                ? Pattern.backtracking(source, text(members.get("r")))
                : Pattern.automaton(source, text(automaton));
        });
    }

    static String text(Json own) {
        return ((Json.Text) own).value();
    }

    static long count(Json own) {
        return ((Num) own).longValue();
    }

    static List<Json> items(Json own) {
        return ((Json.Items) own).items();
    }

    static List<String> texts(Json own) {
        return items(own).stream().map(Tables::text).toList();
    }

    /** The value of a text in a table. */
    static Json parsed(String text) {
        try {
            return Reader.read(text.getBytes(StandardCharsets.UTF_8), Integer.MAX_VALUE);
        } catch (Reader.Fault fault) {
            throw new IllegalStateException("a table is damaged at byte " + fault.offset + ": " + fault.getMessage());
        }
    }
}
