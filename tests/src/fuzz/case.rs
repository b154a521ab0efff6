//! The steps that every random schema goes through, and the faults that they may show.

use goodevent_build::render;
use goodevent_check::{
    compat::{Prover, Verdict, Version, changes},
    lint::{self, Options, lint},
    near_miss::near_misses,
    random::Random,
    sample::Sampler,
    size::size_bound,
};
use goodevent_schema::{
    Registry, analyze,
    diagnostic::{Diagnostic, Safety, has_errors},
    instance::Validator,
    ir::SchemaId,
    source::{Source, Sources},
    syntax,
};
use serde_json::Value;

use super::schemas;
use crate::{corpus, instances::Maker, mutate, oracle};

/// A schema and a changed copy, as files.
#[derive(Debug, Clone)]
pub struct Case {
    /// The schema.
    pub old: Vec<u8>,
    /// The copy.
    pub new: Vec<u8>,
}

/// The first step of a case whose schemas are both taken.
pub(super) const TAKEN: &str = "generate";

/// Notices which step is next, by whoever measures it.
pub type Next<'n> = &'n mut dyn FnMut(&'static str);

impl Case {
    /// The case of a seed: a schema that was grown, or one time in eight a real one that went wrong.
    #[must_use]
    pub fn of(seed: u64, real: &[Value]) -> Self {
        let mut random = Random::new(seed);
        if random.once_in(8)
            && let Some(schema) = random.pick(real)
        {
            return Self { old: schema.to_string().into_bytes(), new: mutate::mutated(schema, &mut random) };
        }
        let old = schemas::document(&mut random);
        let new = schemas::mutated(&old, &mut random);
        Self { old: old.to_string().into_bytes(), new: new.to_string().into_bytes() }
    }

    /// Runs everything that takes a schema over both, and says what it does wrong.
    pub fn run(&self, seed: u64, next: Next<'_>) -> Vec<String> {
        let mut faults = Vec::new();
        let old = Subject::read(&self.old, &mut faults, next);
        let new = Subject::read(&self.new, &mut faults, next);
        for subject in [&old, &new] {
            subject.check_fixes(seed, &mut faults, next);
        }
        let (Some(old), Some(new)) = (old.taken(), new.taken()) else { return faults };
        let instances = [&old, &new].map(|taken| taken.check(seed, &mut faults, next));
        compare(&old, &new, &instances.concat(), &mut faults, next);
        faults
    }
}

/// Real schemas, some of which are changed: those of the project, and of the corpora if they are there.
#[must_use]
pub fn real() -> Vec<Value> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/subscriptions");
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|own| own == "json")).collect();
    files.sort();
    let own = files.iter().filter_map(|path| serde_json::from_slice(&std::fs::read(path).ok()?).ok());
    let corpus = corpus::folder().map(|folder| corpus::events(&folder)).unwrap_or_default();
    let small = corpus.into_iter().map(|case| case.schema).filter(|schema| schema.to_string().len() < 20_000);
    own.chain(small).collect()
}

/// A schema that was read.
struct Subject<'c> {
    bytes: &'c [u8],
    sources: Sources,
    registry: Registry,
    found: Vec<Diagnostic>,
}

/// A schema that has no errors.
struct Taken<'s> {
    registry: &'s Registry,
    sources: &'s Sources,
    root: SchemaId,
    schema: Value,
    /// The reference's validator, or why it refuses the schema.
    reference: Result<Validator, String>,
}

fn sources(bytes: &[u8]) -> Sources {
    let source = Source { path: "orders/OrderPlacedV1Event.json".to_owned(), uri: None, bytes: bytes.into() };
    Sources { root: "schemas".to_owned(), files: vec![source] }
}

/// Errors that forbid to generate code: those that reading tells.
fn is_taken(bytes: &[u8]) -> bool {
    !has_errors(&analyze(&sources(bytes)).1)
}

fn options() -> Options<'static> {
    Options { today: "2026-11-28".to_owned(), ..Options::default() }
}

