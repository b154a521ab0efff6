//! Payloads of the registry's contracts, with the violations that Rust reports.

use goodevent::{Contract, Error, Violation};
use goodevent_build::Loaded;
use goodevent_check::{near_miss::near_misses, random::Random};
use goodevent_schema::registry;
use goodevent_tests::{
    instances::Maker,
    mutate,
    values::{FINE_NUMBERS, NUMBERS},
};
use serde_json::{Value, json};

use crate::{compare::Case, files::root};

/// Mutants of each example.
const N_MUTANTS: usize = 150;

/// A payload, and what Rust says of it.
#[must_use]
pub fn case(contract: &Contract, bytes: &[u8]) -> Case {
    let outcome = match contract.violations(bytes) {
        Ok(violations) => json!({ "violations": violations.iter().map(violation).collect::<Vec<_>>() }),
        Err(error) => json!({ "rule": error.rule(), "message": error.to_string() }),
    };
    Case {
        module: String::new(),
        contract: contract.name.to_owned(),
        payload: bytes.to_vec(),
        outcome,
        is_decoded: Some(is_decoded(contract, bytes)),
        id: None,
        is_draft4: false,
    }
}

/// The generated contract of one of the registry.
fn generated(own: &registry::Contract) -> &'static Contract {
    let contract = contracts::CONTRACTS.iter().find(|contract| contract.name == own.name.as_str());
    contract.expect("`generated/` has every contract")
}

/// Whether a service accepts a payload; an error of its first violation is the same as that of the list.
fn is_decoded(contract: &Contract, bytes: &[u8]) -> bool {
    match contract.validate(bytes) {
        Ok(()) => true,
        Err(
            Error::Invalid(_)
            | Error::Mismatch(_)
            | Error::TooLarge { .. }
            | Error::NotUtf8 { .. }
            | Error::NotJson { .. },
        ) => false,
        Err(error) => panic!("a payload has no other faults: {error}"),
    }
}

/// A violation as the languages have it.
pub(crate) fn violation(violation: &Violation) -> Value {
    let Violation { pointer, keyword, expected, found } = violation;
    json!({ "pointer": pointer, "keyword": keyword, "expected": expected, "found": found })
}

/// Examples, their mutants and numbers, near misses and texts that are not JSON, of every contract.
///
/// # Panics
/// If the registry of this repository cannot be read.
#[must_use]
pub fn of_registry() -> Vec<Case> {
    let loaded = Loaded::read(&root().join("schemas")).expect("the registry is readable");
    let mut cases = Vec::new();
    let mut random = Random::new(11);
    for own in loaded.registry.contracts() {
        let contract = generated(own);
        let mut add = |bytes: &[u8]| cases.push(case(contract, bytes));
        for miss in near_misses(&loaded.registry.schemas, own.root) {
            add(miss.payload.to_string().as_bytes());
        }
        let schema = loaded.registry.tree(own).to_json();
        for example in schema["examples"].as_array().expect("every contract has examples") {
            let text = example.to_string();
            let payload = goodevent::Json::parse(text.as_bytes()).expect("an example is JSON");
            let id = goodevent::id::of_payload(contract.name, contract.dedup_key, &payload);
            cases.push(Case { id: Some(id), ..case(contract, text.as_bytes()) });
            let mut add = |bytes: &[u8]| cases.push(case(contract, bytes));
            for _ in 0..N_MUTANTS {
                add(&mutate::mutated(example, &mut random));
                add(&mutate::mutated(&Maker::new(&schema, random.number()).instance(), &mut random));
            }
            for (at, _) in text.match_indices(':') {
                let n_digits = text[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
                if n_digits > 0 {
                    for number in NUMBERS.iter().chain(&FINE_NUMBERS).chain(&["1e1000000000", "01", "1.", "-", "1e"]) {
                        add(format!("{}:{number}{}", &text[..at], &text[at + 1 + n_digits..]).as_bytes());
                    }
                }
            }
            add(format!("{text}{}", " ".repeat(70_000)).as_bytes());
            // Every beginning of a text is a fault of its own.
            (0..text.len()).filter(|end| text.is_char_boundary(*end)).for_each(|end| add(&text.as_bytes()[..end]));
        }
        let mut add = |bytes: &[u8]| cases.push(case(contract, bytes));
        TEXTS.iter().for_each(|text| add(text));
        add(format!("{{\"a\":{}1{}}}", "[".repeat(130), "]".repeat(130)).as_bytes());
    }
    cases
}

/// Texts that are not JSON, or JSON that parsers interpret differently.
const TEXTS: [&[u8]; 60] = [
    b"{\"a\":1,\"a\":2}",
    b"{\"\\u0061\":1,\"a\":2}",
    b"\xef\xbb\xbf{}",
    b"[1e99999999999999999999]",
    b"{\"a\":\"\\ud800\"}",
    b"{\"a\":\"\\ud800\\u0041\"}",
    b"{\"a\":\"\\udc00\"}",
    b"{\"a\":\"\\u12\"}",
    b"{\"a\":\"\\x\"}",
    b"{\"a\":\"\n\"}",
    b"{'a':1}",
    b"{a:1}",
    b"{\"a\":1,}",
    b"[1,]",
    b"[1 2]",
    b"{\"a\" 1}",
    b"{\"a\":1 \"b\":2}",
    b"// no\n{}",
    b"NaN",
    b"[+1]",
    b"[.5]",
    b"{\"a\":\"\xff\"}",
    b"{\"\xc3\xa9\":\"\xc3\"}",
    b"{} x",
    b"",
    b" \n\n ",
    b"7 8",
    b"<xml/>",
    b"nul",
    b"[tru]",
    b"{\"a\":",
    b"{\"a\":,",
    b"{\"a\"::1}",
    b"{\"a\":]}",
    b"{\"a\":}",
    b"{\"a\":1]",
    b"{\"a\":1;}",
    b"{\"a\":1}}",
    b"{\"a\":1,/* no */}",
    b"{1:1}",
    b"[,1]",
    b"[1}",
    b"[1 `]",
    b"[1 \x01]",
    b"[1 \x7f]",
    "[1 \u{1f600}]".as_bytes(),
    "[\u{a0}1]".as_bytes(),
    b"[-]",
    b"[- 1]",
    b"[-Infinity]",
    b"[1.e5]",
    b"[1e]",
    b"[1.5E+]",
    b"[\"\\u12g4\"]",
    "[\"\\u12\u{e9}4\"]".as_bytes(),
    b"[\"\\u12",
    b"\n\n  [1,]",
    b"[1,\r\n 2\r\n 3]",
    "{\"\u{e9}\u{1f600}\":\"\u{fc}\" \"b\":2}".as_bytes(),
    "{\n\"a\":\n\"\u{1f600}\u{e9}\",,}".as_bytes(),
];
