package goodevent;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One keyword of a schema. */
final class Check {
    enum Op {
        NEVER, TYPE, ENUM, CONST, MINIMUM, MAXIMUM, EXCLUSIVE_MINIMUM, EXCLUSIVE_MAXIMUM, MULTIPLE_OF, MIN_LENGTH, MAX_LENGTH,
        PATTERN, FORMAT, TRACE_PARENT, ATTRIBUTE_NAME, CONTENT_ENCODING, CONTENT_MEDIA_TYPE, PREFIX_ITEMS, ITEMS, CONTAINS,
        MIN_ITEMS, MAX_ITEMS, UNIQUE_ITEMS, UNEVALUATED_ITEMS, PROPERTIES, PATTERN_PROPERTIES, ADDITIONAL_PROPERTIES,
        PROPERTY_NAMES, REQUIRED, MIN_PROPERTIES, MAX_PROPERTIES, DEPENDENT_REQUIRED, DEPENDENT_SCHEMAS,
        UNEVALUATED_PROPERTIES, ALL_OF, ANY_OF, ONE_OF, NOT, IF, REF, DYNAMIC_REF
    }

    static final int NULL = 1;
    static final int BOOLEAN = 2;
    static final int NUMBER = 4;
    static final int INTEGER = 8;
    static final int PLAIN_INTEGER = 16;
    static final int STRING = 32;
    static final int ARRAY = 64;
    static final int OBJECT = 128;

    private static final Map<String, Op> OPS = Map.ofEntries(
        Map.entry("false", Op.NEVER), Map.entry("type", Op.TYPE), Map.entry("enum", Op.ENUM), Map.entry("const", Op.CONST),
        Map.entry("minimum", Op.MINIMUM), Map.entry("maximum", Op.MAXIMUM),
        Map.entry("exclusiveMinimum", Op.EXCLUSIVE_MINIMUM), Map.entry("exclusiveMaximum", Op.EXCLUSIVE_MAXIMUM),
        Map.entry("multipleOf", Op.MULTIPLE_OF), Map.entry("minLength", Op.MIN_LENGTH), Map.entry("maxLength", Op.MAX_LENGTH),
        Map.entry("pattern", Op.PATTERN), Map.entry("format", Op.FORMAT), Map.entry("traceparent", Op.TRACE_PARENT),
        Map.entry("attributeName", Op.ATTRIBUTE_NAME), Map.entry("contentEncoding", Op.CONTENT_ENCODING),
        Map.entry("contentMediaType", Op.CONTENT_MEDIA_TYPE), Map.entry("prefixItems", Op.PREFIX_ITEMS),
        Map.entry("items", Op.ITEMS), Map.entry("contains", Op.CONTAINS), Map.entry("minItems", Op.MIN_ITEMS),
        Map.entry("maxItems", Op.MAX_ITEMS), Map.entry("uniqueItems", Op.UNIQUE_ITEMS),
        Map.entry("unevaluatedItems", Op.UNEVALUATED_ITEMS), Map.entry("properties", Op.PROPERTIES),
        Map.entry("patternProperties", Op.PATTERN_PROPERTIES), Map.entry("additionalProperties", Op.ADDITIONAL_PROPERTIES),
        Map.entry("propertyNames", Op.PROPERTY_NAMES), Map.entry("required", Op.REQUIRED),
        Map.entry("minProperties", Op.MIN_PROPERTIES), Map.entry("maxProperties", Op.MAX_PROPERTIES),
        Map.entry("dependentRequired", Op.DEPENDENT_REQUIRED), Map.entry("dependentSchemas", Op.DEPENDENT_SCHEMAS),
        Map.entry("unevaluatedProperties", Op.UNEVALUATED_PROPERTIES), Map.entry("allOf", Op.ALL_OF),
        Map.entry("anyOf", Op.ANY_OF), Map.entry("oneOf", Op.ONE_OF), Map.entry("not", Op.NOT), Map.entry("if", Op.IF),
        Map.entry("$ref", Op.REF), Map.entry("$dynamicRef", Op.DYNAMIC_REF));

    final Op op;
    /** Types, as bits. */
    int types;
    /** A length or a number of elements. */
    long count;
    /** The upper bound of {@code contains}; -1 if there is none. */
    long max = -1;
    /** The name of a format or an encoding. */
    String text = "";
    Formats.Format format = Formats.ANY;
    /** The names of types, properties or rules. */
    List<String> names = List.of();
    /** For each rule of {@code dependentRequired} the names that it requires. */
    List<List<String>> others = List.of();
    /** The value of {@code const}, or the number of a bound. */
    Json value;
    List<Json> values = List.of();
    /** The strings among the values of {@code enum}. */
    Set<String> strings = Set.of();
    boolean areStrings;
    Pattern pattern;
    Pattern[] patterns = {};
    Schema[] schemas = {};
    Schema schema;
    Schema then;
    Schema otherwise;
    long[] resources = {};
    boolean seesContains;

    private Check(Op op) {
        this.op = op;
    }

