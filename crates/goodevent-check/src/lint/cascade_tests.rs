//! Every kind of breakage of every kind of file is one finding.

use std::collections::BTreeMap;

use goodevent_schema::{diagnostic::Diagnostic, source::Source};
use json_patch::merge;
use serde_json::{Value, json};

use super::tests::{CONTEXT, file, good, lint_files};

/// A good registry of two contexts whose events share types.
fn registry() -> BTreeMap<String, String> {
    let mut files = BTreeMap::from([
        ("goodevent.toml".to_owned(), SETTINGS.to_owned()),
        ("orders/context.toml".to_owned(), format!("{CONTEXT}{TOPICS}")),
        (
            "billing/context.toml".to_owned(),
            format!("{}{TOPICS}", CONTEXT.replace("[topics]", "[rules]\nunitless-quantity = \"allow\"\n[topics]")),
        ),
    ]);
    let number =
        |description: &str| json!({ "description": description, "type": "integer", "minimum": 0, "maximum": 1000 });
    let draft = "https://json-schema.org/draft/2020-12/schema";
    let money = json!({
        "$schema": draft, "title": "Money", "description": "An amount.", "type": "object", "additionalProperties": false,
        "required": ["minor"], "properties": { "minor": number("Cents.") },
        "x-event": { "allow": [{ "rule": "nullable-property", "reason": "Of old orders.", "at": "/properties/note" }] }
    });
    let mut money = money;
    merge(
        &mut money,
        &json!({ "required": ["minor", "note"], "properties": { "note": {
        "description": "A note.", "type": ["string", "null"], "minLength": 1, "maxLength": 20
    } } }),
    );
    let line = json!({
        "$schema": draft, "title": "Line", "description": "A line.", "type": "object", "additionalProperties": false,
        "required": ["count", "price"], "properties": { "count": number("How many."), "price": { "description": "Each.", "$ref": "../../types/Money.json" } }
    });
    files.insert("types/Money.json".to_owned(), format!("{money:#}"));
    files.insert("orders/types/Line.json".to_owned(), format!("{line:#}"));
    for (context, name) in [
        ("orders", "OrderPlacedV1Event"),
        ("orders", "OrderShippedV1Event"),
        ("orders", "BasketAbandonedV1Event"),
        ("billing", "InvoiceIssuedV1Event"),
        ("billing", "PaymentCapturedV1Event"),
    ] {
        let mut event = good();
        let cost = json!({ "minor": 5, "note": null });
        merge(
            &mut event,
            &json!({
                "title": name, "required": ["orderId", "reason", "placedTimeUtc", "cost", "height"],
                "properties": { "height": number("Pixels."), "cost": { "description": "All.", "$ref": "../types/Money.json" } },
                "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z", "cost": cost, "height": 1 }]
            }),
        );
        if context == "orders" {
            merge(
                &mut event,
                &json!({
                    "required": ["orderId", "reason", "placedTimeUtc", "cost", "line"],
                    "properties": { "height": null, "line": { "description": "First.", "$ref": "types/Line.json" } },
                    "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z", "cost": cost, "line": { "count": 1, "price": cost } }]
                }),
            );
        }
        files.insert(format!("{context}/{name}.json"), format!("{event:#}"));
    }
    files
}

const SETTINGS: &str = "organization = \"acme\"\n[names]\ntopic = \"{{organization}}-{{context}}\"\nrouting-key = \"{{organization}}.{{service}}.{{version}}.event.{{dotted}}\"\n[rules]\nmissing-partition-key = \"allow\"\n";

const TOPICS: &str = "";

fn found(files: &BTreeMap<String, String>) -> Vec<Diagnostic> {
    found_in(files.iter().map(|(path, text)| file(path.as_str(), text)).collect())
}

fn found_in(files: Vec<Source>) -> Vec<Diagnostic> {
    lint_files(files)
}

