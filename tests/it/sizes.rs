//! What is proved about sizes, against payloads.

use std::path::Path;

use goodevent_build::Loaded;
use goodevent_check::size::size_bound;
use goodevent_tests::{mutate, random::Random};

#[test]
fn no_payload_is_larger_than_its_bound() {
    let loaded =
        Loaded::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas")).expect("the registry is readable");
    let mut random = Random::new(3);
    for contract in loaded.registry.contexts.values().flat_map(|context| &context.contracts) {
        let bound = size_bound(&loaded.registry.schemas.graph, contract.root);
        let max_bytes =
            bound.max_bytes.unwrap_or_else(|| panic!("{} has no bound: {:?}", contract.name, bound.culprits));
        assert!(max_bytes <= 65_536, "{} can have {max_bytes} bytes", contract.name);
        let ours = contracts::CONTRACTS.iter().find(|ours| ours.name == contract.name.as_str());
        let ours = ours.expect("`generated/` has every contract");
        let schema: serde_json::Value = serde_json::from_str(ours.schema).expect("a contract is JSON");
        let examples = schema["examples"].as_array().expect("each contract has examples");
        let mut n_valid = 0;
        for _ in 0..1_000 {
            let example = random.pick(examples).expect("each contract has an example");
            if let Ok(encoded) = ours.reencode(&mutate::mutated(example, &mut random)) {
                n_valid += 1;
                assert!(encoded.len() as u64 <= max_bytes, "{}: {} > {max_bytes}", contract.name, encoded.len());
            }
        }
        assert!(n_valid > 0, "no mutation of {} is valid", contract.name);
    }
}
