//! Every kind of contradiction at every place of a contract is one finding, at the schema that is to blame.

use serde_json::{Value, json};

use super::tests::{CONTEXT, good, lint_of};

/// A schema that accepts nothing, and one that is almost the same and accepts something.
fn pairs() -> Vec<(Value, Value)> {
    let pair = |bad: Value, path: &str, mended: Value| {
        let mut good = bad.clone();
        *good.pointer_mut(path).expect("the path leads to a keyword") = mended;
        (bad, good)
    };
    vec![
        pair(
            json!({ "type": "object", "required": ["a"], "propertyNames": { "enum": ["b"] } }),
            "/required/0",
            json!("b"),
        ),
        pair(
            json!({ "type": "object", "required": ["z"], "allOf": [{ "properties": { "y": true } }], "unevaluatedProperties": false }),
            "/required/0",
            json!("y"),
        ),
        pair(json!({ "oneOf": [true, true] }), "/oneOf/1", json!(false)),
        pair(json!({ "oneOf": [{ "type": "integer" }, { "type": "integer" }] }), "/oneOf/1/type", json!("string")),
        pair(json!({ "type": "boolean", "not": { "enum": [true, false] } }), "/not/enum/1", json!(1)),
        pair(json!({ "type": "number", "multipleOf": 7, "exclusiveMinimum": 0, "maximum": 6 }), "/maximum", json!(7)),
        pair(json!({ "type": "number", "multipleOf": 0.3, "minimum": 0.4, "maximum": 0.5 }), "/maximum", json!(0.6)),
        pair(
            json!({ "type": "array", "contains": { "type": "string" }, "items": { "type": "integer" } }),
            "/items/type",
            json!("string"),
        ),
        pair(
            json!({ "type": "array", "contains": { "const": 1 }, "minContains": 3, "maxItems": 2 }),
            "/maxItems",
            json!(3),
        ),
        pair(
            json!({ "type": "array", "contains": { "const": 1 }, "minContains": 3, "maxContains": 2 }),
            "/maxContains",
            json!(3),
        ),
        pair(json!({ "type": "array", "contains": false, "minContains": 1 }), "/minContains", json!(0)),
        pair(json!({ "type": "null", "not": { "const": null } }), "/not/const", json!(1)),
        pair(
            json!({ "type": "object", "required": ["a"], "not": { "required": ["a"] } }),
            "/not/required/0",
            json!("b"),
        ),
        pair(
            json!({ "type": "object", "minProperties": 2, "additionalProperties": false, "properties": { "a": true } }),
            "/minProperties",
            json!(1),
        ),
        pair(
            json!({ "type": "object", "required": ["a"], "dependentRequired": { "a": ["b"] }, "properties": { "a": true, "b": false } }),
            "/properties/b",
            json!(true),
        ),
        pair(
            json!({ "type": "object", "required": ["a"], "dependentSchemas": { "a": false }, "properties": { "a": true } }),
            "/dependentSchemas/a",
            json!(true),
        ),
        pair(json!({ "type": "string", "if": true, "then": false }), "/then", json!(true)),
        pair(
            json!({ "type": "string", "if": { "maxLength": 5 }, "then": { "minLength": 6 }, "else": false }),
            "/else",
            json!(true),
        ),
        pair(json!({ "type": "string", "const": 1 }), "/const", json!("1")),
        pair(json!({ "enum": [1, 2], "minimum": 3 }), "/minimum", json!(2)),
        pair(json!({ "type": "string", "pattern": "^ab", "not": { "pattern": "a" } }), "/not/pattern", json!("c")),
        pair(json!({ "type": "string", "format": "uuid", "maxLength": 35 }), "/maxLength", json!(36)),
        pair(
            json!({ "type": "array", "items": { "type": "boolean" }, "uniqueItems": true, "minItems": 3 }),
            "/minItems",
            json!(2),
        ),
        pair(json!({ "type": "integer", "allOf": [{ "minimum": 5 }, { "maximum": 4 }] }), "/allOf/1/maximum", json!(5)),
        pair(json!({ "type": "array", "prefixItems": [false], "minItems": 1 }), "/minItems", json!(0)),
        pair(
            json!({ "type": "object", "propertyNames": { "maxLength": 0 }, "minProperties": 2 }),
            "/minProperties",
            json!(1),
        ),
        pair(
            json!({ "type": "object", "required": ["ab"], "patternProperties": { "^a": false }, "properties": { "ab": true } }),
            "/patternProperties/^a",
            json!(true),
        ),
        pair(json!({ "not": true }), "/not", json!(false)),
    ]
}

/// A contract with the schema at a place.
type Place = fn(&mut Value, Value);

const PLACES: [(&str, Place); 8] = [
    ("required", |event, own| {
        event["properties"]["v"] = own;
        event["required"].as_array_mut().expect("it is a list").push("v".into());
    }),
    ("optional", |event, own| event["properties"]["v"] = own),
    ("items", |event, own| event["properties"]["v"] = json!({ "type": "array", "minItems": 1, "items": own })),
    ("nullable", |event, own| event["properties"]["v"] = json!({ "anyOf": [own, { "type": "null" }] })),
    ("joined", |event, own| event["properties"]["v"] = json!({ "allOf": [own, { "title": "Beside it" }] })),
    ("nested", |event, own| {
        event["properties"]["v"] = json!({ "type": "object", "required": ["w"], "properties": { "w": own } });
    }),
    ("mapped", |event, own| event["properties"]["v"] = json!({ "type": "object", "additionalProperties": own })),
    ("shared", |event, own| {
        event["$defs"] = json!({ "own": own });
        event["properties"]["v"] = json!({ "$ref": "#/$defs/own" });
        event["properties"]["w"] = json!({ "$ref": "#/$defs/own" });
        event["required"].as_array_mut().expect("it is a list").push("v".into());
    }),
];

#[test]
fn a_contradiction_is_one_finding_where_it_is() {
    const RULES: [&str; 4] =
        ["contradictory-constraints", "ambiguous-union", "undefined-required-property", "recursive-schema"];
    for (bad, mended) in pairs() {
        for (place, put) in PLACES {
            for (own, n_expected) in [(&bad, 1), (&mended, 0)] {
                let shown = own.to_string();
                // First in the schema, whose first member is where a finding about it is.
                let mut marked = serde_json::Map::from_iter([("$comment".to_owned(), Value::from("here"))]);
                marked.extend(own.as_object().expect("it is an object").clone());
                let own = Value::Object(marked);
                let mut event = good();
                put(&mut event, own);
                let text = format!("{event:#}");
                let here = text.find(r#""$comment""#).expect("the schema is marked") as u32;
                let found = lint_of(&event, CONTEXT);
                let found: Vec<_> = found.iter().filter(|finding| RULES.contains(&finding.rule)).collect();
                assert_eq!(found.len(), n_expected, "{place}: {shown}: {found:?}");
                assert!(found.iter().all(|finding| finding.span.start == here), "{place}: {shown}: {found:?}");
            }
        }
    }
}
