//! One resolver for all: what a reference leads to is the same for generation, validation, samples and bundles.

use goodevent_check::{compat, near_miss::near_misses, sample::Sampler};
use goodevent_schema::{
    Registry, analyze,
    diagnostic::{Diagnostic, Level},
    instance::Validator,
    ir::Draft,
    source::{Source, Sources},
};
use serde_json::{Value, json};

const DRAFTS: [Draft; 5] = [Draft::Draft4, Draft::Draft6, Draft::Draft7, Draft::Draft201909, Draft::Draft202012];

fn file(path: &str, schema: &Value) -> Source {
    Source { path: path.to_owned(), uri: None, bytes: schema.to_string().into_bytes().into() }
}

fn read(files: Vec<Source>) -> (Sources, Registry, Vec<Diagnostic>) {
    let sources = Sources { root: String::new(), files };
    let (registry, found) = analyze(&sources);
    (sources, registry, found)
}

/// The registry is well, and everybody says that `7` is valid in the member `v` and `"7"` is not.
fn check_integer(files: Vec<Source>, case: &str) {
    let (sources, registry, found) = read(files.clone());
    let errors: Vec<_> = found.iter().filter(|found| found.level == Level::Error).collect();
    assert!(errors.is_empty(), "{case}: {errors:#?}");
    let root = registry.contracts().next().expect("there is a contract").root;
    let (valid, invalid) = (json!({ "v": 7 }), json!({ "v": "7" }));
    let judge = |validator: &Validator, who: &str| {
        assert!(validator.is_valid(&valid) && !validator.is_valid(&invalid), "{case}, {who}");
    };
    judge(&Validator::new(&registry.schemas, root).unwrap_or_else(|error| panic!("{case}: {error}")), "validator");
    let bundle: Value = serde_json::from_str(&registry.schemas.bundle(root).to_string()).expect("a bundle is JSON");
    judge(&Validator::alone(&bundle).unwrap_or_else(|error| panic!("{case}: {error}\n{bundle}")), "bundle");
    let sample = Sampler::new(&registry.schemas, 1).sample(root).expect("there is a sample").to_string();
    assert!(sample.starts_with("{\"v\":") && !sample.contains("\"v\":\""), "{case}: {sample}");
    assert!(!near_misses(&registry.schemas, root).is_empty(), "{case}");
    // The bundle is read as the registry is, and both are one contract.
    let (_, alone, found) = read(vec![file("orders/OrderPlacedV1Event.json", &bundle)]);
    assert!(found.iter().all(|found| found.level != Level::Error), "{case}: {found:#?}");
    let alone_root = alone.contracts().next().expect("there is a contract").root;
    judge(&Validator::new(&alone.schemas, alone_root).expect("the bundle is a schema"), "bundle as a contract");
    let digest = |registry: &Registry, root| goodevent_check::wire::digest(&registry.schemas.graph, root);
    assert_eq!(digest(&registry, root), digest(&alone, alone_root), "{case}");
    // A change behind the reference is proved by a payload, which both sides' validators are asked about.
    let others = files.into_iter().map(|mut file| {
        file.bytes = String::from_utf8_lossy(&file.bytes).replace("\"integer\"", "\"string\"").into_bytes().into();
        file
    });
    let (other_sources, other, _) = read(others.collect());
    let (old, new) = (
        compat::Snapshot { sources: &sources, registry: &registry },
        compat::Snapshot { sources: &other_sources, registry: &other },
    );
    let compared = compat::compare(old, new);
    let verdicts =
        compared.iter().flat_map(|compared| &compared.changes).flat_map(|change| [&change.backward, &change.forward]);
    let verdicts: Vec<&compat::Verdict> = verdicts.collect();
    assert!(verdicts.iter().any(|verdict| matches!(verdict, compat::Verdict::Breaking(_))), "{case}: {verdicts:?}");
    assert!(verdicts.iter().all(|verdict| !matches!(verdict, compat::Verdict::Undecided(_))), "{case}: {verdicts:?}");
}

