//! Payloads that are almost right are refused, and by the decoders as well.

use std::{collections::BTreeSet, path::Path};

use goodevent_build::Loaded;
use goodevent_check::near_miss::near_misses;

#[test]
fn each_near_miss_is_refused_for_its_one_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    let loaded = Loaded::read(&root).expect("the registry is readable");
    for contract in loaded.registry.contracts() {
        let name = contract.name.as_str();
        let own = contracts::contracts::CONTRACTS.iter().find(|own| own.name == name);
        let own = own.unwrap_or_else(|| panic!("{name} is generated"));
        let misses = near_misses(&loaded.registry.schemas, contract.root);
        for miss in &misses {
            let text = miss.payload.to_string();
            assert!(own.validate(text.as_bytes()).is_err(), "{text}");
            let violations = own.violations(text.as_bytes()).expect("it is JSON");
            // A member that should not be there is told at its own place.
            let expected = &miss.violation;
            let is_it = |own: &goodevent::Violation| {
                own.keyword == expected.keyword && own.pointer.starts_with(&expected.pointer)
            };
            assert!(matches!(violations.as_slice(), [own] if is_it(own)), "{text}: {expected:?} and {violations:?}");
        }
        let keywords: BTreeSet<&str> = misses.iter().map(|miss| miss.violation.keyword.as_str()).collect();
        for keyword in ["required", "type", "additionalProperties"] {
            assert!(keywords.contains(keyword), "{name} has a near miss of `{keyword}`: {keywords:?}");
        }
    }
}
