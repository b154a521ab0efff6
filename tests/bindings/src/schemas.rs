//! Schemas, each a registry with one event, and payloads with what Rust says of them.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_check::{random::Random, validate::Validator};
use goodevent_emit::{Emitter, Files, Options, emitter::Request};
use goodevent_model::{Model, Scope};
use goodevent_schema::source::Source;
use goodevent_tests::{batch, mutate, samples};
use serde_json::{Value, json};

/// Code of one event, and payloads.
#[derive(Debug)]
pub struct Made {
    /// The files of a language.
    pub files: Files,
    /// Payloads with what Rust says of them.
    pub cases: Vec<Value>,
}

/// The code of `emitter` for a schema, and what Rust says of `payloads`, of that many samples with near misses, and of
/// mutants of both.
///
/// # Errors
/// The errors of the schema.
pub fn made(
    emitter: &dyn Emitter,
    schema: &Value,
    remotes: &[Source],
    payloads: &[Vec<u8>],
    n_samples: usize,
) -> Result<Made, String> {
    let (sources, registry) = batch::registry(schema, remotes)?;
    let root = registry.contracts().next().ok_or("there is no contract")?.root;
    let (options, templates) = (Options { made_by: "tests".to_owned(), ..Options::default() }, BTreeMap::new());
    let scope = Scope::default();
    let model = Model::new(&sources, &registry, &scope, emitter.profile());
    let request = Request { settings: &registry.settings, options: &options, templates: &templates };
    let files = emitter.emit(&model, &request).map_err(|error| error.to_string())?;
    let mut random = Random::new(3);
    let mut all: BTreeSet<Vec<u8>> = payloads.iter().cloned().collect();
    if n_samples > 0 {
        let samples = samples::of(&registry, root, n_samples, 7);
        all.extend(samples.misses.iter().map(|miss| miss.payload.to_string().into_bytes()));
        all.extend(samples.valid);
    }
    let values: Vec<Value> = all.iter().filter_map(|payload| serde_json::from_slice(payload).ok()).collect();
    all.extend(values.iter().flat_map(|value| [(); 2].map(|()| mutate::mutated(value, &mut random))));
    // Which numbers a type holds is a matter of the language.
    let widths = BTreeMap::new();
    let validator = Validator::new(&registry.schemas.graph, &widths);
    let case = |payload: &Vec<u8>| {
        let outcome = match validator.violations(root, payload) {
            Ok(violations) => {
                json!({ "violations": violations.iter().map(crate::cases::violation).collect::<Vec<_>>() })
            }
            Err(unread) => json!({ "rule": unread.rule(), "message": unread.to_string() }),
        };
        json!({ "payload": String::from_utf8_lossy(payload), "outcome": outcome })
    };
    let cases = all.iter().filter(|payload| std::str::from_utf8(payload).is_ok()).map(case).collect();
    Ok(Made { files, cases })
}