#[test]
fn a_reference_has_one_target_whoever_follows_it() {
    let ids = [
        "",
        "https://example.org/0.4/schema/order-placed",
        "../elsewhere/order.json",
        "urn:example:order",
        "https://example.org/a b",
    ];
    for draft in DRAFTS {
        let id_keyword = if draft == Draft::Draft4 { "id" } else { "$id" };
        let holder = if draft >= Draft::Draft201909 { "$defs" } else { "definitions" };
        let identified = |id: &str, mut schema: Value| {
            if !id.is_empty() {
                schema[id_keyword] = json!(id);
            }
            schema["$schema"] = json!(draft.uri());
            schema
        };
        for own_id in ids {
            for other_id in ["", "https://example.org/types/amount"] {
                let names = ["Map<string|int>", "a b", "größe", "a%b", "x[0]", "plain", "a\"b", "a^b`{c}"];
                let definitions: serde_json::Map<String, Value> =
                    names.iter().map(|name| ((*name).to_owned(), json!({ "type": "integer" }))).collect();
                let shared = identified(other_id, json!({ "type": "integer", holder: definitions }));
                let mut references: Vec<String> =
                    vec!["types/Amount.json".into(), "../orders/types/Amount.json".into(), "types/Amount.json#".into()];
                // An odd spelling does not depend on the names of the documents.
                let is_whole = own_id.is_empty() || (!other_id.is_empty() && draft == Draft::Draft7);
                let names = &names[..if is_whole { names.len() } else { 1 }];
                references.extend(["types/Größe <x>.json".into(), "types/Gr%C3%B6%C3%9Fe%20%3Cx%3E.json".into()]);
                if !other_id.is_empty() {
                    references.extend([other_id.to_owned(), format!("{other_id}#/{holder}/plain")]);
                }
                for name in names {
                    // Percent-encoded characters are decoded, so that a bare percent sign has to be encoded.
                    let raw = name.replace('%', "%25");
                    let encoded: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
                    references.extend([format!("#/{holder}/{raw}"), format!("#/{holder}/{encoded}")]);
                    references.extend([
                        format!("types/Amount.json#/{holder}/{raw}"),
                        format!("OrderPlacedV1Event.json#/{holder}/{raw}"),
                    ]);
                }
                for reference in references {
                    let event = json!({
                        "type": "object", "required": ["v"], "additionalProperties": false,
                        "properties": { "v": { "$ref": reference } }, holder: definitions
                    });
                    let files = vec![
                        file("orders/OrderPlacedV1Event.json", &identified(own_id, event)),
                        file("orders/types/Amount.json", &shared),
                        file("orders/types/Größe <x>.json", &json!({ "$schema": draft.uri(), "type": "integer" })),
                    ];
                    check_integer(files, &format!("{draft:?}, {own_id:?}, {other_id:?}: {reference}"));
                }
            }
        }
    }
}

#[test]
fn a_name_that_two_schemas_have_is_an_error() {
    let url = "https://example.org/x";
    let integer = |more: Value| {
        let mut schema = json!({ "type": "integer" });
        schema.as_object_mut().expect("it is an object").extend(more.as_object().cloned().unwrap_or_default());
        schema
    };
    for draft in DRAFTS {
        let is_new = draft >= Draft::Draft201909;
        let (id, holder) =
            (if draft == Draft::Draft4 { "id" } else { "$id" }, if is_new { "$defs" } else { "definitions" });
        let mut names: Vec<Value> = vec![json!({ id: url }), json!({ id: "x.json" })];
        if is_new {
            names.push(json!({ "$anchor": "x" }));
        } else {
            names.push(json!({ id: "#x" }));
        }
        if draft == Draft::Draft202012 {
            names.push(json!({ "$dynamicAnchor": "x" }));
        }
        for name in &names {
            // In one document.
            let twice =
                json!({ "$schema": draft.uri(), holder: { "p": integer(name.clone()), "q": integer(name.clone()) } });
            let text = twice.to_string();
            let (_, _, found) = read(vec![file("orders/OrderPlacedV1Event.json", &twice)]);
            let [duplicate] = found.as_slice() else { panic!("{text}: {found:#?}") };
            assert_eq!((duplicate.rule, duplicate.related.len()), ("duplicate-id", 1), "{text}");
            // A copy that nothing refers to has no part in what is generated.
            let is_copy = name.get(id).is_some_and(|id| !id.as_str().is_some_and(|id| id.starts_with('#')));
            let expected = if is_copy { Level::Warning } else { Level::Error };
            assert_eq!(duplicate.level, expected, "{text}");
            if let Some(id) = name.get(id) {
                let mut used = twice.clone();
                used["allOf"] = json!([{ "$ref": id }]);
                let found = read(vec![file("orders/OrderPlacedV1Event.json", &used)]).2;
                assert!(
                    found.iter().any(|found| (found.rule, found.level) == ("duplicate-id", Level::Error)),
                    "{used}: {found:#?}"
                );
            }
            let at = |span: goodevent_schema::source::Span| &text[span.start as usize..span.end as usize];
            let value = name.as_object().and_then(|name| name.values().next()).expect("a name").to_string();
            assert_eq!((at(duplicate.span), at(duplicate.related[0].0)), (value.as_str(), value.as_str()));
            // Once in each of two documents: an anchor belongs to its own, an absolute id to all.
            let once = json!({ "$schema": draft.uri(), holder: { "p": integer(name.clone()) } });
            let files = vec![file("a/OrderPlacedV1Event.json", &once), file("b/OrderPaidV1Event.json", &once)];
            let found = read(files).2.iter().map(|found| found.rule).collect::<Vec<_>>();
            let expected: &[&str] = if name.get(id).is_some_and(|id| id == url) { &["duplicate-id"] } else { &[] };
            assert_eq!(found, expected, "{once}");
        }
        // A pointer in an id of old names nothing.
        if !is_new {
            let pointers = json!({ "$schema": draft.uri(), holder: { "p": { id: "#/x" }, "q": { id: "#/x" } } });
            let found = read(vec![file("orders/OrderPlacedV1Event.json", &pointers)]).2;
            assert!(found.iter().all(|found| found.rule != "duplicate-id"), "{found:#?}");
        }
    }
}

