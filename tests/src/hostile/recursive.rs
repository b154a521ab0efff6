//! Types that refer to themselves in alternatives, of which a decoder knows late which one it reads.

use super::registries::{Registry, of};

/// A contract for each way to choose between types that hold each other.
#[must_use]
pub fn recursive() -> Vec<Registry> {
    const TREE: &str = r##"{"$ref": "#/$defs/tree"}"##;
    let object = |last: &str, is_closed: bool| {
        let rest = if is_closed { r#", "additionalProperties": false"# } else { "" };
        format!(
            r#"{{"type": "object", "required": ["a", "{last}"], "properties": {{"a": {TREE}, "b": {TREE}, "{last}": {{"type": "integer"}}}}{rest}}}"#
        )
    };
    let pair = |last: &str| {
        format!(r#"{{"type": "array", "prefixItems": [{TREE}, {{"const": "{last}"}}], "items": false, "minItems": 2}}"#)
    };
    let operation = |name: &str| {
        format!(
            r#"{{"type": "object", "required": ["{name}"], "additionalProperties": false, "properties": {{"{name}": {{"oneOf": [{TREE}, {{"type": "array", "items": {TREE}}}]}}}}}}"#
        )
    };
    let kind = |name: &str| {
        format!(
            r#"{{"type": "object", "required": ["kind", "a"], "properties": {{"kind": {{"const": "{name}"}}, "a": {TREE}, "b": {TREE}}}}}"#
        )
    };
    let end = r#"{"type": "integer"}"#;
    let operations = ["and", "or", "not", "xor", "a", "b"].map(operation).join(", ");
    let both = |keyword: &str, name: &str, left: String, right: String| {
        (format!("{keyword} of {name}"), format!(r#"{{"{keyword}": [{left}, {right}, {end}]}}"#))
    };
    let choices = ["anyOf", "oneOf"].into_iter().flat_map(|keyword| {
        [
            both(keyword, "open objects", object("l", false), object("r", false)),
            both(keyword, "closed objects", object("l", true), object("r", true)),
            both(keyword, "pairs", pair("l"), pair("r")),
            both(keyword, "kinds", kind("left"), kind("right")),
            both(
                keyword,
                "arrays",
                format!(r#"{{"type": "array", "items": {TREE}, "minItems": 2}}"#),
                format!(r#"{{"type": "array", "items": {TREE}, "maxItems": 1}}"#),
            ),
            both(
                keyword,
                "maps",
                format!(r#"{{"type": "object", "additionalProperties": {TREE}, "minProperties": 2}}"#),
                format!(r#"{{"type": "object", "additionalProperties": {TREE}, "maxProperties": 1}}"#),
            ),
            (format!("{keyword} of operations"), format!(r#"{{"{keyword}": [{operations}, {end}]}}"#)),
        ]
    });
    let members = format!(r#""properties": {{"a": {TREE}, "b": {TREE}}}"#);
    let others = [
        (
            "if".to_owned(),
            format!(
                r#"{{"type": "object", {members}, "if": {{"required": ["l"], {members}}}, "then": {{"required": ["a"], {members}}}, "else": {{"required": ["r"], {members}}}}}"#
            ),
        ),
        ("not".to_owned(), format!(r#"{{"type": "object", {members}, "not": {{"required": ["l"], {members}}}}}"#)),
        (
            "unevaluatedProperties".to_owned(),
            format!(
                r#"{{"type": "object", "anyOf": [{{{members}}}, {{"properties": {{"l": true, "a": {TREE}}}}}], "unevaluatedProperties": {TREE}}}"#
            ),
        ),
        (
            "unevaluatedItems".to_owned(),
            format!(
                r#"{{"type": "array", "anyOf": [{{"prefixItems": [{TREE}]}}, {{"contains": {TREE}}}], "unevaluatedItems": {TREE}}}"#
            ),
        ),
        ("contains".to_owned(), format!(r#"{{"type": "array", "contains": {TREE}, "uniqueItems": true}}"#)),
        (
            "dependentSchemas".to_owned(),
            format!(
                r#"{{"type": "object", "dependentSchemas": {{"a": {{{members}}}, "l": {{{members}, "required": ["b"]}}}}}}"#
            ),
        ),
        (
            "uniqueItems".to_owned(),
            format!(
                r#"{{"type": "array", "items": {{"anyOf": [{TREE}, {{"type": "object"}}, {end}]}}, "uniqueItems": true}}"#
            ),
        ),
    ];
    let of_tree = |(name, tree): (String, String)| {
        of(format!("recursive {name}"), &format!(r##""properties": {{"first": {TREE}}}, "$defs": {{"tree": {tree}}}"##))
    };
    choices.chain(others).map(of_tree).chain(in_place()).collect()
}

/// Types that refer to themselves in place, with what is left over by what they evaluate.
fn in_place() -> impl Iterator<Item = Registry> {
    const SELF: &str = r##"{"$ref": "#/$defs/t"}"##;
    let ways = [
        ("$ref", r##""$ref": "#/$defs/t""##.to_owned()),
        ("allOf", format!(r#""allOf": [{SELF}, {SELF}]"#)),
        ("anyOf", format!(r#""anyOf": [{SELF}, {{"required": ["a"]}}]"#)),
        ("oneOf", format!(r#""oneOf": [{SELF}, {{"required": ["a"]}}]"#)),
        ("if", format!(r#""if": {SELF}, "then": {{"required": ["a"]}}"#)),
        ("dependentSchemas", format!(r#""dependentSchemas": {{"a": {SELF}, "b": {SELF}}}"#)),
        ("not", format!(r#""not": {SELF}"#)),
    ];
    ways.into_iter().map(|(keyword, way)| {
        let rest = r#""unevaluatedProperties": {"type": "string"}, "unevaluatedItems": {"type": "string"}"#;
        let members = format!(
            r##""properties": {{"first": {SELF}}}, "dependentSchemas": {{"a": {SELF}}}, "unevaluatedProperties": {{"type": "object"}}, "$defs": {{"t": {{{way}, {rest}}}}}"##
        );
        of(format!("in place by {keyword}"), &members)
    })
}