/// The breakages of a JSON text.
fn broken_json(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bytes = |text: String| text.into_bytes();
    vec![
        ("a brace is missing", bytes(text.trim_end().trim_end_matches('}').to_owned())),
        ("a comma is missing", bytes(text.replacen(",\n", "\n", 1))),
        ("a value is missing", bytes(text.replacen("\"type\": \"object\"", "\"type\": ", 1))),
        ("it is cut", text.as_bytes()[..text.len() / 2].to_vec()),
        ("it is empty", Vec::new()),
        ("it is no UTF-8", [text.as_bytes(), &[0xff]].concat()),
        ("it is a list", b"[]".to_vec()),
        (
            "a member stands twice",
            bytes(text.replacen("\"type\": \"object\"", "\"type\": \"object\",\n\"type\": \"object\"", 1)),
        ),
        ("a type is misspelt", bytes(text.replacen("\"type\": \"object\"", "\"type\": \"objekt\"", 1))),
        (
            "a keyword has a wrong value",
            bytes(text.replacen("\"type\": \"object\"", "\"type\": \"object\", \"minProperties\": -1", 1)),
        ),
        (
            "a reference leads nowhere",
            bytes(text.replacen(
                "\"type\": \"object\"",
                "\"type\": \"object\", \"allOf\": [{ \"$ref\": \"#/$defs/Gone\" }]",
                1,
            )),
        ),
        (
            "a required name is misspelt",
            bytes(text.replacen("\"required\": [", "\"required\": [ \"miner\", \"ordrId\", \"coumt\",", 1)),
        ),
    ]
}

#[test]
fn the_registry_is_good() {
    assert_eq!(found(&registry()), []);
}

