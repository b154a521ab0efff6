use std::collections::BTreeSet;

use jsonschema::{Validator, error::ValidationErrorKind};
use serde_json::{Value, json};

use super::*;
use crate::{draft::METASCHEMAS, source::SourceId, syntax::parse};

const DRAFTS: [Draft; 5] = [Draft::Draft4, Draft::Draft6, Draft::Draft7, Draft::Draft201909, Draft::Draft202012];

fn validator(draft: Draft) -> impl std::ops::Deref<Target = Validator> {
    match draft {
        Draft::Draft4 => jsonschema::draft4::meta::validator(),
        Draft::Draft6 => jsonschema::draft6::meta::validator(),
        Draft::Draft7 => jsonschema::draft7::meta::validator(),
        Draft::Draft201909 => jsonschema::draft201909::meta::validator(),
        Draft::Draft202012 => jsonschema::draft202012::meta::validator(),
    }
}

/// Of a violation: the place, the last token of its pointer, the words, and its kind.
type Row = (Span, String, String, Violated);

/// As `metaschema::check` reports them: the first of each run at a place, in the order of the places.
fn ordered(mut rows: Vec<Row>) -> Vec<Row> {
    rows.dedup_by_key(|row| row.0);
    rows.sort_by_key(|row| row.0);
    rows.dedup_by_key(|row| row.0);
    rows
}

fn by_reference(validator: &Validator, root: &Node) -> Vec<Row> {
    let json = root.to_json();
    let errors = validator.iter_errors(&json).map(|error| {
        let pointer = error.instance_path().as_str().to_owned();
        let violated = match error.kind() {
            ValidationErrorKind::Type { .. } => Violated::Type,
            ValidationErrorKind::Enum { .. } | ValidationErrorKind::AnyOf { .. } => Violated::AnyOf,
            _ => Violated::Other,
        };
        let token = pointer.rsplit('/').next().unwrap_or_default().to_owned();
        (root.pointer(&pointer).expect("it is in the document").span, token, error.to_string(), violated)
    });
    ordered(errors.collect())
}

fn by_table(draft: Draft, root: &Node) -> Vec<Row> {
    let faults = faults(root, draft, &BTreeMap::new());
    ordered(faults.into_iter().map(|fault| (fault.span, fault.token, fault.message, fault.violated)).collect())
}

/// The names of all members of the metaschemas' `properties`, and some others.
fn keywords() -> BTreeSet<String> {
    let mut names = BTreeSet::from(["x-event".to_owned(), "nullable".to_owned()]);
    for (_, text) in METASCHEMAS {
        let metaschema: Value = serde_json::from_str(text).expect("it is JSON");
        names.extend(metaschema["properties"].as_object().into_iter().flat_map(|own| own.keys().cloned()));
    }
    names
}

fn values() -> Vec<Value> {
    let texts = [
        "",
        "string",
        "strin",
        "#",
        "#a",
        "a#",
        "a#b",
        "_a",
        "a:b",
        "1a",
        "é",
        "[",
        "(?<a>x)\\k<a>",
        "\\Z",
        "a b",
        "%zz",
        "%41",
        "http://a/b?c#d",
        "//a:1/b",
        "//a:b/",
        "http://[::1]:8/",
        "http://[::g]/",
        "1:2",
        "urn:a:b",
        "//[v1.a]",
        "a/b:c",
        "/:",
        "http://u:p@h",
        "http://u@p@h",
        "^a$",
        "a{2,1}",
        "\\d+",
        "(",
        "integer",
        "?a",
        "#%41",
        "http:",
        "http://a|b",
    ];
    let mut values: Vec<Value> = texts.iter().map(|text| json!(text)).collect();
    let others = r##"[
        null, true, false, 0, -0, 1, -1, 1.0, 1.5, -1.5, 0.0, 1e2, -1e-2, 1e-2, 12345678901234567890, {}, [],
        [{}], [true], [1], ["a"], ["a", "a"], ["a", 1, 1], [1, 1.0], [[], []], ["string"], ["string", "string"],
        ["string", "null"], ["strin"], [{}, {"type": 3}], [[]], {"a": {}}, {"a": true}, {"a": 1}, {"a": ["b"]},
        {"a": ["b", "b"]}, {"a": []}, {"a": [1]}, {"[": {}}, {"[": 1, "(": {}}, {"type": "string"}, {"type": 3},
        {"properties": {"a": {"items": [1]}}}, {"a/b~c": {"minimum": "x"}}, {"maxLength": -1}, {"maxLength": -1.5},
        {"multipleOf": 0, "minLength": 1.5}, {"required": [1, 1, "a"]}, {"required": []}, {"exclusiveMinimum": true},
        {"minimum": 1, "exclusiveMinimum": true}, {"exclusiveMinimum": 1, "exclusiveMaximum": false},
        {"not": {"not": {"not": 1}}}, {"dependencies": {"a": [1], "b": {"type": 1}, "c": 1}}, {"enum": {}},
        {"$id": "a#b", "$anchor": "1"}, {"items": {"items": {"allOf": []}}}, {"const": {"type": 3}}, {"default": {"type": 3}}
    ]"##;
    values.extend(serde_json::from_str::<Vec<Value>>(others).expect("it is JSON"));
    values
}

/// Each keyword of each draft with each value, alone, in a schema, in an array and beside another wrong keyword.
#[test]
fn the_table_demands_what_the_metaschemas_demand() {
    let (mut n_wrong, mut differences) = (0, Vec::new());
    for draft in DRAFTS {
        let validator = validator(draft);
        for keyword in keywords() {
            for value in values() {
                let alone = json!({ &keyword: value });
                let others = json!({ "allOf": [{}, alone], "properties": { "b": alone }, "maxLength": -1.5 });
                let documents = [others, json!({ "not": alone, &keyword: value }), alone];
                for document in documents {
                    let root = parse(SourceId(0), document.to_string().as_bytes()).0.expect("it is JSON");
                    let (own, reference) = (by_table(draft, &root), by_reference(&validator, &root));
                    n_wrong += usize::from(!reference.is_empty());
                    if own != reference && !is_engine_difference(&own, &reference) {
                        differences.push(format!("{draft:?} {document}\n  own {own:?}\n  reference {reference:?}"));
                    }
                }
                let (root, alone) = (json!({ &keyword: value }), parse(SourceId(0), value.to_string().as_bytes()));
                let takes = takes(draft, &keyword, &alone.0.expect("it is JSON"));
                if takes != validator.is_valid(&root) && !value.to_string().contains(['[', '(', '\\']) {
                    differences.push(format!("{draft:?} {root}: {takes}"));
                }
            }
        }
    }
    assert!(n_wrong > 5_000, "{n_wrong}");
    let shown = differences.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(differences.is_empty(), "{} differences\n{shown}", differences.len());
}

/// Whether all that differs is which patterns are ones: the reference has another engine.
fn is_engine_difference(own: &[Row], reference: &[Row]) -> bool {
    let others =
        |rows: &[Row]| rows.iter().filter(|row| !row.2.ends_with("is not a \"regex\"")).cloned().collect::<Vec<_>>();
    others(own) == others(reference)
}

#[test]
fn the_texts_of_the_metaschemas_are_the_official_ones() {
    for (uri, text) in METASCHEMAS {
        let uri = referencing::uri::from_str(uri).expect("it is a URI");
        let resolved = referencing::SPECIFICATIONS.resolver(uri).lookup("#").expect("it is known");
        let own: Value = serde_json::from_str(text).expect("it is JSON");
        assert_eq!(&own, resolved.contents());
    }
}
