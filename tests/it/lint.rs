//! The registry is good, and would not be if any of its contracts were spoilt.

use std::{collections::BTreeSet, path::Path};

use goodevent_build::Loaded;
use goodevent_check::lint::{Options, lint};
use goodevent_schema::{analyze, source::Sources};
use serde_json::{Value, json};

/// A way to spoil a contract, and the rule that has to notice it.
type Spoil = (&'static str, fn(&mut Value));

const SPOILS: [Spoil; 11] = [
    ("missing-frequency", |contract| drop_member(&mut contract["x-event"], "frequency")),
    ("missing-published-since", |contract| drop_member(&mut contract["x-event"], "since")),
    ("missing-partition-key", |contract| drop_member(&mut contract["x-event"], "partitionKey")),
    ("missing-description", |contract| drop_member(contract, "description")),
    ("missing-example", |contract| drop_member(contract, "examples")),
    ("open-object", |contract| drop_member(contract, "additionalProperties")),
    ("optional-property", |contract| drop(contract["required"].as_array_mut().and_then(Vec::pop))),
    ("untyped-property", |contract| *last_property(contract) = json!({ "description": "Anything." })),
    ("unbounded-string", |contract| {
        *last_property(contract) = json!({ "description": "A text.", "type": "string", "minLength": 1 });
    }),
    ("deprecated-without-sunset", |contract| {
        contract["x-event"]["status"] = json!("deprecated");
        contract["x-event"]["replacedBy"] = json!("SomethingElseHappenedV1Event");
    }),
    ("nullable-property", |contract| {
        *last_property(contract) = json!({ "description": "Perhaps.", "type": ["boolean", "null"] });
    }),
];

fn drop_member(object: &mut Value, name: &str) {
    let members = object.as_object_mut().expect("a contract has objects there");
    members.shift_remove(name);
}

fn last_property(contract: &mut Value) -> &mut Value {
    let properties = contract["properties"].as_object_mut().expect("a contract has properties");
    properties.values_mut().next_back().expect("a contract has a property")
}

fn rules(sources: &Sources) -> BTreeSet<&'static str> {
    let (registry, found) = analyze(sources);
    let linted = lint(sources, &registry, &Options { today: "2026-11-21".to_owned(), deny_warnings: true });
    found.iter().chain(&linted).map(|finding| finding.rule).collect()
}

#[test]
fn each_contract_that_is_spoilt_fires_just_the_rule_for_it() {
    let loaded =
        Loaded::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas")).expect("the registry is readable");
    assert_eq!(rules(&loaded.sources), BTreeSet::new());
    for contract in loaded.registry.contexts.values().flat_map(|context| &context.contracts) {
        let file = contract.source.0 as usize;
        let good: Value = serde_json::from_slice(&loaded.sources.files[file].bytes).expect("a contract is JSON");
        for (rule, spoil) in SPOILS {
            let mut spoilt = good.clone();
            spoil(&mut spoilt);
            let mut sources = loaded.sources.clone();
            sources.files[file].bytes = format!("{spoilt:#}").into_bytes();
            let found = rules(&sources);
            assert!(found.contains(rule), "`{rule}` does not notice it in {}: {found:?}", contract.name);
            // What was there may have been the format of a time, or the reason for a suppression.
            let others = found.into_iter().filter(|found| *found != rule && !is_consequence(found));
            assert_eq!(others.collect::<Vec<_>>(), Vec::<&str>::new(), "`{rule}` of {}", contract.name);
        }
    }
}

/// What follows from the loss of the last property, whatever it was.
fn is_consequence(rule: &str) -> bool {
    matches!(rule, "unformatted-timestamp" | "unformatted-identifier" | "unused-suppression" | "unused-definition")
}
