//! Fixes are judged alone, however many there are, and none is offered that does harm.

use goodevent_schema::source::Source;
use serde_json::{Map, Value, json};

use super::*;
use crate::lint::tests::{CONTEXT, file, good, with_registry};

const NAME: &str = "orders/OrderPlacedV1Event.json";

/// A contract with these properties beside those of the good one.
fn contract(properties: Map<String, Value>) -> Value {
    let mut contract = good();
    let required = contract["required"].as_array_mut().expect("the good contract requires its properties");
    required.extend(properties.keys().map(|name| Value::from(name.as_str())));
    contract["properties"].as_object_mut().expect("it has properties").extend(properties);
    contract.as_object_mut().expect("it is an object").remove("examples");
    contract
}

fn files(contract: &Value) -> Vec<Source> {
    vec![file(NAME, format!("{contract:#}")), file("orders/context.toml", CONTEXT)]
}

fn text(sources: &Sources) -> String {
    let file = sources.files.iter().find(|file| file.path == NAME).expect("the contract is there");
    String::from_utf8_lossy(&file.bytes).into_owned()
}

/// Number of findings that can be fixed by one fix after the other.
fn n_fixable_alone(sources: &Sources, options: &Options<'_>) -> usize {
    let options = &Options { wants_fixes: true, ..options.clone() };
    let (mut state, _) = State::of(sources.clone(), options);
    let mut n_fixed = 0;
    loop {
        let offers = state.offers(Safety::Unsafe);
        let next = offers.iter().find_map(|offer| {
            let (next, _) = State::of(edit::edited(&state.sources, offer.fix.edits.iter()), options);
            state.harmed(&next, &[*offer]).islands.is_empty().then_some(next)
        });
        match next {
            Some(next) => state = next,
            None => return n_fixed,
        }
        n_fixed += 1;
    }
}

fn object(extra: &Value) -> Value {
    let mut object = json!({
        "description": "An object.", "type": "object", "additionalProperties": false, "required": ["b"],
        "properties": { "b": { "description": "A flag.", "type": "boolean" } }
    });
    json_patch::merge(&mut object, extra);
    object
}

fn many(n: usize, objects: &[Value]) -> Value {
    let properties = (0..n).map(|nth| (format!("o{nth}"), objects[nth % objects.len()].clone()));
    contract(properties.collect())
}

#[test]
fn as_many_findings_are_fixed_as_can_be_fixed_one_by_one() {
    let flag = json!({ "description": "A flag.", "type": "boolean" });
    let kinds = [
        object(&json!({ "additionalProperties": true })),
        object(&json!({ "additionalProperties": null })),
        // Either property can be required, and not both.
        object(&json!({ "maxProperties": 1, "required": null, "properties": { "c": flag } })),
        object(&json!({ "required": [], "properties": { "c": flag } })),
        // The first of them has a default, and is not to be required.
        object(&json!({ "required": null, "properties": { "a": { "default": true, "type": "boolean" }, "c": flag } })),
        object(&json!({})),
    ];
    for n in [1, 2, 3, 7, 12, 13] {
        with_registry(files(&many(n, &kinds)), |sources, options| {
            let fixed = fix(sources, options, Safety::Unsafe);
            assert_eq!(fixed.n_fixed, n_fixable_alone(sources, options), "of {n} objects");
            assert_eq!(fix(&fixed.sources, options, Safety::Unsafe).n_fixed, 0);
        });
    }
}

#[test]
fn a_thousand_fixes_take_few_runs_and_harmful_ones_among_them_reject_no_other() {
    let flag = json!({ "description": "A flag.", "type": "boolean" });
    for n in [24, 25, 200] {
        let mut all = many(n, &[object(&json!({ "additionalProperties": true }))]);
        let exclusive = object(&json!({ "maxProperties": 1, "required": null, "properties": { "c": flag } }));
        for nth in [0, n / 2, n - 1] {
            let name = format!("o{nth}");
            all["properties"][&name] = exclusive.clone();
        }
        with_registry(files(&all), |sources, options| {
            let fixed = fix(sources, options, Safety::Unsafe);
            // Those of the others, one of the two of each of the three, and the example.
            assert_eq!(fixed.n_fixed, n - 3 + 3 + 1, "of {n} objects: {:#?}", fixed.found);
            assert!(!text(&fixed.sources).contains("\"additionalProperties\": true"));
        });
    }
}

#[test]
fn a_file_with_a_harmful_fix_leaves_the_others_alone() {
    let flag = json!({ "description": "A flag.", "type": "boolean" });
    let exclusive = object(&json!({ "maxProperties": 1, "required": null, "properties": { "c": flag } }));
    let open = object(&json!({ "additionalProperties": true }));
    let mut files = vec![file("orders/context.toml", CONTEXT)];
    for (name, objects) in [
        ("OrderPlacedV1Event", [&exclusive, &open]),
        ("InvoiceIssuedV1Event", [&open, &open]),
        ("ParcelSentV1Event", [&exclusive, &exclusive]),
    ] {
        let mut contract = many(2, &objects.map(Value::clone));
        contract["title"] = name.into();
        files.push(file(format!("orders/{name}.json"), format!("{contract:#}")));
    }
    with_registry(files, |sources, options| {
        let fixed = fix(sources, options, Safety::Unsafe);
        assert_eq!((fixed.n_fixed, fixed.n_fixed), (n_fixable_alone(sources, options), 2 + 2 + 2 + 3));
    });
}

