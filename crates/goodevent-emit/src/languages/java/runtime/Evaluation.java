package goodevent;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** The evaluation of a message by the schemas of its contract, within a budget of steps. */
final class Evaluation {
    /** The steps of a message, and those of each of its values. */
    private static final int MAX_STEPS = 250_000;
    private static final int STEPS_A_VALUE = 8;

    /** Steps that the description of a violation costs. */
    private static final int STEPS_A_VIOLATION = 32;

    /** A verdict of fewer steps is found faster than looked up. */
    private static final int FEW_STEPS = 16;

    /** Schemas within schemas. */
    private static final int MAX_DEPTH = 1_200;

    static final int MAX_VIOLATIONS = 1_000;
    private static final int MAX_REASONS = 16;
    private static final int MAX_EXPLAINED = 400;
    private static final int FEW = 16;

    /** The resources that an evaluation came through, the outermost first; equal chains are one object. */
    private static final class Chain {
        final long[] resources;
        final Map<Long, Chain> inner = new HashMap<>();

        Chain(long... resources) {
            this.resources = resources;
        }

        Chain enter(Schema schema) {
            for (long resource : resources) {
                if (resource == schema.resource) {
                    return this;
                }
            }
            return inner.computeIfAbsent(schema.resource, resource -> {
                long[] longer = Arrays.copyOf(resources, resources.length + 1);
                longer[resources.length] = resource;
                return new Chain(longer);
            });
        }
    }

    /** What is personal, and the length of the pointer to the payload that it is in. */
    private record Personal(List<String> pointers, int from) {}

    /** A question: a part of a schema, a value by its identity, and the chain of resources. */
    private static final class Question {
        final Object part;
        final Json value;
        final Chain chain;
        final Object more;

        Question(Object part, Json value, Chain chain, Object more) {
            this.part = part;
            this.value = value;
            this.chain = chain;
            this.more = more;
        }

        @Override
        public boolean equals(Object object) {
            Question other = (Question) object;
            return part == other.part && value == other.value && chain == other.chain
                && (more == other.more || (more != null && more.equals(other.more)));
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(part) * 31 + System.identityHashCode(value);
        }
    }

    private final Chain root;
    private final boolean remembers;
    private final Map<Question, Boolean> verdicts = new HashMap<>();
    private final Map<Question, Violation> explained = new HashMap<>();
    private long maxSteps;
    private long nSteps;
    private int nExplained;
    private int depth;

    private Evaluation(Schema schema, long maxSteps) {
        this.root = new Chain(schema.resource);
        this.remembers = schema.isRepeated();
        this.maxSteps = maxSteps;
    }

    /** Lists up to {@code max} violations of a value; none if it is valid. */
    static List<Violation> violations(Schema schema, Json value, int max) {
        return deep(() -> {
            long maxSteps = MAX_STEPS + (long) STEPS_A_VALUE * countValues(value);
            Evaluation quick = new Evaluation(schema, maxSteps);
            if (quick.isValid(schema, value, quick.root) && !quick.isExhausted()) {
                return List.of();
            }
            Evaluation all = new Evaluation(schema, maxSteps);
            Found found = new Found(max);
            all.look(schema, value, "", all.root, null, found);
            return found.violations;
        });
    }

    /** Whether a value is valid; not if that takes too many steps to decide. */
    static boolean isValid(Schema schema, Json value) {
        return deep(() -> {
            Evaluation own = new Evaluation(schema, MAX_STEPS + (long) STEPS_A_VALUE * countValues(value));
            return own.isValid(schema, value, own.root) && !own.isExhausted();
        });
    }

    /** The value of the number that a type does not hold, as a violation shows it. */
    static String shown(Schema schema, String pointer, Json value) {
        return shown(schema.personal == null ? null : new Personal(schema.personal, 0), pointer, value);
    }

    /** Evaluates on a thread with a larger stack if that of the caller is too small. */
    private static <T> T deep(Supplier<T> evaluate) {
        try {
            return evaluate.get();
        } catch (StackOverflowError error) {
            AtomicReference<T> result = new AtomicReference<>();
            Thread thread = new Thread(null, () -> result.set(evaluate.get()), "goodevent", 1L << 28);
            thread.start();
            boolean isInterrupted = false;
            for (;;) {
                try {
                    thread.join();
                    break;
                } catch (InterruptedException interrupt) {
                    isInterrupted = true;
                }
            }
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
            return result.get();
        }
    }

