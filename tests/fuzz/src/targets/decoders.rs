//! Any bytes as payloads: decoders, the list of violations, the command and the reference validator.

use std::{collections::BTreeMap, path::Path};

use goodevent::{Error, Event, Violation, check::Check, decode::read_thoroughly};
use goodevent_build::Loaded;
use goodevent_check::validate::Validator;
use goodevent_schema::{instance, ir::SchemaId};
use goodevent_tests::{exact, oracle};

use super::typed::{of_hard, of_registry};
use crate::input::choose;

/// A check for each contract; the first byte of an input selects one.
const CONTRACTS: [fn(&[u8]); 20] = {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q] = of_registry!(run_as);
    let [r, s, t] = of_hard!(run_as);
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t]
};

pub(super) fn run(data: &[u8]) {
    let (contract, payload) = choose(data, &CONTRACTS);
    contract(payload);
}

fn run_as<E: Event>(bytes: &[u8]) {
    let shown = || format!("{}: {}", E::NAME, String::from_utf8_lossy(bytes));
    let decoded = E::decode(bytes);
    let violations = E::violations(bytes);
    let is_clean = violations.as_ref().is_ok_and(Vec::is_empty);
    assert_eq!(decoded.is_ok(), is_clean, "{} {violations:?}", shown());

    // The ways to read the same bytes.
    let encoded = decoded.as_ref().ok().map(|event| event.encode().expect("what was decoded is encoded"));
    let borrowed = E::decode_borrowed(bytes).map(|event| goodevent::event::encode(&event, E::CONTRACT.node));
    match &borrowed {
        Ok(borrowed) => assert_eq!(borrowed.as_ref().ok(), encoded.as_ref(), "{}", shown()),
        Err(error) => assert_eq!(Some(error), decoded.as_ref().err(), "{}", shown()),
    }
    let archived = E::decode_archived(bytes).map(|event| event.encode().expect("it is no larger than the others"));
    assert_eq!(archived.as_ref().ok(), encoded.as_ref(), "{}", shown());
    assert_eq!(E::CONTRACT.validate(bytes).err().as_ref(), decoded.as_ref().err(), "{}", shown());
    if let Ok(text) = std::str::from_utf8(bytes) {
        let thorough = read_thoroughly::<E>(text).ok().map(|event| event.encode().expect("what was read is encoded"));
        assert_eq!(thorough, encoded, "read thoroughly: {}", shown());
    }

    if let Some(encoded) = &encoded {
        let again = E::decode(encoded).and_then(|event| event.encode());
        assert_eq!(again.as_ref(), Ok(encoded), "{}", shown());
        assert!(exact::are_equal(bytes, encoded), "{} becomes {}", shown(), String::from_utf8_lossy(encoded));
        let is_within = E::MAX_BYTES.is_none_or(|max_bytes| encoded.len() <= max_bytes);
        assert!(is_within, "{} bytes, and {:?} are the most: {}", encoded.len(), E::MAX_BYTES, shown());
    }
    check_command::<E>(bytes, &decoded.err(), &violations);
}

/// The command lists the same violations in the same words, and the reference accepts the same payloads, except for documented
/// differences.
fn check_command<E: Event>(bytes: &[u8], error: &Option<Error>, violations: &Result<Vec<Violation>, Error>) {
    let shown = || format!("{}: {}", E::NAME, String::from_utf8_lossy(bytes));
    COMMAND.with(|command| {
        let contract = &command.contracts[E::NAME];
        let listed = contract.validator.violations(contract.root, bytes).map_err(Error::from);
        // A service does not show what is personal.
        let is_personal = E::CONTRACT.node.iter().any(|check| matches!(check, Check::Personal(_)));
        match (&listed, violations) {
            (Ok(listed), Ok(violations)) if is_personal => {
                let places =
                    |all: &[Violation]| all.iter().map(|own| (own.pointer.clone(), own.keyword)).collect::<Vec<_>>();
                assert_eq!(places(listed), places(violations), "{}", shown());
            }
            _ => assert_eq!(&listed, violations, "{}", shown()),
        }
        if let Some(reference) = &contract.reference {
            let is_expected =
                serde_json::from_slice(bytes).is_ok_and(|payload: serde_json::Value| reference.is_valid(&payload));
            if is_expected != error.is_none() {
                let cause = error.as_ref().and_then(|error| oracle::documented(bytes, &error.into()));
                assert!(is_expected && cause.is_some(), "the reference differs on {}: {error:?}", shown());
            }
        }
    });
}

/// The contracts as the command knows them.
struct Command {
    contracts: BTreeMap<String, Known>,
}

struct Known {
    validator: Validator<'static>,
    root: SchemaId,
    /// None of contracts with numbers that it compares as doubles.
    reference: Option<instance::Validator>,
}

thread_local! {
    static COMMAND: Command = Command::read();
}

impl Command {
    fn read() -> Self {
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut contracts = BTreeMap::new();
        for (folder, has_reference) in [(own.join("../../schemas"), true), (own.join("schemas"), false)] {
            Self::read_folder(&folder, has_reference, &mut contracts);
        }
        Self { contracts }
    }

    /// The registry is leaked, since validators borrow it until the process ends.
    fn read_folder(folder: &Path, has_reference: bool, contracts: &mut BTreeMap<String, Known>) {
        let loaded: &'static Loaded = Box::leak(Box::new(Loaded::read(folder).expect("the registry is there")));
        let widths = Box::leak(Box::new(goodevent_emit::widths(&loaded.sources, &loaded.registry)));
        let schemas = &loaded.registry.schemas;
        for contract in loaded.registry.contracts() {
            let reference = has_reference
                .then(|| instance::Validator::new(schemas, contract.root).expect("the reference takes the schema"));
            let validator = Validator::new(&schemas.graph, &*widths);
            contracts.insert(contract.name.as_str().to_owned(), Known { validator, root: contract.root, reference });
        }
    }
}
