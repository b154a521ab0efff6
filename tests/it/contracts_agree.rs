//! Decoders of the registry's contracts against the reference, on payloads and on bytes that are hardly any.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use goodevent_build::Loaded;
use goodevent_check::random::Random;
use goodevent_tests::{exact, instances::Maker, mutate, oracle};
use jsonschema::{Registry, Validator};
use serde_json::Value;

/// The registry as the reference reads it: each contract's validator, and its schema.
fn references() -> Vec<(&'static goodevent::Contract, Validator, Value)> {
    let loaded =
        Loaded::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas")).expect("the registry is readable");
    assert!(loaded.diagnostics.is_empty(), "{}", loaded.rendered(false));
    let mut resources = Registry::new();
    for id in loaded.registry.schemas.trees.ids() {
        let tree = loaded.registry.schemas.trees.get(id).expect("the registry has no faults");
        let uri = format!("registry:///{}", loaded.sources[id].path);
        resources = resources.add(uri, tree.to_json()).expect("each file is a resource");
    }
    let resources = resources.prepare().expect("all references resolve");
    let contracts = loaded.registry.contracts();
    contracts
        .map(|contract| {
            let ours = contracts::CONTRACTS.iter().find(|ours| ours.name == contract.name.as_str());
            let ours = *ours.expect("`generated/` has every contract");
            let schema = loaded.registry.tree(contract).to_json();
            let options = jsonschema::options().should_validate_formats(true).with_registry(&resources);
            let uri = format!("registry:///{}", loaded.sources[contract.source].path);
            (ours, options.with_base_uri(uri).build(&schema).expect("the schema is valid"), schema)
        })
        .collect()
}

fn check(contract: &goodevent::Contract, reference: &Validator, bytes: &[u8]) {
    let is_expected = oracle::accepts(reference, bytes);
    let verdict = contract.validate(bytes);
    let is_accepted = verdict.is_ok();
    let is_clean = contract.violations(bytes).is_ok_and(|violations| violations.is_empty());
    let shown = String::from_utf8_lossy(bytes);
    assert_eq!(is_accepted, is_clean, "{} and its violations differ on {shown}", contract.name);
    if is_accepted != is_expected {
        let cause = verdict.err().and_then(|error| oracle::documented(bytes, &(&error).into()));
        assert!(is_expected && cause.is_some(), "{} differs on {shown}", contract.name);
    }
    if is_accepted {
        let encoded = contract.reencode(bytes).expect("what was decoded is encoded");
        assert!(exact::are_equal(bytes, &encoded), "{} changes {shown}", contract.name);
    }
}

#[test]
fn examples_are_valid() {
    for (contract, reference, schema) in references() {
        let examples = schema["examples"].as_array().expect("every contract has examples");
        for example in examples {
            let text = example.to_string();
            assert!(reference.is_valid(example), "{text}");
            assert_eq!(contract.validate(text.as_bytes()), Ok(()), "{text}");
        }
    }
}

#[test]
fn decoders_agree_with_the_reference_on_any_bytes() {
    let end = Instant::now() + Duration::from_secs(10);
    let references = references();
    let mut random = Random::new(1);
    let mut n_rounds = 0;
    while n_rounds < 100 || (Instant::now() < end && n_rounds < 20_000) {
        n_rounds += 1;
        for (contract, reference, schema) in &references {
            let examples = schema["examples"].as_array().expect("every contract has examples");
            let example = random.pick(examples).expect("every contract has an example");
            let mut bytes = match random.below(3) {
                0 => Maker::new(schema, random.number()).instance().to_string().into_bytes(),
                1 => mutate::rewritten(example, &mut random),
                _ => mutate::mutated(example, &mut random),
            };
            for _ in 0..random.below(4) {
                let at = random.below(bytes.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = if random.once_in(2) {
                        random.number() as u8
                    } else {
                        b"{}[]\",:\\tfn0159-+.eE \n"[random.below(22)]
                    };
                }
            }
            check(contract, reference, &bytes);
        }
    }
}

/// The value with the members of each object the other way round.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(reversed).collect(),
        Value::Object(members) => members
            .iter()
            .rev()
            .map(|(name, member)| (name.clone(), reversed(member)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

#[test]
fn members_come_in_any_order_and_with_any_white_space() {
    for (contract, _, schema) in references() {
        for example in schema["examples"].as_array().expect("each contract has examples") {
            let bytes = serde_json::to_vec(example).expect("a value is JSON");
            let expected = contract.reencode(&bytes).expect("an example is valid");
            let reversed = reversed(example);
            for text in [reversed.to_string(), format!("{reversed:#}"), format!("{example:#}")] {
                assert_eq!(contract.reencode(text.as_bytes()), Ok(expected.clone()), "{}: {text}", contract.name);
            }
        }
    }
}