impl<'c> Subject<'c> {
    fn read(bytes: &'c [u8], faults: &mut Vec<String>, next: Next<'_>) -> Self {
        next("read");
        let sources = sources(bytes);
        let (registry, found) = analyze(&sources);
        next("lint");
        let linted = lint(&sources, &registry, found.clone(), &options());
        for diagnostic in found.iter().chain(&linted) {
            let span = diagnostic.span;
            if span.start > span.end || span.end as usize > bytes.len() {
                faults.push(format!("lint: a finding lies outside of its file: {diagnostic:?}"));
            }
        }
        next("render");
        if render::human(&linted, &sources, false).contains('\0') {
            faults.push("render: NUL is shown".to_owned());
        }
        Self { bytes, sources, registry, found }
    }

    fn taken(&self) -> Option<Taken<'_>> {
        if has_errors(&self.found) {
            return None;
        }
        let root = self.registry.schemas.documents.first()?.root;
        let schema = serde_json::from_slice(self.bytes).ok()?;
        let reference = Validator::new(&self.registry.schemas, root).map_err(|refused| refused.to_string());
        Some(Taken { registry: &self.registry, sources: &self.sources, root, schema, reference })
    }

    /// Fixes leave a text that is read as before, and nothing for a second run.
    fn check_fixes(&self, seed: u64, faults: &mut Vec<String>, next: Next<'_>) {
        for safety in [Safety::Safe, Safety::Unsafe] {
            let what = if safety == Safety::Safe { "lint --fix" } else { "lint --unsafe-fixes" };
            next(what);
            let once = lint::fix(&self.sources, &options(), safety);
            let bytes = &once.sources.files[0].bytes;
            if **bytes == *self.bytes {
                continue;
            }
            let twice = lint::fix(&once.sources, &options(), safety);
            if twice.sources.files[0].bytes != *bytes {
                faults.push(format!("{what}: a second run changes the schema again"));
            }
            let (tree, found) = syntax::parse(goodevent_schema::source::SourceId(0), bytes);
            if tree.is_none() || found.len() > syntax::parse(goodevent_schema::source::SourceId(0), self.bytes).1.len()
            {
                faults.push(format!("{what}: the text is broken: {}", String::from_utf8_lossy(bytes)));
            } else if !has_errors(&self.found) && !is_taken(bytes) {
                faults.push(format!("{what}: the schema is wrong now: {}", String::from_utf8_lossy(bytes)));
            } else if safety == Safety::Safe && !has_errors(&self.found) {
                // A schema with errors, such as one that refers to itself in place, may be beyond the reference.
                faults.extend(self.broken_by(bytes, seed).map(|payload| format!("{what}: {payload} was valid")));
            }
        }
    }

    /// A payload that was valid, and is not for the fixed text.
    fn broken_by(&self, fixed: &[u8], seed: u64) -> Option<Value> {
        let (old, new): (Value, Value) =
            (serde_json::from_slice(self.bytes).ok()?, serde_json::from_slice(fixed).ok()?);
        let (was, is) = (oracle::reference(&old).ok()?, oracle::reference(&new).ok()?);
        let mut maker = Maker::new(&old, seed);
        (0..50).map(|_| maker.instance()).find(|payload| was.is_valid(payload) && !is.is_valid(payload))
    }
}

