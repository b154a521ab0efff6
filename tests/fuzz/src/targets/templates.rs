//! Any texts as templates: of names, and of outputs in each language.

use std::collections::BTreeMap;

use goodevent_schema::template;
use serde_json::json;

use crate::{
    input::{choose, text},
    registry::{Read, check_findings, files},
};

/// The kinds of templates: of names, or of the output at a path. The first byte of an input selects one.
const KINDS: [&str; 10] =
    ["", "own.go", "own.json", "own.md", "own.py", "own.ts", "own.html", "own.rs", "own.sh", "own.txt"];

const CONTRACT: &[u8] = br#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "OrderPlacedV1Event",
  "description": "A customer's order */ was `placed`.",
  "type": "object"
}"#;

/// A template's text may be that long.
const MAX_TEXT_BYTES: usize = 64 << 20;

pub(super) fn run(data: &[u8]) {
    let (kind, template) = choose(data, &KINDS);
    let template = text(template);
    if kind.is_empty() { name(&template) } else { output(&template, kind) }
}

fn name(template: &str) {
    let values = json!({ "organization": "acme", "context": "orders", "dotted": "order.placed", "version": 1 });
    let rendered = template::render(template, &values);
    assert_eq!(template::render(template, &values), rendered, "{template}");
    match &rendered {
        Ok(text) => assert!(text.len() <= MAX_TEXT_BYTES),
        Err(refused) => assert!(!refused.to_string().is_empty()),
    }
    let settings = format!("[names]\ntopic = {}\n", serde_json::Value::from(template));
    let all = [("goodevent.toml", settings.as_bytes()), ("orders/OrderPlacedV1Event.json", CONTRACT)];
    let read = Read::of(files(all));
    check_findings(&read.found, &read.sources);
}

fn output(template: &str, path: &str) {
    let settings = format!("[outputs]\nown = \"{path}\"\n");
    let context = b"owner = \"a\"\ndescription = \"{{x}}\"\n";
    let read = Read::of(files([
        ("goodevent.toml", settings.as_bytes()),
        ("orders/context.toml", context.as_slice()),
        ("orders/OrderPlacedV1Event.json", CONTRACT),
    ]));
    let templates = BTreeMap::from([("own".to_owned(), template.to_owned())]);
    match goodevent_emit::emit(&read.sources, &read.registry, &goodevent_emit::Options::default(), &templates) {
        Ok(files) => assert!(files.get(path).is_some_and(|text| text.len() <= MAX_TEXT_BYTES), "{path}"),
        Err(error) => assert_eq!(error.to_string().lines().count(), 1, "{error}"),
    }
}