    private static int countValues(Json value) {
        Collection<Json> parts = value instanceof Json.Items ? ((Json.Items) value).items()
            : value instanceof Json.Members ? ((Json.Members) value).map().values() : List.of();
        int n = 1;
        for (Json part : parts) {
            n += part instanceof Json.Items || part instanceof Json.Members ? countValues(part) : 1;
        }
        return n;
    }

    private boolean isExhausted() {
        return nSteps >= maxSteps;
    }

    private boolean take(long n) {
        nSteps += n;
        return nSteps < maxSteps;
    }

    private boolean mayGoOn() {
        if (depth > MAX_DEPTH) {
            nSteps = maxSteps;
        }
        return take(1);
    }

    private boolean isValid(Schema schema, Json value, Chain outer) {
        Chain chain = outer.enter(schema);
        depth += 1;
        try {
            return mayGoOn() && verdict(schema, value, chain);
        } finally {
            depth -= 1;
        }
    }

    private boolean verdict(Schema schema, Json value, Chain chain) {
        boolean isQuick = !remembers
            || (schema.isLeaf && (!(value instanceof Json.Text) || ((Json.Text) value).value().length() < 32));
        if (isQuick) {
            return holdAll(schema, value, chain);
        }
        Question question = new Question(schema, value, chain, null);
        Boolean known = verdicts.get(question);
        if (known != null) {
            return known;
        }
        long before = nSteps;
        boolean verdict = holdAll(schema, value, chain);
        if (nSteps - before >= FEW_STEPS) {
            verdicts.put(question, verdict);
        }
        return verdict;
    }