    /** The check of an entry of a table; {@code null} if it is not a keyword. */
    static Check of(List<Json> entry, Tables tables) {
        Op op = OPS.get(Tables.text(entry.get(0)));
        if (op == null) {
            return null;
        }
        Check check = new Check(op);
        Json first = entry.size() > 1 ? entry.get(1) : null;
        switch (op) {
            case NEVER, UNIQUE_ITEMS, TRACE_PARENT, ATTRIBUTE_NAME -> { }
            case TYPE -> {
                check.names = Tables.texts(first);
                for (String name : check.names) {
                    check.types |= bit(name);
                }
            }
            case ENUM -> {
                check.values = Tables.items(Tables.parsed(Tables.text(first)));
                Set<String> strings = new HashSet<>();
                check.values.forEach(value -> {
                    if (value instanceof Json.Text) {
                        strings.add(((Json.Text) value).value());
                    }
                });
                check.areStrings = strings.size() == check.values.size();
                check.strings = strings;
            }
            case CONST, MINIMUM, MAXIMUM, EXCLUSIVE_MINIMUM, EXCLUSIVE_MAXIMUM, MULTIPLE_OF ->
                check.value = Tables.parsed(Tables.text(first));
            case MIN_LENGTH, MAX_LENGTH, MIN_ITEMS, MAX_ITEMS, MIN_PROPERTIES, MAX_PROPERTIES ->
                check.count = Tables.count(first);
            case PATTERN -> check.pattern = tables.pattern(first);
            case FORMAT, CONTENT_ENCODING -> {
                check.text = Tables.text(first);
                check.format = op == Op.FORMAT ? Formats.of(check.text) : Formats.ANY;
            }
            case CONTENT_MEDIA_TYPE -> check.text = first instanceof Json.Text ? Tables.text(first) : "";
            case PREFIX_ITEMS, ALL_OF, ANY_OF, ONE_OF -> check.schemas = tables.schemas(Tables.items(first));
            case ITEMS -> {
                check.count = Tables.count(first);
                check.schema = tables.schema(entry.get(2));
            }
            case CONTAINS -> {
                check.schema = tables.schema(first);
                check.count = Tables.count(entry.get(2));
                check.max = entry.get(3) instanceof Num ? Tables.count(entry.get(3)) : -1;
            }
            case UNEVALUATED_ITEMS -> {
                check.schema = tables.schema(first);
                check.seesContains = ((Json.Bool) entry.get(2)).value();
            }
            case PROPERTIES, DEPENDENT_SCHEMAS, PATTERN_PROPERTIES -> {
                List<String> names = new ArrayList<>();
                List<Json> schemas = new ArrayList<>();
                List<Pattern> patterns = new ArrayList<>();
                for (Json pair : Tables.items(first)) {
                    Json name = Tables.items(pair).get(0);
                    if (op == Op.PATTERN_PROPERTIES) {
                        patterns.add(tables.pattern(name));
                    } else {
                        names.add(Tables.text(name));
                    }
                    schemas.add(Tables.items(pair).get(1));
                }
                check.names = List.copyOf(names);
                check.patterns = patterns.toArray(Pattern[]::new);
                check.schemas = tables.schemas(schemas);
            }
            case ADDITIONAL_PROPERTIES, PROPERTY_NAMES, UNEVALUATED_PROPERTIES, NOT, REF ->
                check.schema = tables.schema(first);
            case REQUIRED -> check.names = Tables.texts(first);
            case DEPENDENT_REQUIRED -> {
                List<String> names = new ArrayList<>();
                List<List<String>> others = new ArrayList<>();
                for (Json pair : Tables.items(first)) {
                    names.add(Tables.text(Tables.items(pair).get(0)));
                    others.add(Tables.texts(Tables.items(pair).get(1)));
                }
                check.names = names;
                check.others = others;
            }
            case IF -> {
                check.schema = tables.schema(first);
                check.then = tables.schema(entry.get(2));
                check.otherwise = tables.schema(entry.get(3));
            }
            case DYNAMIC_REF -> {
                List<Json> anchors = Tables.items(first);
                check.resources = anchors.stream().mapToLong(anchor -> Tables.count(Tables.items(anchor).get(0))).toArray();
                check.schemas = tables.schemas(anchors.stream().map(anchor -> Tables.items(anchor).get(1)).toList());
                check.schema = tables.schema(entry.get(2));
            }
            default -> throw new IllegalStateException(op.name());
        }
        return check;
    }

    private static int bit(String name) {
        return switch (name) {
            case "null" -> NULL;
            case "boolean" -> BOOLEAN;
            case "number" -> NUMBER;
            case "integer" -> INTEGER;
            case "plain integer" -> PLAIN_INTEGER;
            case "string" -> STRING;
            case "array" -> ARRAY;
            default -> OBJECT;
        };
    }

    /** The types of a value, as bits. */
    static int typesOf(Json value) {
        if (value instanceof Json.Text) {
            return STRING;
        }
        if (value instanceof Num) {
            Num number = (Num) value;
            return !number.isInteger() ? NUMBER : number.isPlain() ? NUMBER | INTEGER | PLAIN_INTEGER : NUMBER | INTEGER;
        }
        if (value instanceof Json.Members) {
            return OBJECT;
        }
        if (value instanceof Json.Items) {
            return ARRAY;
        }
        return value instanceof Json.Bool ? BOOLEAN : NULL;
    }
}
