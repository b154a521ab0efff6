//! Each rule against the examples of its own page.

use goodevent_schema::{
    analyze,
    content::Unreadable,
    diagnostic::{Diagnostic, Safety},
    registry::stem,
    source::{Source, Sources},
};
use json_patch::merge;
use serde_json::{Value, json};

use super::{Fix, Options, fix, lint, rules};
use crate::{compat::Snapshot, size::Sizer, wire};

pub(super) const CONTEXT: &str = "owner = \"team-orders@example.org\"\ndescription = \"Orders.\"\nenvelope = \"octopus\"\n\
                       aggregates = [\"Order\"]\n[topics]\nbroker = \"service-bus\"\n";

/// A contract that is good, into which examples are merged.
pub(super) fn good() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "OrderPlacedV1Event",
        "description": "A customer placed an order.",
        "x-event": {
            "since": "2026-11-20", "frequency": "10s/hour", "status": "draft",
            "dedupKey": ["/orderId"], "partitionKey": "/orderId"
        },
        "type": "object",
        "additionalProperties": false,
        "required": ["orderId", "reason", "placedTimeUtc"],
        "properties": {
            "orderId": { "description": "The order.", "type": "string", "format": "uuid" },
            "reason": { "description": "Why it was placed.", "enum": ["gift", "resale"] },
            "placedTimeUtc": { "description": "When.", "type": "string", "format": "date-time", "maxLength": 30 }
        },
        "examples": [{
            "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z"
        }]
    })
}

pub(super) fn file(path: impl Into<String>, text: impl AsRef<[u8]>) -> Source {
    Source { path: path.into(), uri: None, bytes: text.as_ref().into() }
}

pub(super) fn lint_of(contract: &Value, context: &str) -> Vec<Diagnostic> {
    let name = contract["title"].as_str().expect("the contract has a title");
    lint_files(vec![file(format!("orders/{name}.json"), format!("{contract:#}")), file("orders/context.toml", context)])
}

pub(super) fn lint_files(files: Vec<Source>) -> Vec<Diagnostic> {
    with_registry(files, lint_all)
}

pub(super) fn lint_all(sources: &Sources, options: &Options<'_>) -> Vec<Diagnostic> {
    let (registry, found) = analyze(sources);
    lint(sources, &registry, found, options)
}

