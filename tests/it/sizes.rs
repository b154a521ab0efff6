//! What is proved about sizes, against payloads.

use std::path::Path;

use goodevent_build::Loaded;
use goodevent_check::size::{BUDGET_BYTES, size_bound};
use goodevent_schema::registry::Contract;
use goodevent_tests::instances::Maker;
use rayon::prelude::*;
use serde_json::Value;

/// Valid payloads that are made for each contract.
const N_PAYLOADS: usize = 100_000;

fn registry() -> Loaded {
    Loaded::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas")).expect("the registry is readable")
}

/// The registry's contracts, each with the generated one.
fn contracts(loaded: &Loaded) -> impl Iterator<Item = (&Contract, &'static goodevent::Contract)> {
    loaded.registry.contracts().map(|contract| {
        let ours = contracts::CONTRACTS.iter().copied().find(|ours| ours.name == contract.name.as_str());
        (contract, ours.expect("`generated/` has every contract"))
    })
}

#[test]
fn the_witness_of_each_bound_is_valid_and_exactly_as_long() {
    let loaded = registry();
    for (contract, ours) in contracts(&loaded) {
        let bound = size_bound(&loaded.registry, contract.root);
        let name = &contract.name;
        let max_bytes = bound.max_bytes.unwrap_or_else(|| panic!("{name} has no bound: {:?}", bound.culprits));
        let witness = bound.witness.as_ref().and_then(|witness| witness.to_json(BUDGET_BYTES));
        let witness = witness.unwrap_or_else(|| panic!("{name} has no witness"));
        let encoded = ours.reencode(witness.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}\n{witness}"));
        assert_eq!(String::from_utf8_lossy(&encoded).len() as u64, max_bytes, "{name}: {witness}");
        assert_eq!((bound.slack(), ours.max_bytes), (Some(0), usize::try_from(max_bytes).ok()), "{name}");
    }
}

#[test]
fn no_payload_is_larger_than_its_bound() {
    let loaded = registry();
    let all: Vec<_> = contracts(&loaded).collect();
    all.par_iter().for_each(|(contract, ours)| {
        let schema = inlined(&loaded.sources[contract.source].path, &loaded.registry.tree(contract).to_json());
        let mut maker = Maker::new(&schema, 3);
        let mut n_valid = 0;
        for _ in 0..N_PAYLOADS * 4 {
            if let Ok(encoded) = ours.reencode(maker.instance().to_string().as_bytes()) {
                n_valid += 1;
                assert!(Some(encoded.len()) <= ours.max_bytes, "{}: {} bytes", contract.name, encoded.len());
            }
            if n_valid == N_PAYLOADS {
                return;
            }
        }
        panic!("only {n_valid} payloads made for {} are valid", contract.name);
    });
}

/// The schema of a file, with those of other files in place of references to them.
fn inlined(path: &str, schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let reference = members.get("$ref").and_then(Value::as_str).filter(|target| !target.starts_with('#'));
            if let Some(reference) = reference {
                let folder = Path::new(path).parent().unwrap_or(Path::new(""));
                let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas").join(folder).join(reference);
                let text = std::fs::read_to_string(target).expect("a reference leads to a file");
                let target = serde_json::from_str(&text).expect("a type is JSON");
                return inlined(&folder.join(reference).to_string_lossy(), &target);
            }
            members.iter().map(|(name, member)| (name.clone(), inlined(path, member))).collect()
        }
        Value::Array(items) => items.iter().map(|item| inlined(path, item)).collect(),
        other => other.clone(),
    }
}
