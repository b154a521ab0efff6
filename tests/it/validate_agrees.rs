//! The command and the services say the same of a payload: violations with pointer, keyword and words, and what cannot be
//! read at all.

use std::path::Path;

use goodevent::{Contract, Error, Violation, check::Check};
use goodevent_build::{Loaded, payload::Payloads};
use goodevent_check::{near_miss::near_misses, random::Random, validate::Validator};
use goodevent_schema::ir::SchemaId;
use goodevent_tests::{
    instances::Maker,
    mutate,
    values::{FINE_NUMBERS, NUMBERS},
};

fn check(contract: &Contract, validator: &Validator<'_>, root: SchemaId, bytes: &[u8]) {
    let shown = String::from_utf8_lossy(bytes);
    let expected = contract.violations(bytes);
    let told = validator.violations(root, bytes).map_err(Error::from);
    // A service does not show what is personal; a user of the command has the payload at hand.
    let is_personal = contract.node.iter().any(|check| matches!(check, Check::Personal(_)));
    match (&told, &expected) {
        (Ok(told), Ok(expected)) if is_personal => {
            let places =
                |all: &[Violation]| all.iter().map(|own| (own.pointer.clone(), own.keyword)).collect::<Vec<_>>();
            assert_eq!(places(told), places(expected), "{}: {shown}", contract.name);
        }
        _ => assert_eq!(told, expected, "{}: {shown}", contract.name),
    }
    let decoded = contract.validate(bytes);
    assert_eq!(decoded.is_ok(), expected.as_ref().is_ok_and(Vec::is_empty), "{}: {shown}", contract.name);
    if let (Err(Error::Invalid(first)), Ok(all)) = (&decoded, &expected) {
        assert_eq!(Some(&**first), all.first(), "{}: {shown}", contract.name);
    }
}

#[test]
fn the_command_says_of_a_payload_what_the_decoder_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    let loaded = Loaded::read(&root).expect("the registry is readable");
    let payloads = Payloads::new(&loaded);
    let validator = payloads.validator();
    let mut random = Random::new(7);
    for contract in loaded.registry.contracts() {
        let name = contract.name.as_str();
        let ours = contracts::CONTRACTS.iter().find(|ours| ours.name == name);
        let ours = *ours.expect("`generated/` has every contract");
        let schema = loaded.registry.tree(contract).to_json();
        let check = |bytes: &[u8]| check(ours, &validator, contract.root, bytes);
        for miss in near_misses(&loaded.registry.schemas, contract.root) {
            check(miss.payload.to_string().as_bytes());
        }
        for example in schema["examples"].as_array().expect("every contract has examples") {
            for _ in 0..150 {
                check(&mutate::mutated(example, &mut random));
                check(&mutate::mutated(&Maker::new(&schema, random.number()).instance(), &mut random));
            }
            // Each number of the example is spelled in all ways.
            let text = example.to_string();
            for (at, _) in text.match_indices(':') {
                let n_digits = text[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
                if n_digits == 0 {
                    continue;
                }
                for number in NUMBERS.iter().chain(&FINE_NUMBERS).chain(&["1e1000000000"]) {
                    check(format!("{}:{number}{}", &text[..at], &text[at + 1 + n_digits..]).as_bytes());
                }
            }
            for broken in ["{\"a\":1,\"a\":2}", "{", "\u{feff}{}", "[1e99999999999999999999]", "{\"a\":\"\\ud800\"}"] {
                check(broken.as_bytes());
            }
            check(b"{\"a\":\"\xff\"}");
            check(format!("{text}{}", " ".repeat(70_000)).as_bytes());
            check(format!("{{\"a\":{}1{}}}", "[".repeat(130), "]".repeat(130)).as_bytes());
        }
    }
}