/// The files as a registry, but for those below `before/`, which are what it was.
pub(super) fn with_registry<T>(mut files: Vec<Source>, run: impl FnOnce(&Sources, &Options<'_>) -> T) -> T {
    files.sort_by(|left, right| left.path.cmp(&right.path));
    let (old, mut files): (Vec<Source>, Vec<Source>) =
        files.into_iter().partition(|file| file.path.starts_with("before/"));
    for lock in files.iter_mut().filter(|file| file.path == "goodevent.lock") {
        let text = String::from_utf8_lossy(&lock.bytes).replace("@DIGEST@", &digest_of_the_good());
        lock.bytes = text.into_bytes().into();
    }
    let old = old.into_iter().map(|old| file(old.path.replacen("before/", "", 1), old.bytes));
    let settings = [file("orders/context.toml", CONTEXT)];
    let old = Sources { root: String::new(), files: settings.into_iter().chain(old).collect() };
    let (before, _) = analyze(&old);
    let sources = Sources { root: "schemas".to_owned(), files };
    let before = Some(Snapshot { sources: &old, registry: &before });
    let options = Options { today: "2026-11-21".to_owned(), before, ..Options::default() };
    for finding in lint_all(&sources, &options) {
        let source = &sources[finding.span.source];
        assert!(finding.span.end as usize <= source.bytes.len(), "{finding:?} lies outside of {}", source.path);
        assert!(rules::find(finding.rule).is_some(), "`{}` is found, and no rule", finding.rule);
    }
    run(&sources, &options)
}

pub(super) fn digest_of_the_good() -> String {
    let files = vec![file("orders/OrderPlacedV1Event.json", good().to_string())];
    let (registry, _) = analyze(&Sources { root: String::new(), files });
    wire::digest(&registry.schemas.graph, registry.contexts["orders"].contracts[0].root)
}

/// The files of an example: the good contract and its context, unless blocks change them, add to them, or take their
/// place.
fn files(blocks: &str) -> Vec<Source> {
    let (mut contract, mut context) = (good(), CONTEXT.to_owned());
    let mut files = Vec::new();
    let patched = |mut target: Value, patch: &str| {
        merge(&mut target, &serde_json::from_str(patch).expect("the example is JSON"));
        target
    };
    for block in blocks.split("```").skip(1).step_by(2) {
        let (info, text) = block.split_once('\n').expect("a block has a first line");
        let text = text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n");
        match info.trim().split_once(' ') {
            None if info.trim() == "json" => contract = patched(contract, &text),
            None => context = text,
            Some(("json", path)) => {
                let named = patched(good(), &json!({ "title": stem(path) }).to_string());
                files.push(file(path, format!("{:#}", patched(named, &text))));
            }
            Some(("spaces", path)) => files.push(file(path, vec![b' '; text.trim().parse().expect("a number")])),
            Some(("link", path)) => files.push(Source { bytes: Unreadable::LeadsOut.into(), ..file(path, "") }),
            Some(("latin1", path)) => files.push(file(path, text.chars().map(|char| char as u8).collect::<Vec<u8>>())),
            Some((_, path)) => files.push(file(path, text)),
        }
    }
    // The successor that an example names is in the registry, and has no flaw.
    let successors = blocks.split("\"replacedBy\": \"").skip(1).filter_map(|rest| rest.split('"').next());
    for successor in successors {
        let path = format!("orders/{successor}.json");
        if files.iter().all(|file| file.path != path) {
            let named = patched(good(), &json!({ "title": successor }).to_string());
            files.push(file(path, format!("{named:#}")));
        }
    }
    let name = contract["title"].as_str().expect("the contract has a title").to_owned();
    files.push(file("orders/context.toml", context));
    if !blocks.contains("\"examples\"") {
        let path = format!("orders/{name}.json");
        let all = files.iter().cloned().chain([file(path.clone(), contract.to_string())]).collect();
        if let Some(example) = instance(all, &path) {
            contract["examples"] = json!([example]);
        }
    }
    files.push(file(format!("orders/{name}.json"), format!("{contract:#}")));
    files
}

/// A valid instance of a contract.
fn instance(files: Vec<Source>, path: &str) -> Option<Value> {
    let sources = Sources { root: String::new(), files };
    let (registry, _) = analyze(&sources);
    let contracts = registry.contracts();
    let root = contracts.into_iter().find(|contract| sources[contract.source].path == path)?.root;
    serde_json::from_str(&Sizer::of_small(&registry.schemas).in_all(&[root])?).ok()
}

#[test]
fn the_good_contract_is_good() {
    assert_eq!(lint_of(&good(), CONTEXT), []);
}

#[test]
fn each_bad_example_fires_its_own_rule_alone_and_each_good_one_none() {
    let mut faults = Vec::new();
    for rule in rules::ALL {
        let Some((bad, good)) = rule.docs.split_once("Use instead:") else {
            panic!("{} has a bad and a good example", rule.id);
        };
        let found = lint_files(files(bad));
        if !found.iter().any(|finding| finding.rule == rule.id) {
            faults.push(format!("`{}` does not fire on its example", rule.id));
        }
        for finding in &found {
            let expected = [rule.id].iter().chain(beside(rule.id)).copied().collect::<Vec<_>>();
            if !expected.contains(&finding.rule) {
                faults.push(format!("on the example of `{}`: {}: {}", rule.id, finding.rule, finding.headline));
            }
            if finding.help.is_empty() {
                faults.push(format!("`{}` has no remedy: {}", finding.rule, finding.headline));
            }
        }
        for finding in lint_files(files(good)) {
            faults.push(format!("on the good example of `{}`: {}: {}", rule.id, finding.rule, finding.headline));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_can_be_fixed_is_fixed_and_nothing_else() {
    for rule in rules::ALL {
        let bad = rule.docs.split("Use instead:").next().expect("a text has a beginning");
        let safety = match rule.fix {
            Fix::Safe => Safety::Safe,
            Fix::Suggested | Fix::None => Safety::Unsafe,
        };
        with_registry(files(bad), |sources, options| {
            let own = |found: &[Diagnostic]| found.iter().filter(|finding| finding.rule == rule.id).count();
            let before = own(&lint_all(sources, options));
            let fixed = fix(sources, options, safety);
            let after = own(&fixed.found);
            let expected = if rule.fix == Fix::None { before } else { 0 };
            assert_eq!(after, expected, "`{}`: {:#?}", rule.id, fixed.found);
            let again = fix(&fixed.sources, options, safety);
            assert_eq!((again.n_fixed, again.changed.len()), (0, 0), "`{}` is fixed twice", rule.id);
        });
    }
}

#[test]
fn a_fix_keeps_to_its_place_and_off_released_contracts() {
    let mut contract = good();
    merge(&mut contract, &json!({ "additionalProperties": null, "properties": { "reason": { "default": "gift" } } }));
    for (status, is_closed) in [("draft", true), ("released", false)] {
        contract["x-event"]["status"] = json!(status);
        let text = format!("{contract:#}\n");
        let files = vec![file("orders/OrderPlacedV1Event.json", text.clone()), file("orders/context.toml", CONTEXT)];
        let fixed = with_registry(files, |sources, options| fix(sources, options, Safety::Unsafe));
        let fixed = String::from_utf8_lossy(&fixed.sources.files[0].bytes).into_owned();
        let mut expected =
            text.replace("\"default\": \"gift\",\n      ", "").replace(",\n      \"default\": \"gift\"", "");
        if is_closed {
            expected = expected.replace("\n  }\n}\n", "\n  },\n  \"additionalProperties\": false\n}\n");
            expected = expected.replace("\n  ]\n}\n", "\n  ],\n  \"additionalProperties\": false\n}\n");
        }
        assert_eq!(fixed, expected);
    }
}

/// What an example can't help but show as well.
fn beside(id: &str) -> &'static [&'static str] {
    // A suppression without force lets the finding through.
    match id {
        "unexplained-suppression" | "expired-suppression" => &["missing-frequency"],
        // Settings that can't be read say nothing.
        "invalid-settings" => &["missing-bounded-context", "missing-owner"],
        _ => &[],
    }
}

#[test]
fn ids_are_sorted_and_pages_are_whole() {
    assert!(rules::ALL.is_sorted_by_key(|rule| rule.id));
    for rule in rules::ALL {
        for heading in ["## What it does", "## Why is this bad?", "## Example", "Use instead:"] {
            assert!(rule.docs.contains(heading), "{} lacks {heading}", rule.id);
        }
    }
}

#[test]
fn levels_are_set_by_rule_and_category_and_context() {
    let mut bad = good();
    merge(&mut bad, &json!({ "x-event": { "frequency": null } }));
    for (settings, expected) in [
        ("", Some(goodevent_schema::diagnostic::Level::Error)),
        ("[rules]\nmissing-frequency = \"warn\"", Some(goodevent_schema::diagnostic::Level::Warning)),
        ("[rules]\nlifecycle = \"allow\"", None),
        ("[rules]\nall = \"allow\"\nmissing-frequency = \"deny\"", Some(goodevent_schema::diagnostic::Level::Error)),
    ] {
        let found = lint_of(&bad, &format!("{CONTEXT}{settings}"));
        assert_eq!(found.first().map(|finding| finding.level), expected, "{settings}");
    }
    let found = lint_of(&good(), &format!("{CONTEXT}[rules]\nmissing-frequenzy = \"warn\""));
    assert_eq!((found[0].rule, &*found[0].help), ("unknown-rule", "did you mean `missing-frequency`?"));
}

#[test]
fn suppressions_cover_a_place() {
    let mut allowed = good();
    let entry = |at: &str| json!([{ "rule": "optional-property", "reason": "Old orders have none.", "at": at }]);
    merge(&mut allowed, &json!({ "required": ["orderId", "placedTimeUtc"] }));
    merge(&mut allowed, &json!({ "x-event": { "allow": entry("/properties/reason") } }));
    assert_eq!(lint_of(&allowed, CONTEXT), []);
    merge(&mut allowed, &json!({ "x-event": { "allow": entry("/properties/orderId") } }));
    let rules: std::collections::BTreeSet<&str> =
        lint_of(&allowed, CONTEXT).iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["optional-property", "unused-suppression"].into());
}