#[test]
fn what_is_no_keyword_of_a_draft_has_no_ids() {
    for draft in DRAFTS {
        let id = if draft == Draft::Draft4 { "id" } else { "$id" };
        let target = json!({ id: "https://example.org/x", "type": "integer" });
        for holder in ["$defs", "definitions", "x-schemas"] {
            for (reference, is_id) in [("https://example.org/x".to_owned(), true), (format!("#/{holder}/p"), false)] {
                let event = json!({
                    "$schema": draft.uri(), "type": "object", "required": ["v"], "additionalProperties": false,
                    "properties": { "v": { "$ref": reference } }, holder: { "p": target }
                });
                let is_keyword = holder == "definitions" || (holder == "$defs" && draft >= Draft::Draft201909);
                let files = vec![file("orders/OrderPlacedV1Event.json", &event)];
                if is_keyword || !is_id {
                    check_integer(files, &format!("{draft:?}: {reference} in {holder}"));
                    continue;
                }
                let found = read(files).2;
                let errors: Vec<_> = found.iter().filter(|found| found.level == Level::Error).collect();
                let [error] = errors.as_slice() else { panic!("{event}: {found:#?}") };
                assert_eq!(error.rule, "unresolved-ref");
                assert!(holder != "$defs" || error.help.contains("`definitions`"), "{error:?}");
            }
        }
    }
}

#[test]
fn a_registry_says_which_draft_its_dialects_are() {
    let uri = "http://iglucentral.com/schemas/com.snowplowanalytics.self-desc/schema/jsonschema/1-0-0#";
    let settings =
        |text: String| Source { path: "goodevent.toml".to_owned(), uri: None, bytes: text.into_bytes().into() };
    // In draft 4 the bound is exclusive, later it is a number.
    let event = json!({
        "$schema": uri, "self": { "vendor": "org.example" }, "type": "object", "additionalProperties": false, "required": ["v"],
        "properties": { "v": { "type": "integer", "minimum": 5, "exclusiveMinimum": true, "$ref": "#/definitions/not" } },
        "definitions": { "not": { "type": "integer" } }
    });
    let file = file("orders/OrderPlacedV1Event.json", &event);
    for key in [uri, uri.trim_end_matches('#')] {
        let known = settings(format!("[dialects]\n{key:?} = \"draft-04\"\n"));
        let (_, registry, found) = read(vec![known.clone(), file.clone()]);
        assert!(found.iter().all(|found| found.rule == "unknown-keyword"), "{found:#?}");
        assert!(registry.contracts().all(|contract| registry.schemas.graph[contract.root].draft == Draft::Draft4));
        check_integer(vec![file.clone(), known], key);
    }
    let (_, _, found) = read(vec![file]);
    let unknown = found.iter().find(|found| found.rule == "unknown-dialect").expect("nobody says what it means");
    assert!(unknown.help.contains(&format!("[dialects]` and below it `{uri:?} = \"draft-04\"")), "{}", unknown.help);
    for (line, is_fine) in [
        ("\"https://example.org/d\" = \"2020-12\"", true),
        ("\"https://example.org/d\" = \"draft-2019-09\"", true),
        ("\"https://example.org/d\" = \"draft-3\"", false),
        ("\"http://json-schema.org/draft-07/schema#\" = \"draft-04\"", false),
    ] {
        let rules: Vec<_> =
            read(vec![settings(format!("[dialects]\n{line}\n"))]).2.iter().map(|found| found.rule).collect();
        assert_eq!(rules, if is_fine { vec![] } else { vec!["invalid-settings"] }, "{line}");
    }
}
