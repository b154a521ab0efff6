//! Payloads made of contracts: what is to be valid is, for the reference and for the decoders.

use std::path::Path;

use goodevent_build::Loaded;
use goodevent_check::sample::Sampler;
use rayon::prelude::*;

const N_SAMPLES: usize = 1_000;

#[test]
fn samples_are_valid_and_differ() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    let loaded = Loaded::read(&root).expect("the registry is readable");
    let contracts: Vec<_> = loaded.registry.contracts().collect();
    contracts.par_iter().for_each(|contract| {
        let name = contract.name.as_str();
        let decoder = contracts::contracts::CONTRACTS.iter().find(|own| own.name == name);
        let decoder = decoder.unwrap_or_else(|| panic!("{name} is generated"));
        let mut sampler = Sampler::new(&loaded.registry.schemas, 7);
        let mut again = Sampler::new(&loaded.registry.schemas, 7);
        let mut texts = std::collections::BTreeSet::new();
        for _ in 0..N_SAMPLES {
            let text = sampler.sample(contract.root).unwrap_or_else(|| panic!("{name} has payloads")).to_string();
            assert!(decoder.validate(text.as_bytes()).is_ok(), "{name}: {text}");
            assert_eq!(again.sample(contract.root).map(|payload| payload.to_string()), Some(text.clone()));
            texts.insert(text);
        }
        assert!(texts.len() > N_SAMPLES / 2, "{name}: {} of {N_SAMPLES} differ", texts.len());
    });
}