/// The fixes of a property with this schema, beside the missing example.
fn fixed_property(schema: Value) -> Value {
    let mut contract = contract(Map::from_iter([("valueId".to_owned(), schema)]));
    contract["required"] = good()["required"].clone();
    let context = CONTEXT.replace("[topics]", "[rules]\noptional-property = \"allow\"\n[topics]");
    let files = vec![file(NAME, format!("{contract:#}")), file("orders/context.toml", context)];
    with_registry(files, |sources, options| {
        let fixed = fix(sources, options, Safety::Unsafe);
        let new: Vec<_> = fixed
            .found
            .iter()
            .filter(|finding| ["duplicate-member", "invalid-schema"].contains(&finding.rule))
            .collect();
        assert!(new.is_empty(), "{new:?}");
        let fixed: Value = serde_json::from_str(&text(&fixed.sources)).expect("the text is JSON");
        fixed["properties"]["valueId"].clone()
    })
}

#[test]
fn a_fix_gives_no_keyword_twice_and_excludes_nothing_that_is_shown() {
    let text = |extra: Value| {
        let mut text = json!({ "description": "Text.", "type": "string", "minLength": 1, "maxLength": 40 });
        json_patch::merge(&mut text, &extra);
        text
    };
    let with = |schema: &Value, keyword: &str, value: Value| {
        let mut schema = schema.clone();
        schema[keyword] = value;
        schema
    };
    let uuid = "8a52c8af-2408-486f-ba4a-d277079de2b0";
    let closed = |schema: &Value| with(schema, "additionalProperties", json!(false));
    let open = object(&json!({ "additionalProperties": true }));
    let shown = |value: Value| with(&open, "examples", json!([value]));
    let draft7 = json!({ "$schema": "http://json-schema.org/draft-07/schema#", "$id": "https://example.org/d7" });
    for (schema, expected) in [
        (open.clone(), Some(closed(&open))),
        (shown(json!({ "b": true })), Some(closed(&shown(json!({ "b": true }))))),
        (shown(json!({ "b": true, "x": 1 })), None),
        (with(&open, "default", json!({ "b": true, "x": 1 })), None),
        (text(json!({})), Some(text(json!({ "format": "uuid" })))),
        (text(json!({ "examples": [uuid] })), Some(text(json!({ "examples": [uuid], "format": "uuid" })))),
        (text(json!({ "examples": ["a"] })), None),
        (text(json!({ "default": "a" })), None),
        (text(json!({ "maxLength": 20 })), None),
        (text(json!({ "allOf": [{ "enum": ["a", uuid] }] })), None),
        (text(json!({ "allOf": [{ "pattern": "^[a-z]+$" }] })), None),
        (
            text(json!({ "format": "date", "minLength": null, "example": "2026-11-28" })),
            Some(text(json!({ "format": "date", "minLength": null, "examples": ["2026-11-28"] }))),
        ),
        (text(json!({ "format": "date", "minLength": null, "example": "x" })), None),
        (text(json!({ "format": "date", "minLength": null, "example": 1, "examples": ["2026-11-28"] })), None),
        (text(json!({ "pattern": "a|b", "examples": ["xax"] })), None),
        (text(json!({ "pattern": "a|b" })), Some(text(json!({ "pattern": "^(?:a|b)$" })))),
        (text(json!({ "pattern": "^pkg:" })), None),
    ] {
        let original = schema.clone();
        assert_eq!(fixed_property(schema), expected.unwrap_or_else(|| original.clone()), "of {original:#}");
    }
    // Older drafts do not know the format.
    let old = text(draft7);
    assert_eq!(fixed_property(old.clone()), old);
    let empty = json!({ "description": "Text.", "type": "string", "minLength": 0, "maxLength": 40 });
    assert_eq!(fixed_property(empty.clone())["minLength"], json!(1));
    let mut shown = empty;
    shown["examples"] = json!([""]);
    assert_eq!(fixed_property(shown)["minLength"], json!(0));
}

#[test]
fn an_empty_list_of_examples_is_filled() {
    let mut contract = good();
    contract["examples"] = json!([]);
    with_registry(files(&contract), |sources, options| {
        let fixed = fix(sources, options, Safety::Safe);
        assert_eq!((fixed.n_fixed, fixed.found), (1, Vec::new()));
    });
}

/// Fixes that are offered for parts of a schema, which accept nothing together.
#[test]
fn a_contract_that_accepts_something_does_so_after_all_fixes() {
    let flag = json!({ "description": "A flag.", "type": "boolean" });
    let schemas = [
        json!({ "required": ["zzzzzz"], "properties": { "a": flag }, "patternProperties": { "^q": flag } }),
        json!({ "required": ["orderID"], "properties": { "orderId": flag }, "dependentRequired": { "orderId": ["other"] } }),
        json!({ "allOf": [
            { "type": "object", "required": ["a"], "properties": { "b": flag } },
            { "type": "object", "required": ["b"], "properties": { "a": flag } },
        ] }),
        json!({ "properties": { "a": flag }, "propertyNames": { "enum": ["b", "c"] }, "minProperties": 1 }),
        json!({ "required": ["x"], "properties": { "n": { "$ref": "#/properties/v" } } }),
        json!({ "required": ["zzzzzz"], "properties": { "totel": flag } }),
    ];
    for schema in schemas {
        let mut schema = schema;
        schema["type"] = json!("object");
        schema["description"] = json!("An object.");
        let whole = contract(Map::from_iter([("v".to_owned(), schema.clone())]));
        with_registry(files(&whole), |sources, options| {
            let is_impossible = |sources: &Sources| {
                let (state, registry) = State::of(sources.clone(), options);
                !state.impossible(&registry, &state.islands.iter().copied().collect()).is_empty()
            };
            assert!(!is_impossible(sources), "{schema}");
            for safety in [Safety::Safe, Safety::Unsafe] {
                let fixed = fix(sources, options, safety);
                assert!(!is_impossible(&fixed.sources), "{schema} {safety:?}: {}", text(&fixed.sources));
            }
        });
    }
}