    private boolean holdAll(Schema schema, Json value, Chain chain) {
        for (Check check : schema.checks) {
            if (!holds(schema, check, value, chain)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a value satisfies one keyword of {@code schema}. */
    private boolean holds(Schema schema, Check check, Json value, Chain chain) {
        take(cost(check, value));
        switch (check.op) {
            case NEVER:
                return false;
            case TYPE:
                return (check.types & Check.typesOf(value)) != 0;
            case ENUM:
                return isListed(check, value);
            case CONST:
                return Texts.order(check.value, value) == 0;
            case ALL_OF:
                for (Schema own : check.schemas) {
                    if (!isValid(own, value, chain)) {
                        return false;
                    }
                }
                return true;
            case ANY_OF:
                for (Schema own : check.schemas) {
                    if (isValid(own, value, chain)) {
                        return true;
                    }
                }
                return false;
            case ONE_OF: {
                int nValid = 0;
                for (Schema own : check.schemas) {
                    nValid += isValid(own, value, chain) ? 1 : 0;
                    if (nValid > 1) {
                        break;
                    }
                }
                return nValid == 1;
            }
            case NOT:
                return !isValid(check.schema, value, chain);
            case IF: {
                Schema branch = isValid(check.schema, value, chain) ? check.then : check.otherwise;
                return branch == null || isValid(branch, value, chain);
            }
            case REF:
                return isValid(check.schema, value, chain);
            case DYNAMIC_REF:
                return isValid(target(check, chain), value, chain);
            default:
                break;
        }
        if (value instanceof Json.Text) {
            return holdsText(check, ((Json.Text) value).value());
        }
        if (value instanceof Num) {
            return holdsNumber(check, (Num) value);
        }
        if (value instanceof Json.Members) {
            return holdsMembers(schema, check, (Json.Members) value, chain);
        }
        return !(value instanceof Json.Items) || holdsItems(schema, check, (Json.Items) value, chain);
    }

    private static boolean isListed(Check check, Json value) {
        if (check.areStrings || value instanceof Json.Text) {
            return value instanceof Json.Text && check.strings.contains(((Json.Text) value).value());
        }
        for (Json own : check.values) {
            if (Texts.order(own, value) == 0) {
                return true;
            }
        }
        return false;
    }

    private static Schema target(Check check, Chain chain) {
        for (long resource : chain.resources) {
            for (int nth = 0; nth < check.resources.length; nth += 1) {
                if (check.resources[nth] == resource) {
                    return check.schemas[nth];
                }
            }
        }
        return check.schema;
    }

    private static boolean holdsNumber(Check check, Num number) {
        return switch (check.op) {
            case MINIMUM -> number.compareTo((Num) check.value) >= 0;
            case MAXIMUM -> number.compareTo((Num) check.value) <= 0;
            case EXCLUSIVE_MINIMUM -> number.compareTo((Num) check.value) > 0;
            case EXCLUSIVE_MAXIMUM -> number.compareTo((Num) check.value) < 0;
            case MULTIPLE_OF -> number.isMultipleOf((Num) check.value);
            default -> true;
        };
    }

    private static boolean holdsText(Check check, String text) {
        return switch (check.op) {
            case MIN_LENGTH -> text.length() >= check.count && Texts.nChars(text) >= check.count;
            case MAX_LENGTH -> text.length() <= check.count || Texts.nChars(text) <= check.count;
            case PATTERN -> check.pattern.matches(text);
            case FORMAT -> check.format.isValid(text);
            case TRACE_PARENT -> Formats.isTraceParent(text);
            case ATTRIBUTE_NAME -> Formats.isAttributeName(text);
            case CONTENT_ENCODING -> Formats.decoded(check.text, text) != null;
            case CONTENT_MEDIA_TYPE -> isJson(text, check.text);
            default -> true;
        };
    }

    private static boolean isJson(String text, String encoding) {
        byte[] bytes = encoding.isEmpty() ? text.getBytes(StandardCharsets.UTF_8) : Formats.decoded(encoding, text);
        if (bytes == null || Reader.validUpTo(bytes) < bytes.length) {
            return false;
        }
        try {
            Reader.read(bytes, Reader.MAX_DEPTH);
            return true;
        } catch (Reader.Fault fault) {
            return false;
        }
    }

    private boolean holdsItems(Schema schema, Check check, Json.Items array, Chain chain) {
        List<Json> items = array.items();
        switch (check.op) {
            case PREFIX_ITEMS:
                for (int nth = 0; nth < check.schemas.length && nth < items.size(); nth += 1) {
                    if (!isValid(check.schemas[nth], items.get(nth), chain)) {
                        return false;
                    }
                }
                return true;
            case ITEMS:
                for (int nth = (int) Math.min(check.count, items.size()); nth < items.size(); nth += 1) {
                    if (!isValid(check.schema, items.get(nth), chain)) {
                        return false;
                    }
                }
                return true;
            case CONTAINS: {
                long nMatches = 0;
                for (Json item : items) {
                    nMatches += isValid(check.schema, item, chain) ? 1 : 0;
                }
                return nMatches >= check.count && (check.max < 0 || nMatches <= check.max);
            }
            case MIN_ITEMS:
                return items.size() >= check.count;
            case MAX_ITEMS:
                return items.size() <= check.count;
            case UNIQUE_ITEMS:
                return areUnique(items);
            case UNEVALUATED_ITEMS: {
                boolean[] seen = evaluatedItems(schema, array, check.seesContains, chain);
                for (int nth = 0; nth < items.size(); nth += 1) {
                    if (!seen[nth] && !isValid(check.schema, items.get(nth), chain)) {
                        return false;
                    }
                }
                return true;
            }
            default:
                return true;
        }
    }

    private static boolean areUnique(List<Json> items) {
        if (items.size() < 2) {
            return true;
        }
        List<Json> sorted = new ArrayList<>(items);
        sorted.sort(Texts::order);
        for (int nth = 1; nth < sorted.size(); nth += 1) {
            if (Texts.order(sorted.get(nth - 1), sorted.get(nth)) == 0) {
                return false;
            }
        }
        return true;
    }

    private boolean holdsMembers(Schema schema, Check check, Json.Members object, Chain chain) {
        Map<String, Json> members = object.map();
        switch (check.op) {
            case PROPERTIES: {
                Schema[] schemas = check.schemas;
                List<String> names = check.names;
                for (int nth = 0; nth < schemas.length; nth += 1) {
                    Json member = members.get(names.get(nth));
                    if (member != null && !isValid(schemas[nth], member, chain)) {
                        return false;
                    }
                }
                return true;
            }
            case PATTERN_PROPERTIES:
                for (int nth = 0; nth < check.patterns.length; nth += 1) {
                    for (Map.Entry<String, Json> member : object.sorted()) {
                        if (check.patterns[nth].matches(member.getKey())
                            && !isValid(check.schemas[nth], member.getValue(), chain)) {
                            return false;
                        }
                    }
                }
                return true;
            case ADDITIONAL_PROPERTIES:
                if (check.schema.isNever) {
                    for (String name : members.keySet()) {
                        if (!schema.names(name)) {
                            return false;
                        }
                    }
                    return true;
                }
                for (Map.Entry<String, Json> member : object.sorted()) {
                    if (!schema.names(member.getKey()) && !isValid(check.schema, member.getValue(), chain)) {
                        return false;
                    }
                }
                return true;
            case PROPERTY_NAMES:
                for (Map.Entry<String, Json> member : object.sorted()) {
                    if (!isValid(check.schema, new Json.Text(member.getKey()), chain)) {
                        return false;
                    }
                }
                return true;
            case REQUIRED:
                for (String name : check.names) {
                    if (!members.containsKey(name)) {
                        return false;
                    }
                }
                return true;
            case MIN_PROPERTIES:
                return members.size() >= check.count;
            case MAX_PROPERTIES:
                return members.size() <= check.count;
            case DEPENDENT_REQUIRED:
                for (int nth = 0; nth < check.others.size(); nth += 1) {
                    if (members.containsKey(check.names.get(nth)) && !members.keySet().containsAll(check.others.get(nth))) {
                        return false;
                    }
                }
                return true;
            case DEPENDENT_SCHEMAS:
                for (int nth = 0; nth < check.schemas.length; nth += 1) {
                    if (members.containsKey(check.names.get(nth)) && !isValid(check.schemas[nth], object, chain)) {
                        return false;
                    }
                }
                return true;
            case UNEVALUATED_PROPERTIES: {
                Names seen = evaluatedProperties(schema, object, chain);
                for (Map.Entry<String, Json> member : object.sorted()) {
                    if (!seen.has(member.getKey()) && !isValid(check.schema, member.getValue(), chain)) {
                        return false;
                    }
                }
                return true;
            }
            default:
                return true;
        }
    }

    /** The steps of a keyword that examines more than a few bytes or names. */
    private static long cost(Check check, Json value) {
        switch (check.op) {
            case PATTERN, FORMAT, CONTENT_ENCODING, CONTENT_MEDIA_TYPE: {
                String text = value instanceof Json.Text ? ((Json.Text) value).value() : "";
                return text.length() * 3 < FEW ? 0 : Texts.nBytes(text) / FEW;
            }
            case ENUM:
                return check.values.size() / FEW;
            case PROPERTIES:
                return value instanceof Json.Members ? check.schemas.length / FEW : 0;
            case PATTERN_PROPERTIES:
                return value instanceof Json.Members ? (long) check.patterns.length * ((Json.Members) value).size() : 0;
            case ADDITIONAL_PROPERTIES, REQUIRED:
                return value instanceof Json.Members ? ((Json.Members) value).size() / FEW : 0;
            case UNIQUE_ITEMS:
                return value instanceof Json.Items ? ((Json.Items) value).items().size() : 0;
            default:
                return 0;
        }
    }

    /** Names of members, or all. */
    private static final class Names {
        final Set<String> some = new HashSet<>();
        boolean isAll;

        boolean has(String name) {
            return isAll || some.contains(name);
        }
    }

    /** The schemas that a keyword applies to the value itself, and that it is valid for. */
    private List<Schema> inPlace(Check check, Json value, Chain chain) {
        List<Schema> all = new ArrayList<>();
        switch (check.op) {
            case ALL_OF, ANY_OF, ONE_OF -> all.addAll(List.of(check.schemas));
            case IF -> {
                if (isValid(check.schema, value, chain)) {
                    all.add(check.schema);
                    all.add(check.then);
                } else {
                    all.add(check.otherwise);
                }
            }
            case REF -> all.add(check.schema);
            case DYNAMIC_REF -> all.add(target(check, chain));
            case DEPENDENT_SCHEMAS -> {
                if (value instanceof Json.Members) {
                    for (int nth = 0; nth < check.schemas.length; nth += 1) {
                        if (((Json.Members) value).get(check.names.get(nth)) != null) {
                            all.add(check.schemas[nth]);
                        }
                    }
                }
            }
            default -> { }
        }
        all.removeIf(own -> own == null || !isValid(own, value, chain));
        return all;
    }

    /** Names of the members that {@code schema} evaluates, its own {@code unevaluatedProperties} apart. */
    private Names evaluatedProperties(Schema schema, Json.Members members, Chain chain) {
        Names found = new Names();
        Set<Question> seen = new HashSet<>();
        for (Check check : schema.checks) {
            if (check.op != Check.Op.UNEVALUATED_PROPERTIES) {
                evaluateProperties(schema, check, members, chain, seen, found);
            }
        }
        return found;
    }

    private void evaluateProperties(
        Schema schema, Check check, Json.Members members, Chain chain, Set<Question> seen, Names found) {
        boolean isAboutAll = check.op == Check.Op.PATTERN_PROPERTIES || check.op == Check.Op.ADDITIONAL_PROPERTIES
            || check.op == Check.Op.ITEMS || check.op == Check.Op.UNEVALUATED_ITEMS;
        if (found.isAll || !take(isAboutAll ? members.size() * 4L : 1)) {
            return;
        }
        switch (check.op) {
            case PROPERTIES -> check.names.forEach(name -> {
                if (members.get(name) != null) {
                    found.some.add(name);
                }
            });
            case PATTERN_PROPERTIES -> {
                for (String name : members.map().keySet()) {
                    for (Pattern pattern : check.patterns) {
                        if (pattern.matches(name)) {
                            found.some.add(name);
                            break;
                        }
                    }
                }
            }
            case ADDITIONAL_PROPERTIES -> members.map().keySet().forEach(name -> {
                if (!schema.names(name)) {
                    found.some.add(name);
                }
            });
            case UNEVALUATED_PROPERTIES -> found.isAll = true;
            default -> {
                for (Schema below : inPlace(check, members, chain)) {
                    Chain inner = chain.enter(below);
                    if (seen.add(new Question(below, members, inner, null))) {
                        depth += 1;
                        for (Check own : below.checks) {
                            evaluateProperties(below, own, members, inner, seen, found);
                        }
                        depth -= 1;
                    }
                }
            }
        }
    }

    /** For each item whether {@code schema} evaluates it, its own {@code unevaluatedItems} apart. */
    private boolean[] evaluatedItems(Schema schema, Json.Items items, boolean seesContains, Chain chain) {
        boolean[] found = new boolean[items.items().size()];
        Set<Question> seen = new HashSet<>();
        for (Check check : schema.checks) {
            if (check.op != Check.Op.UNEVALUATED_ITEMS) {
                evaluateItems(check, items, seesContains, chain, seen, found);
            }
        }
        return found;
    }

    private void evaluateItems(
        Check check, Json.Items items, boolean seesContains, Chain chain, Set<Question> seen, boolean[] found) {
        boolean isAboutAll = check.op == Check.Op.PATTERN_PROPERTIES || check.op == Check.Op.ADDITIONAL_PROPERTIES
            || check.op == Check.Op.ITEMS || check.op == Check.Op.UNEVALUATED_ITEMS;
        if (!take(isAboutAll ? found.length * 4L : 1)) {
            return;
        }
        switch (check.op) {
            case PREFIX_ITEMS -> Arrays.fill(found, 0, Math.min(found.length, check.schemas.length), true);
            case ITEMS, UNEVALUATED_ITEMS -> Arrays.fill(found, true);
            default -> {
                if (check.op == Check.Op.CONTAINS && seesContains) {
                    for (int nth = 0; nth < found.length; nth += 1) {
                        found[nth] |= isValid(check.schema, items.items().get(nth), chain);
                    }
                    return;
                }
                for (Schema below : inPlace(check, items, chain)) {
                    Chain inner = chain.enter(below);
                    if (seen.add(new Question(below, items, inner, null))) {
                        depth += 1;
                        for (Check own : below.checks) {
                            evaluateItems(own, items, seesContains, inner, seen, found);
                        }
                        depth -= 1;
                    }
                }
            }
        }
    }

    /** The violations of one value, or of one of its alternatives, each listed once. */
    private static final class Found {
        final List<Violation> violations = new ArrayList<>();
        final Set<Question> seen = new HashSet<>();
        private final int max;
        private boolean isCut;

        Found(int max) {
            this.max = max;
        }

        boolean isFull() {
            return isCut || violations.size() >= max;
        }

        /** Notes that nothing is examined from {@code pointer} on. */
        void cut(String pointer) {
            if (!isCut) {
                violations.add(Violation.undecided(pointer));
                isCut = true;
            }
        }
    }

    private void look(Schema schema, Json value, String pointer, Chain outer, Personal above, Found found) {
        Chain chain = outer.enter(schema);
        Personal personal = schema.personal == null ? above : new Personal(schema.personal, pointer.length());
        depth += 1;
        try {
            if (!mayGoOn()) {
                found.cut(pointer);
            }
            if (found.isFull() || !found.seen.add(new Question(schema, value, chain, null))) {
                return;
            }
            for (Check check : schema.checks) {
                if (found.isFull()) {
                    return;
                }
                if (descends(schema, check, value, pointer, chain, personal, found)) {
                    continue;
                }
                boolean isHeld = holds(schema, check, value, chain);
                if (isExhausted()) {
                    found.cut(pointer);
                    return;
                }
                if (!isHeld) {
                    found.violations.add(violation(check, value, pointer, chain, personal));
                } else if (check.op == Check.Op.ANY_OF || check.op == Check.Op.ONE_OF) {
                    // As in Rust, of which the alternatives that hold are examined for numbers that no type holds.
                    for (Schema own : check.schemas) {
                        if (isValid(own, value, chain)) {
                            look(own, value, pointer, chain, personal, found);
                        }
                    }
                }
            }
        } finally {
            depth -= 1;
        }
    }

    private void part(
        Schema schema, String token, Json value, String keyword, String pointer, Chain chain, Personal personal, Found found) {
        if (found.isFull()) {
            return;
        }
        String inner = Texts.join(pointer, token);
        if (schema.isNever) {
            // A value that the contract does not have may be a personal one under a wrong name.
            String shown = personal == null ? Violation.shown(value) : Violation.kind(value);
            found.violations.add(new Violation(inner, keyword, "allowed here", shown));
        } else {
            look(schema, value, inner, chain, personal, found);
        }
    }

    /** Examines the parts that a keyword is about; false if it is about the value itself. */
    private boolean descends(
        Schema schema, Check check, Json value, String pointer, Chain chain, Personal personal, Found found) {
        switch (check.op) {
            case ALL_OF:
                for (Schema own : check.schemas) {
                    look(own, value, pointer, chain, personal, found);
                }
                return true;
            case REF:
                look(check.schema, value, pointer, chain, personal, found);
                return true;
            case DYNAMIC_REF:
                look(target(check, chain), value, pointer, chain, personal, found);
                return true;
            case IF: {
                Schema branch = isValid(check.schema, value, chain) ? check.then : check.otherwise;
                if (branch != null) {
                    look(branch, value, pointer, chain, personal, found);
                }
                return true;
            }
            default:
                break;
        }
        if (value instanceof Json.Members) {
            return descendsMembers(schema, check, (Json.Members) value, pointer, chain, personal, found);
        }
        if (!(value instanceof Json.Items)) {
            return false;
        }
        Json.Items array = (Json.Items) value;
        List<Json> items = array.items();
        switch (check.op) {
            case PREFIX_ITEMS:
                for (int nth = 0; nth < check.schemas.length && nth < items.size(); nth += 1) {
                    part(check.schemas[nth], String.valueOf(nth), items.get(nth), "prefixItems", pointer, chain, personal, found);
                }
                return true;
            case ITEMS:
                for (int nth = (int) Math.min(check.count, items.size()); nth < items.size(); nth += 1) {
                    part(check.schema, String.valueOf(nth), items.get(nth), "items", pointer, chain, personal, found);
                }
                return true;
            case UNEVALUATED_ITEMS: {
                boolean[] seen = evaluatedItems(schema, array, check.seesContains, chain);
                for (int nth = 0; nth < items.size(); nth += 1) {
                    if (!seen[nth]) {
                        part(check.schema, String.valueOf(nth), items.get(nth), "unevaluatedItems", pointer, chain, personal, found);
                    }
                }
                return true;
            }
            default:
                return false;
        }
    }

    private boolean descendsMembers(
        Schema schema, Check check, Json.Members object, String pointer, Chain chain, Personal personal, Found found) {
        switch (check.op) {
            case PROPERTIES:
                for (int nth = 0; nth < check.schemas.length; nth += 1) {
                    String name = check.names.get(nth);
                    Json member = object.get(name);
                    if (member != null) {
                        part(check.schemas[nth], name, member, "properties", pointer, chain, personal, found);
                    }
                }
                return true;
            case PATTERN_PROPERTIES:
                for (int nth = 0; nth < check.patterns.length; nth += 1) {
                    for (Map.Entry<String, Json> member : object.sorted()) {
                        if (check.patterns[nth].matches(member.getKey())) {
                            part(check.schemas[nth], member.getKey(), member.getValue(), "patternProperties", pointer, chain,
                                personal, found);
                        }
                    }
                }
                return true;
            case ADDITIONAL_PROPERTIES:
                for (Map.Entry<String, Json> member : object.sorted()) {
                    if (!schema.names(member.getKey())) {
                        part(check.schema, member.getKey(), member.getValue(), "additionalProperties", pointer, chain, personal,
                            found);
                    }
                }
                return true;
            case UNEVALUATED_PROPERTIES: {
                Names seen = evaluatedProperties(schema, object, chain);
                for (Map.Entry<String, Json> member : object.sorted()) {
                    if (!seen.has(member.getKey())) {
                        part(check.schema, member.getKey(), member.getValue(), "unevaluatedProperties", pointer, chain, personal,
                            found);
                    }
                }
                return true;
            }
            case DEPENDENT_SCHEMAS:
                for (int nth = 0; nth < check.schemas.length; nth += 1) {
                    if (object.get(check.names.get(nth)) != null) {
                        look(check.schemas[nth], object, pointer, chain, personal, found);
                    }
                }
                return true;
            default:
                return false;
        }
    }

    private Violation violation(Check check, Json value, String pointer, Chain chain, Personal personal) {
        Question question = new Question(check, value, chain, personal);
        Violation known = explained.get(question);
        if (known == null) {
            take(STEPS_A_VIOLATION);
            // A schema that refers to itself in place comes back to the same question.
            explained.put(question, Violation.undecided(""));
            known = explain(check, value, pointer, chain, personal);
            explained.put(question, known);
        }
        return known;
    }

    private static String shown(Personal personal, String pointer, Json value) {
        boolean isWhole = value instanceof Json.Items || value instanceof Json.Members;
        if (personal == null) {
            return Violation.shown(value);
        }
        String inner = pointer.substring(Math.min(personal.from, pointer.length()));
        boolean isPersonal = isWhole || personal.pointers.stream().anyMatch(marked -> meets(marked, inner));
        return isPersonal ? Violation.kind(value) : Violation.shown(value);
    }

    /** Whether one of two pointers begins with the other; indices may be left out of the marked one. */
    private static boolean meets(String marked, String pointer) {
        String[] own = marked.split("/", -1);
        String[] tokens = pointer.split("/", -1);
        int next = 1;
        for (int nth = 1; nth < tokens.length; nth += 1) {
            if (next >= own.length) {
                return true;
            }
            if (own[next].equals(tokens[nth])) {
                next += 1;
            } else if (!tokens[nth].chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
                return false;
            }
        }
        return true;
    }

    private Violation nearest(Schema[] schemas, Json value, String pointer, Chain chain, Personal personal) {
        nExplained += 1;
        if (nExplained > MAX_EXPLAINED) {
            return null;
        }
        List<Violation> best = null;
        boolean isBestFar = false;
        for (Schema own : schemas) {
            Found reasons = new Found(MAX_REASONS);
            look(own, value, pointer, chain, personal, reasons);
            boolean isFar = reasons.violations.stream()
                .anyMatch(reason -> reason.keyword().equals("type") && reason.pointer().equals(pointer));
            boolean isBetter = best == null || (isBestFar && !isFar)
                || (isFar == isBestFar && reasons.violations.size() < best.size());
            if (isBetter) {
                best = reasons.violations;
                isBestFar = isFar;
            }
        }
        return best == null || best.isEmpty() ? null : best.get(0);
    }

    private static List<String> missing(List<String> names, Json value) {
        return names.stream().filter(name -> !(value instanceof Json.Members && ((Json.Members) value).get(name) != null)).toList();
    }

    private Violation explain(Check check, Json value, String pointer, Chain chain, Personal personal) {
        if (check.op == Check.Op.PROPERTY_NAMES) {
            return explainNames(check, value, pointer, chain, personal);
        }
        String keyword;
        String expected;
        switch (check.op) {
            case TYPE -> {
                keyword = "type";
                expected = Violation.typeNames(check.names);
            }
            case ENUM -> {
                keyword = "enum";
                expected = Violation.listed(check.values);
            }
            case CONST -> {
                keyword = "const";
                expected = Violation.shown(check.value);
            }
            case MINIMUM -> {
                keyword = "minimum";
                expected = "at least " + check.value;
            }
            case MAXIMUM -> {
                keyword = "maximum";
                expected = "at most " + check.value;
            }
            case EXCLUSIVE_MINIMUM -> {
                keyword = "exclusiveMinimum";
                expected = "more than " + check.value;
            }
            case EXCLUSIVE_MAXIMUM -> {
                keyword = "exclusiveMaximum";
                expected = "less than " + check.value;
            }
            case MULTIPLE_OF -> {
                keyword = "multipleOf";
                expected = "a multiple of " + check.value;
            }
            case MIN_LENGTH -> {
                keyword = "minLength";
                expected = "at least " + check.count + " characters long";
            }
            case MAX_LENGTH -> {
                keyword = "maxLength";
                expected = "at most " + check.count + " characters long";
            }
            case PATTERN -> {
                keyword = "pattern";
                expected = "a match of " + check.pattern.source;
            }
            case FORMAT -> {
                keyword = "format";
                expected = "a valid " + check.text.replace("-rfc1034", "");
            }
            case TRACE_PARENT -> {
                keyword = "format";
                expected = "a valid W3C traceparent";
            }
            case ATTRIBUTE_NAME -> {
                keyword = "format";
                expected = "a valid name of an attribute, in a-z and 0-9";
            }
            case CONTENT_ENCODING -> {
                keyword = "contentEncoding";
                expected = "in " + check.text;
            }
            case CONTENT_MEDIA_TYPE -> {
                keyword = "contentMediaType";
                expected = "JSON";
            }
            case MIN_ITEMS -> {
                keyword = "minItems";
                expected = "at least " + check.count + " items long";
            }
            case MAX_ITEMS -> {
                keyword = "maxItems";
                expected = "at most " + check.count + " items long";
            }
            case UNIQUE_ITEMS -> {
                keyword = "uniqueItems";
                expected = "free of repeated items";
            }
            case CONTAINS -> {
                keyword = "contains";
                String max = check.max < 0 ? "" : " to " + check.max;
                expected = "an array with " + check.count + max + " items as `contains` requires";
            }
            case REQUIRED -> {
                keyword = "required";
                expected = "an object with " + Violation.quotedNames(missing(check.names, value));
            }
            case DEPENDENT_REQUIRED -> {
                keyword = "dependentRequired";
                int rule = 0;
                while (rule + 1 < check.others.size()
                    && !(missing(List.of(check.names.get(rule)), value).isEmpty()
                        && !missing(check.others.get(rule), value).isEmpty())) {
                    rule += 1;
                }
                expected = "an object with " + Violation.quotedNames(missing(check.others.get(rule), value)) + ", as one with "
                    + Texts.quoted(check.names.get(rule)) + " has to be";
            }
            case MIN_PROPERTIES -> {
                keyword = "minProperties";
                expected = "an object of at least " + check.count + " members";
            }
            case MAX_PROPERTIES -> {
                keyword = "maxProperties";
                expected = "an object of at most " + check.count + " members";
            }
            case ANY_OF -> {
                keyword = "anyOf";
                expected = Violation.alternatives(
                    check.schemas.length, nearest(check.schemas, value, pointer, chain, personal));
            }
            case ONE_OF -> {
                keyword = "oneOf";
                int nValid = 0;
                for (Schema own : check.schemas) {
                    nValid += isValid(own, value, chain) ? 1 : 0;
                }
                expected = nValid == 0
                    ? Violation.alternatives(check.schemas.length, nearest(check.schemas, value, pointer, chain, personal))
                    : "just one of " + check.schemas.length + " alternatives but " + nValid;
            }
            case NOT -> {
                keyword = "not";
                expected = "allowed: it is what `not` excludes";
            }
            default -> {
                keyword = "false";
                expected = "allowed here";
            }
        }
        return new Violation(pointer, keyword, expected, shown(personal, pointer, value));
    }

    private Violation explainNames(Check check, Json value, String pointer, Chain chain, Personal personal) {
        Json.Text wrong = null;
        if (value instanceof Json.Members) {
            for (Map.Entry<String, Json> member : ((Json.Members) value).sorted()) {
                Json.Text name = new Json.Text(member.getKey());
                if (!isValid(check.schema, name, chain)) {
                    wrong = name;
                    break;
                }
            }
        }
        Found reasons = new Found(1);
        if (wrong != null) {
            look(check.schema, wrong, pointer, chain, personal, reasons);
        }
        String expected = reasons.violations.isEmpty() ? "a name that is allowed" : reasons.violations.get(0).expected();
        String found = "the name " + (wrong == null ? "" : Violation.shown(wrong));
        return new Violation(pointer, "propertyNames", expected, found);
    }
}
