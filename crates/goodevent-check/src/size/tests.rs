//! Bounds that can be counted by hand.

use goodevent_schema::{
    analyze,
    source::{Source, Sources},
};

use super::*;

fn bound(schema: &str) -> SizeBound {
    let source = Source { path: "a/ThingSeenV1Event.json".to_owned(), uri: None, bytes: schema.as_bytes().into() };
    let sources = Sources { root: String::new(), files: vec![source] };
    let (registry, _) = analyze(&sources);
    let root = registry.contexts["a"].contracts[0].root;
    size_bound(&registry, root)
}

fn check(schema: &str, max_bytes: Option<u64>) {
    assert_eq!(bound(schema).max_bytes, max_bytes, "{schema}");
}

#[test]
fn what_is_bounded_has_a_bound() {
    check(r#"{"type": "null"}"#, Some(4));
    check(r#"{"type": ["null", "boolean"]}"#, Some(5));
    check(r#"{"enum": ["a", "abc"]}"#, Some(5));
    check(r#"{"type": "string", "format": "uuid"}"#, Some(38));
    check(r#"{"type": "string", "maxLength": 3}"#, Some(20));
    check(r#"{"type": "string", "pattern": "^[A-Z]{3}-[\"x]$", "maxLength": 100}"#, Some(8));
    check(r#"{"type": "string", "format": "date-time", "maxLength": 30}"#, Some(32));
    check(r#"{"type": "integer", "minimum": -10, "maximum": 5}"#, Some(3));
    check(r#"{"type": "array", "maxItems": 2, "items": {"type": "null"}}"#, Some(11));
    check(r#"{"type": "array", "prefixItems": [{"type": "null"}], "items": false}"#, Some(6));
    check(
        r#"{"type": "object", "additionalProperties": false, "properties": {"a": {"type": "null"}, "b": false}}"#,
        Some(10),
    );
    check(r#"{"type": "string", "anyOf": [{"maxLength": 1}, {"format": "date"}]}"#, Some(12));
    check(r#"{"anyOf": [{"type": "null"}, {"type": "string", "maxLength": 1}]}"#, Some(8));
    check(r##"{"$ref": "#/$defs/a", "$defs": {"a": {"type": "null"}}}"##, Some(4));
    // What is valid for a branch that stands twice is valid for two.
    let branches = r##""oneOf": [{"$ref": "#/$defs/a"}, {"type": "boolean"}, {"$ref": "#/$defs/b"}]"##;
    check(
        &format!(r##"{{{branches}, "$defs": {{"a": {{"type": "string"}}, "b": {{"$ref": "#/$defs/a"}}}}}}"##),
        Some(5),
    );
    check(
        r#"{"type": "object", "unevaluatedProperties": false, "allOf": [{"properties": {"a": {"type": "null"}}}], "properties": {"b": {"type": "null"}}}"#,
        Some(19),
    );
}

#[test]
fn what_is_not_says_where_and_what_is_missing() {
    for (schema, pointer, missing) in [
        (r#"{"type": "string"}"#, "", "a `maxLength`"),
        (r#"{"type": "object", "properties": {}}"#, "", "`additionalProperties: false`"),
        (
            r#"{"type": "object", "additionalProperties": false, "properties": {"a": {"type": "array", "items": {"type": "null"}}}}"#,
            "/properties/a",
            "`maxItems`",
        ),
        (
            r##"{"type": "object", "additionalProperties": false, "properties": {"a": {"$ref": "#"}}}"##,
            "",
            "an end of the recursion",
        ),
    ] {
        let bound = bound(schema);
        assert_eq!(bound.max_bytes, None, "{schema}");
        let culprits: Vec<(&str, &str)> =
            bound.culprits.iter().map(|culprit| (culprit.pointer.as_str(), culprit.missing)).collect();
        assert_eq!(culprits, [(pointer, missing)], "{schema}");
    }
}

#[test]
fn the_longest_number_is_found() {
    for (schema, max_bytes) in [
        (r#"{"type": "number"}"#, 24),
        (r#"{"type": "number", "minimum": 0}"#, 23),
        (r#"{"type": "number", "minimum": 0, "maximum": 1}"#, 23),
        (r#"{"type": "number", "minimum": 1, "maximum": 2}"#, 18),
        (r#"{"type": "number", "minimum": -1, "maximum": 1000, "multipleOf": 0.0001}"#, 8),
        (r#"{"type": "number", "exclusiveMinimum": 0, "maximum": 1e6, "multipleOf": 0.01}"#, 9),
        (r#"{"type": "integer", "minimum": -10, "maximum": 1000, "multipleOf": 7}"#, 3),
        (
            r#"{"type": "array", "uniqueItems": true, "maxItems": 5, "items": {"type": "integer", "minimum": 8, "maximum": 12}}"#,
            14,
        ),
        (r#"{"type": "array", "uniqueItems": true, "maxItems": 9, "items": {"enum": ["a", "bb", 1]}}"#, 12),
        (r#"{"type": "array", "uniqueItems": true, "maxItems": 3, "items": {"type": "string", "maxLength": 1}}"#, 28),
    ] {
        let bound = bound(schema);
        assert_eq!((bound.max_bytes, bound.slack()), (Some(max_bytes), Some(0)), "{schema}");
    }
}

#[test]
fn the_longest_match_is_found_if_there_is_one() {
    for (pattern, max_bytes) in [
        ("^[A-Z]{3}-[0-9]{4}$", Some(10)),
        ("^(a|bcd){1,2}$", Some(8)),
        ("^é{2}$", Some(6)),
        ("^[A-Z0-9.-]{1,253}$", Some(255)),
        ("^a+$", None),
        ("a", None),
        ("", None),
    ] {
        let bound = bound(&format!(r#"{{"type": "string", "pattern": "{pattern}"}}"#));
        assert_eq!(bound.max_bytes, max_bytes, "{pattern}");
        assert_eq!(bound.slack(), max_bytes.map(|_| 0), "{pattern}");
    }
}

#[test]
fn a_witness_has_as_many_members_as_are_asked_for() {
    for (min, expected) in [(0, Some(r#"{"a":1e-7}"#)), (1, Some(r#"{"a":1e-7}"#)), (2, None)] {
        let schema = format!(
            r#"{{"type": "object", "additionalProperties": false, "minProperties": {min},
                "properties": {{"a": {{"const": 1e-7}}, "b": {{"type": "object"}}}}}}"#
        );
        let bound = bound(&schema);
        let witness = bound.witness.and_then(|witness| witness.to_json(1 << 10));
        assert_eq!((bound.max_bytes, witness.as_deref()), (None, expected), "{min}");
    }
}
