package goodevent;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One schema. Schemas can refer to each other in cycles, so that the checks come after the schema. */
final class Schema {
    private static final Check[] NONE = {};

    /** The number of its resource, which dynamic references look at. */
    long resource;
    /** Pointers of personal data, if the schema is the root of an event with some. */
    List<String> personal;
    Check[] checks = NONE;
    /** Whether it is {@code false}. */
    boolean isNever;
    /** Whether it has no schemas below, so that its verdict is found faster than looked up. */
    boolean isLeaf = true;
    /** The names of {@code properties}. */
    private Set<String> known = Set.of();
    private final List<Pattern> knownPatterns = new ArrayList<>();
    /** Whether a question can be asked twice in an evaluation; 0 as long as it is not known. */
    private byte isRepeated;

    /** Compiles the entries of a table. */
    void compile(List<Json> entries, Tables tables) {
        List<Check> all = new ArrayList<>();
        for (Json own : entries) {
            List<Json> entry = Tables.items(own);
            String name = Tables.text(entry.get(0));
            if (name.equals("resource")) {
                resource = Tables.count(entry.get(1));
            } else if (name.equals("personal")) {
                personal = Tables.texts(entry.get(1));
            } else {
                all.add(Check.of(entry, tables));
            }
        }
        checks = all.toArray(Check[]::new);
        isNever = entries.size() == 1 && checks.length == 1 && checks[0].op == Check.Op.NEVER;
        for (Check check : checks) {
            isLeaf &= check.schemas.length == 0 && check.schema == null && check.values.size() < 128;
            if (check.op == Check.Op.PROPERTIES) {
                known = new HashSet<>(check.names);
            }
            if (check.op == Check.Op.PATTERN_PROPERTIES) {
                knownPatterns.addAll(List.of(check.patterns));
            }
        }
    }

    /** Whether {@code properties} has a member of an envelope, so that the contract itself describes one. */
    boolean isLikeEnvelope() {
        return known.contains("specversion") || known.contains("specVersion") || known.contains("payload");
    }

    /** Whether {@code properties} or {@code patternProperties} name a member. */
    boolean names(String name) {
        if (known.contains(name)) {
            return true;
        }
        for (Pattern pattern : knownPatterns) {
            if (pattern.matches(name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an evaluation can ask the same question about a value twice: then verdicts are worth being remembered. */
    boolean isRepeated() {
        byte known = isRepeated;
        if (known == 0) {
            known = (byte) (hasRepeats() ? 1 : 2);
            isRepeated = known;
        }
        return known == 1;
    }

    private boolean hasRepeats() {
        Map<Schema, Boolean> seen = new IdentityHashMap<>();
        Deque<Schema> queue = new ArrayDeque<>(List.of(this));
        while (!queue.isEmpty()) {
            Schema own = queue.pop();
            if (seen.put(own, true) != null) {
                continue;
            }
            for (Check check : own.checks) {
                switch (check.op) {
                    case ALL_OF, ANY_OF, ONE_OF, NOT, IF, CONTAINS, DYNAMIC_REF, DEPENDENT_SCHEMAS, UNEVALUATED_ITEMS,
                        UNEVALUATED_PROPERTIES, PATTERN_PROPERTIES -> {
                        return true;
                    }
                    default -> {
                        Collections.addAll(queue, check.schemas);
                        if (check.schema != null) {
                            queue.add(check.schema);
                        }
                    }
                }
            }
        }
        return false;
    }
}
