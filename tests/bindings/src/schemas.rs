//! Schemas, each a registry with one event, and payloads with what Rust says of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
};

use goodevent_check::{random::Random, validate::Validator};
use goodevent_emit::{Emitter, Files, Options, emitter::Request};
use goodevent_model::{Model, Scope};
use goodevent_schema::{config::LanguageSettings, ir::Draft, source::Source};
use goodevent_tests::{batch, corpus, mutate, pairs, samples, suite};
use rayon::prelude::*;
use serde_json::{Value, json};
use toml::Spanned;

use crate::compare::Case;

/// A schema with its name, the documents that it refers to, and payloads beside those that are made.
#[derive(Debug)]
pub struct Schema {
    /// Where it comes from.
    pub name: String,
    /// The schema.
    pub schema: Value,
    /// The documents that it refers to.
    pub remotes: Vec<Source>,
    /// Payloads that somebody wrote.
    pub payloads: Vec<Vec<u8>>,
    /// As many samples are made, with near misses.
    pub n_samples: usize,
}

/// Every how many schemas are compared by `cargo xtask test`; `cargo xtask bindings` compares all of them.
const STEP: usize = 8;

/// The schemas that this run compares: all of them if the variable `GOODEVENT_BINDINGS` is `all`.
fn chosen(all: Vec<Schema>) -> Vec<Schema> {
    let step = if env::var_os("GOODEVENT_BINDINGS").is_some_and(|value| value == "all") { 1 } else { STEP };
    all.into_iter().step_by(step).collect()
}

/// Every construct in every place.
#[must_use]
pub fn pairs() -> Vec<Schema> {
    let schema = |pair: pairs::Pair| {
        let (name, schema, remotes) = (pair.name, pair.schema, pair.remotes);
        Schema { name, schema, remotes, payloads: Vec::new(), n_samples: 1 }
    };
    chosen(pairs::all().into_iter().map(schema).collect())
}

/// The official suite and real schemas with their payloads. Nothing if they are not there, since they belong to others and
/// do not come with a checkout; `cargo xtask test` says then that they were not tested.
#[must_use]
pub fn official_and_real() -> Option<Vec<Schema>> {
    let folder = corpus::folder()?;
    let text = |value: &Value| value.to_string().into_bytes();
    let suite = suite::groups(&folder).into_iter().filter(|group| group.schema.is_object()).map(|group| Schema {
        remotes: suite::remotes(&folder, &group.draft),
        payloads: group.tests.iter().map(|(_, instance, _)| text(instance)).collect(),
        name: group.name,
        schema: group.schema,
        n_samples: 0,
    });
    let real = corpus::events(&folder).into_iter().map(|case| Schema {
        payloads: case.valid.iter().chain(&case.invalid).map(text).collect(),
        name: case.name,
        schema: case.schema,
        remotes: Vec::new(),
        n_samples: 0,
    });
    Some(chosen(suite.chain(real).collect()))
}

/// The code and the cases of all schemas that are valid, each in a folder of its own, with its name, which is also that of
/// its package if the language has packages.
///
/// # Panics
/// If more than a fifth of the schemas are not valid.
#[must_use]
pub fn all_made(emitter: &dyn Emitter, schemas: &[Schema], has_packages: bool) -> Vec<(String, Made)> {
    let folder = |number: usize| format!("s{number}");
    let made = schemas.par_iter().enumerate().map(|(number, own)| {
        let module = folder(number);
        let place = (module.as_str(), has_packages.then_some(module.as_str()));
        Some((module.clone(), made(emitter, place, &own.schema, &own.remotes, &own.payloads, own.n_samples).ok()?))
    });
    let made: Vec<(String, Made)> = made.collect::<Vec<_>>().into_iter().flatten().collect();
    assert!(made.len() * 5 > schemas.len() * 4, "{} of {} schemas are valid", made.len(), schemas.len());
    made
}

/// Code of one event, and payloads.
#[derive(Debug)]
pub struct Made {
    /// The files of a language.
    pub files: Files,
    /// Payloads with what Rust says of them.
    pub cases: Vec<Case>,
}

/// The code of `emitter` for a schema, in the folder `module` and with a setting for its package, and what Rust says of `payloads`, of that many samples with near misses, and of
/// mutants of both.
///
/// # Errors
/// The errors of the schema.
fn made(
    emitter: &dyn Emitter,
    (module, package): (&str, Option<&str>),
    schema: &Value,
    remotes: &[Source],
    payloads: &[Vec<u8>],
    n_samples: usize,
) -> Result<Made, String> {
    let (sources, registry) = batch::registry(schema, remotes)?;
    let contract = registry.contracts().next().ok_or("there is no contract")?;
    let (root, name) = (contract.root, contract.name.to_string());
    let is_draft4 = registry.schemas.graph[root].draft == Draft::Draft4;
    let (options, templates) = (Options { made_by: "tests".to_owned(), ..Options::default() }, BTreeMap::new());
    let scope = Scope::default();
    let model = Model::new(&sources, &registry, &scope, emitter.profile());
    let mut settings = registry.settings.clone();
    let language = LanguageSettings { package: package.map(str::to_owned), ..LanguageSettings::default() };
    settings.languages.insert(emitter.id().to_owned(), Spanned::new(0..0, language));
    let request = Request { settings: &settings, options: &options, templates: &templates };
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
        let (module, contract) = (module.to_owned(), name.clone());
        Case { module, contract, payload: payload.clone(), outcome, is_decoded: None, id: None, is_draft4 }
    };
    let cases = all.iter().map(case).collect();
    Ok(Made { files, cases })
}