impl Taken<'_> {
    /// Code, sizes and payloads, each against the reference; gives the payloads.
    fn check(&self, seed: u64, faults: &mut Vec<String>, next: Next<'_>) -> Vec<Value> {
        next(TAKEN);
        let code = goodevent_emit::rust_file(self.sources, self.registry, &goodevent_emit::Options::default());
        let code = code.expect("the default options name no Rust");
        next("parse code");
        if let Err(error) = syn::parse_file(&code) {
            faults.push(format!("generate: the code is no Rust: {error}"));
        }
        let reference = match &self.reference {
            Ok(reference) => reference,
            Err(refused) => {
                faults.push(format!("validate: {}", shortened(refused)));
                return Vec::new();
            }
        };
        let mut instances = Vec::new();
        next("size");
        let bound = size_bound(self.registry, self.root);
        let witness = bound.witness.as_ref().filter(|_| bound.max_bytes != Some(0));
        if let Some(text) = witness.and_then(|witness| witness.to_json(1 << 20)) {
            match serde_json::from_str(&text) {
                Ok(value) if reference.is_valid(&value) => instances.push(value),
                Ok(_) if oracle::is_beyond_the_reference(&text) => {}
                _ => faults.push(format!("size: the witness is not valid: {}", shortened(&text))),
            }
        }
        next("sample");
        let mut sampler = Sampler::new(&self.registry.schemas, seed);
        for _ in 0..5 {
            let Some(sample) = sampler.sample(self.root) else { break };
            let text = sample.to_string();
            if text.len() > 65_536 {
                faults.push(format!("sample: {} bytes", text.len()));
            }
            match serde_json::from_str::<Value>(&text) {
                Ok(value) if reference.is_valid(&value) => instances.push(value),
                Ok(_) if oracle::is_beyond_the_reference(&text) => {}
                _ => faults.push(format!("sample: the reference refuses {}", shortened(&text))),
            }
        }
        next("sample --invalid");
        for miss in near_misses(&self.registry.schemas, self.root) {
            let text = miss.payload.to_string();
            match serde_json::from_str::<Value>(&text) {
                Ok(value) if !reference.is_valid(&value) => instances.push(value),
                _ => faults.push(format!("sample --invalid: the reference accepts {}", shortened(&text))),
            }
        }
        next("other payloads");
        let mut maker = Maker::new(&self.schema, seed);
        let mut random = Random::new(seed);
        for _ in 0..30 {
            let made = maker.instance();
            instances.extend(serde_json::from_slice::<Value>(&mutate::mutated(&made, &mut random)));
            instances.push(made);
        }
        if let Some(max_bytes) = bound.max_bytes {
            // A number can be written in more ways than the bound is about.
            let is_over = |instance: &&Value| {
                reference.is_valid(instance) && !has_numbers(instance) && instance.to_string().len() as u64 > max_bytes
            };
            if let Some(instance) = instances.iter().find(is_over) {
                faults.push(format!("size: {max_bytes} bytes, but {}", shortened(&instance.to_string())));
            }
        }
        instances
    }
}

fn has_numbers(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::Array(items) => items.iter().any(has_numbers),
        Value::Object(members) => members.values().any(has_numbers),
        _ => false,
    }
}

/// Verdicts in both directions: with themselves, with the copy, and of each change; all executed.
fn compare(old: &Taken<'_>, new: &Taken<'_>, instances: &[Value], faults: &mut Vec<String>, next: Next<'_>) {
    next("compat with itself");
    let mut prover = Prover::new(&old.registry.schemas, &old.registry.schemas);
    let verdict = prover.inclusion((Version::Old, old.root), (Version::New, old.root));
    if !verdict.is_compatible() {
        faults.push(format!("compat: a schema is not compatible with itself: {}", shortened(&verdict.to_string())));
    }
    let is_misread = oracle::is_misread(&old.schema) || oracle::is_misread(&new.schema);
    let mut prover = Prover::new(&old.registry.schemas, &new.registry.schemas);
    let places = ((Version::Old, old.root), (Version::New, new.root));
    let directions = [("backward", places.0, places.1, old, new), ("forward", places.1, places.0, new, old)];
    for (direction, narrow_at, wide_at, narrow, wide) in directions {
        next(if direction == "backward" { "compat backward" } else { "compat forward" });
        let verdict = prover.inclusion(narrow_at, wide_at);
        let (Ok(narrow), Ok(wide)) = (&narrow.reference, &wide.reference) else { continue };
        if is_misread {
            continue;
        }
        match verdict {
            Verdict::Compatible => {
                let is_judged = |payload: &&Value| !oracle::is_beyond_the_reference(&payload.to_string());
                let refutes = |payload: &&Value| narrow.is_valid(payload) && !wide.is_valid(payload);
                let refuted = instances.iter().filter(is_judged).find(refutes);
                faults.extend(refuted.map(|payload| format!("compat: {direction} is refuted by {payload}")));
            }
            Verdict::Breaking(witness) => {
                let payload = serde_json::from_str(&witness.to_string()).unwrap_or_default();
                if !narrow.is_valid(&payload) || wide.is_valid(&payload) {
                    faults.push(format!("compat: {direction}: the witness {witness} is not confirmed"));
                }
            }
            Verdict::Undecided(why) if why.contains("disagrees") => {
                let payload = why.split_once(" about ").map_or("", |(_, payload)| payload);
                if oracle::is_beyond_the_reference(payload) {
                    continue;
                }
                faults.push(format!("compat: {direction}: {}", shortened(&why)));
            }
            Verdict::Undecided(_) => {}
        }
    }
    next("compat by change");
    let _ = changes(&mut prover, places.0, places.1);
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= 400 { text.to_owned() } else { text.chars().take(400).chain(['…']).collect() }
}