#[test]
fn a_broken_schema_is_one_finding() {
    let good = registry();
    let mut faults = Vec::new();
    for path in good.keys().filter(|path| path.ends_with(".json")) {
        for (what, bytes) in broken_json(&good[path]) {
            let mut bytes = bytes;
            if what == "a required name is misspelt" {
                // The one of the three that is nearly a name of this file.
                let meant = [("types/Money", "miner"), ("Line", "coumt"), ("Event", "ordrId")];
                let meant = meant.iter().find(|(part, _)| path.contains(part)).expect("each file has one").1;
                let text = String::from_utf8(bytes).expect("it is text");
                bytes = text.replace("\"miner\", \"ordrId\", \"coumt\",", &format!("\"{meant}\",")).into_bytes();
            }
            let files = good.iter().map(|(own, text)| {
                file(own.as_str(), if own == path { bytes.clone() } else { text.clone().into_bytes() })
            });
            let found = found_in(files.collect());
            if found.len() != 1 {
                let found = found.iter().map(|own| format!("  {} {}", own.rule, own.headline)).collect::<Vec<_>>();
                faults.push(format!("{path}: {what}: {} findings\n{}", found.len(), found.join("\n")));
            }
        }
        if path.contains("types/") {
            let mut files = good.clone();
            files.remove(path);
            let found = found(&files);
            if found.len() != 1 || found[0].rule != "unresolved-ref" {
                faults.push(format!("{path} is gone: {found:#?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_typo_in_settings_is_one_finding() {
    let good = registry();
    let mut faults = Vec::new();
    for path in good.keys().filter(|path| path.ends_with(".toml")) {
        let text = &good[path];
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let mut broken: Vec<String> = Vec::new();
            // A letter of the key is gone, of the table, or of the value.
            match line.split_once(" = ") {
                Some((key, value)) => {
                    broken.push(format!("{} = {value}", &key[1..]));
                    broken.push(format!("{key} = true"));
                    broken.push(format!("{key} {value}"));
                    broken.push(format!("{key} = {}", value.trim_end_matches(['"', ']'])));
                }
                None => {
                    broken.push(line.replace("s]", "]"));
                    broken.push(line.replace(']', ""));
                }
            }
            for broken in broken {
                let mut lines = lines.clone();
                lines[at] = &broken;
                let mut files = good.clone();
                files.insert(path.clone(), lines.join("\n"));
                let found = found(&files);
                if found.len() != 1 {
                    let found = found.iter().map(|own| format!("  {} {}", own.rule, own.headline)).collect::<Vec<_>>();
                    faults.push(format!(
                        "{path}: `{broken}` for `{line}`: {} findings\n{}",
                        found.len(),
                        found.join("\n")
                    ));
                }
            }
        }
        // The file is called otherwise.
        let mut files = good.clone();
        let text = files.remove(path).expect("it is there");
        files.insert(path.replace("t.toml", "ts.toml").replace("goodevent.", "goodevents."), text);
        let found = found(&files);
        if found.len() != 1 {
            faults.push(format!("{path} is called otherwise: {found:#?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_typo_in_the_facts_is_one_finding() {
    let mut faults = Vec::new();
    for (member, wrong) in
        [("since", "sinse"), ("frequency", "frequenzy"), ("status", "stauts"), ("dedupKey", "dedupkey")]
    {
        for is_name in [true, false] {
            let mut files = registry();
            let path = "orders/OrderPlacedV1Event.json";
            let mut event: Value = serde_json::from_str(&files[path]).expect("it is JSON");
            let facts = event["x-event"].as_object_mut().expect("it has facts");
            let value = facts.remove(member).expect("the fact is there");
            facts.insert(if is_name { wrong } else { member }.to_owned(), if is_name { value } else { json!(5) });
            files.insert(path.to_owned(), format!("{event:#}"));
            let found = found(&files);
            if found.len() != 1 {
                faults.push(format!("{member}: {found:#?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_broken_line_of_the_lock_is_one_finding() {
    let mut files = registry();
    for name in ["OrderPlacedV1Event", "OrderShippedV1Event"] {
        let path = format!("orders/{name}.json");
        let released = files[&path].replace("\"draft\"", "\"released\"");
        files.insert(path, released);
    }
    let digests = released_digests(&files);
    let lock: Vec<String> = digests.iter().map(|(name, digest)| format!("{name} {digest}")).collect();
    files.insert("goodevent.lock".to_owned(), lock.join("\n"));
    assert_eq!(found(&files), []);
    for broken in ["<<<<<<< HEAD".to_owned(), lock[0].replace(' ', ""), lock[0][..lock[0].len() - 1].to_owned()] {
        let mut lines = lock.clone();
        lines[0] = broken.clone();
        files.insert("goodevent.lock".to_owned(), lines.join("\n"));
        let found = found(&files);
        assert_eq!(found.len(), 1, "{broken}: {found:#?}");
    }
    // A released contract that is misspelt is not also edited.
    let mut misspelt = files.clone();
    let path = "orders/OrderPlacedV1Event.json";
    misspelt.insert("goodevent.lock".to_owned(), lock.join("\n"));
    misspelt.insert(path.to_owned(), files[path].replacen("\"required\": [", "\"required\": [ \"ordrId\",", 1));
    let rules: Vec<&str> = found(&misspelt).iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["undefined-required-property"]);
    // A file that can't be read is not gone.
    files.insert("goodevent.lock".to_owned(), lock.join("\n"));
    for path in ["types/Money.json", "orders/OrderPlacedV1Event.json"] {
        let mut files = files.clone();
        files.insert(path.to_owned(), "{".to_owned());
        let found = found(&files);
        assert_eq!(found.len(), 1, "{path}: {found:#?}");
    }
}

fn released_digests(files: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let files = files.iter().map(|(path, text)| file(path.as_str(), text)).collect();
    let (registry, _) = goodevent_schema::analyze(&goodevent_schema::source::Sources { root: String::new(), files });
    let contracts =
        registry.contracts().filter(|contract| contract.facts.status != goodevent_schema::facts::Status::Draft);
    contracts.map(|contract| (contract.key(), crate::wire::digest(&registry.schemas.graph, contract.root))).collect()
}

/// The findings about a schema within the good contract.
fn rules_of(patch: &Value) -> Vec<&'static str> {
    let mut contract = good();
    merge(&mut contract, patch);
    contract.as_object_mut().expect("it is an object").remove("examples");
    let found = super::tests::lint_of(&contract, CONTEXT);
    found.into_iter().map(|finding| finding.rule).filter(|rule| *rule != "missing-example").collect()
}

#[test]
fn a_required_name_without_property_is_one_finding_in_closed_and_in_open_objects() {
    for (required, expected) in [
        (json!(["orderId", "reason", "placedTimeUtc", "orderID"]), vec!["undefined-required-property"]),
        (json!(["orderID", "reason", "placedTimeUtc"]), vec!["undefined-required-property"]),
        (json!(["orderId", "reason", "placedTimeUtc", "somethingElse"]), vec!["undefined-required-property"]),
    ] {
        assert_eq!(rules_of(&json!({ "required": required })), expected);
        let mut open = expected.clone();
        open.insert(0, "open-object");
        let mut found = rules_of(&json!({ "required": required, "additionalProperties": true }));
        found.sort_unstable();
        assert_eq!(found, open);
    }
    // The name of a schema beside it, or of a pattern, is one.
    for patch in [
        json!({ "required": ["orderId", "reason", "placedTimeUtc", "x1"], "patternProperties": { "^x": { "type": "boolean" } } }),
        json!({ "required": ["orderId", "reason", "placedTimeUtc", "x"], "additionalProperties": null, "unevaluatedProperties": false,
            "allOf": [{ "properties": { "x": { "description": "X.", "type": "boolean" } }, "required": ["x"] }] }),
    ] {
        let found = rules_of(&patch);
        assert!(!found.contains(&"undefined-required-property"), "{found:?}");
    }
}
