//! Each rule against the examples of its own page.

use goodevent_schema::{
    analyze,
    diagnostic::Diagnostic,
    source::{Source, Sources},
};
use serde_json::{Value, json};

use super::{Category, Options, lint, rules};

const CONTEXT: &str = "owner = \"team-orders@example.org\"\ndescription = \"Orders.\"\nenvelope = \"octopus\"\n\
                       aggregates = [\"Order\"]\n[topics]\nbroker = \"service-bus\"\n";

/// A contract that is good, into which examples are merged.
fn good() -> Value {
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

/// [RFC 7396](https://www.rfc-editor.org/rfc/rfc7396).
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (name, value) in patch {
        match value {
            Value::Null => drop(target.as_object_mut().map(|target| target.remove(name))),
            value => merge(&mut target[name], value),
        }
    }
}

fn lint_of(contract: &Value, context: &str) -> Vec<Diagnostic> {
    let name = contract["title"].as_str().expect("the contract has a title");
    let file = |path: String, text: String| Source { path, uri: None, bytes: text.into_bytes() };
    let files = vec![
        file(format!("orders/{name}.json"), format!("{contract:#}")),
        file("orders/context.toml".to_owned(), context.to_owned()),
    ];
    let sources = Sources { root: "schemas".to_owned(), files };
    let (registry, found) = analyze(&sources);
    assert_eq!(found, [], "{contract:#}");
    let found = lint(&sources, &registry, &Options { today: "2026-11-21".to_owned(), deny_warnings: false });
    for finding in &found {
        let source = &sources[finding.span.source];
        assert!(finding.span.end as usize <= source.bytes.len(), "{finding:?} lies outside of {}", source.path);
    }
    found
}

/// The bad and the good example of a page, as contract and context.
fn examples(docs: &str) -> Vec<(Value, String)> {
    let blocks = docs.split("```").skip(1).step_by(2);
    blocks
        .map(|block| {
            let mut contract = good();
            match block.trim().split_once('\n').expect("a block has a language and text") {
                ("json", patch) => {
                    merge(&mut contract, &serde_json::from_str(patch).expect("the example is JSON"));
                    (contract, CONTEXT.to_owned())
                }
                (_, context) => (contract, context.to_owned()),
            }
        })
        .collect()
}

#[test]
fn the_good_contract_is_good() {
    assert_eq!(lint_of(&good(), CONTEXT), []);
}

#[test]
fn each_bad_example_fires_its_own_rule_alone_and_each_good_one_none() {
    for rule in rules::ALL {
        let examples = examples(rule.docs);
        let [(bad, bad_context), (good, good_context)] = examples.as_slice() else {
            panic!("{} has a bad and a good example", rule.id);
        };
        let found = lint_of(bad, bad_context);
        assert!(!found.is_empty(), "`{}` does not fire on its bad example", rule.id);
        for finding in &found {
            let expected = [rule.id].into_iter().chain(beside(rule.id)).collect::<Vec<_>>();
            assert!(expected.contains(&finding.rule), "`{}` fires on the example of `{}`", finding.rule, rule.id);
            assert!(!finding.help.is_empty(), "`{}` has no remedy", finding.rule);
        }
        assert!(found.iter().any(|finding| finding.rule == rule.id), "`{}` does not fire on its example", rule.id);
        assert_eq!(lint_of(good, good_context), [], "the good example of `{}` is not good", rule.id);
    }
}

/// What an example can't help but show as well.
fn beside(id: &str) -> Option<&'static str> {
    // A suppression without force lets the finding through.
    matches!(id, "unexplained-suppression" | "expired-suppression").then_some("missing-frequency")
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
    assert_eq!((found[0].rule, found[0].help.as_str()), ("unknown-rule", "did you mean `missing-frequency`?"));
    assert_eq!(Category::ALL.len(), 9);
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
