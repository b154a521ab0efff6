//! Property names, values and titles of any kind become Rust that compiles without warnings.

use std::path::Path;

use goodevent_tests::batch;
use serde_json::{Value, json};

#[test]
fn any_name_compiles() {
    let names = [
        "type", "self", "Self", "crate", "super", "async", "gen", "fooBar", "foo_bar", "FooBar", "foo-bar", "1st", "",
        " ", "größe", "名前", "a\"b", "a\\b", "a/b", "a~b", "\n", "extra", "String", "Option", "w", "c", "members",
        "key", "__", "😀", "r#type",
    ];
    let schema = json!({ "type": "string", "maxLength": 9 });
    let properties: serde_json::Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), schema.clone())).collect();
    let nested: serde_json::Map<String, Value> = names
        .iter()
        .map(|name| ((*name).to_owned(), json!({ "type": "object", "properties": { "value": { "enum": names } }, "description": "*/ \\ \" `` [x]" })))
        .collect();
    let deep = (0..100)
        .fold(json!({ "type": "integer" }), |inner, _| json!({ "type": "object", "properties": { "inner": inner } }));
    let tree = json!({
        "type": "object", "required": ["value"], "additionalProperties": false,
        "properties": { "value": { "type": "number" }, "left": { "$ref": "#" }, "right": { "anyOf": [{ "$ref": "#" }, { "type": "null" }] },
            "more": { "type": "array", "items": { "$ref": "#" } } }
    });
    let schemas = [
        json!({ "type": "object", "properties": properties.clone(), "required": names }),
        json!({ "type": "object", "properties": properties, "additionalProperties": false }),
        json!({ "type": "object", "properties": nested, "title": "type", "description": "a\rb\u{0}c\n\n# not a heading" }),
        json!({ "enum": names }),
        deep,
        tree,
        json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "type": "boolean" }], "items": false, "minItems": 2 }),
        json!({ "type": "object", "additionalProperties": { "type": ["integer", "string", "null"] } }),
    ];
    let modules: Vec<String> =
        schemas.iter().map(|schema| batch::generate(schema, &[]).expect("the schema is valid")).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/corpora");
    let batches = batch::build(&folder, "names", &modules, 20).expect("the code compiles without warnings");
    let payloads = [
        (0, Value::Object(names.iter().map(|name| ((*name).to_owned(), json!("é"))).collect()), true),
        (1, json!({ "größe": "x", "\n": "y" }), true),
        (1, json!({ "grösse": "x" }), false),
        (3, json!("名前"), true),
        (3, json!("name"), false),
        (
            5,
            json!({ "value": 1, "left": { "value": 2.5, "right": null }, "more": [{ "value": -0.5, "more": [] }] }),
            true,
        ),
        (5, json!({ "value": 1, "left": null }), false),
        (6, json!(["a", true]), true),
        (6, json!(["a"]), false),
        (7, json!({ "a": 1, "b": "x", "c": null }), true),
        (7, json!({ "a": 1.5 }), false),
    ];
    let input: Vec<(usize, Vec<u8>)> =
        payloads.iter().map(|(number, value, _)| (*number, value.to_string().into_bytes())).collect();
    let verdicts = batches[0].run(&input).expect("no decoder fails");
    for ((number, value, is_valid), verdict) in payloads.iter().zip(verdicts) {
        assert_eq!((verdict.encoded.is_some(), verdict.fault), (*is_valid, None), "{number}: {value}");
    }
}
