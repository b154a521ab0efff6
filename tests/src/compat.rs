//! Inclusion of schemas in one another, over pairs of the field.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
    process::{Command, Stdio},
    thread,
};

pub use goodevent_check::compat::Verdict;
use goodevent_check::compat::{Naming, Prover, Version, set_aside};
use goodevent_schema::{
    Registry, analyze,
    ir::SchemaId,
    source::{Source, Sources},
};
use jsonschema::canonical::Containment;
use serde_json::{Value, json};

use crate::{corpus::dialect, instances::Maker, mutate, oracle};
use goodevent_check::random::Random;

/// Two versions of a schema.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Name that the corpus has for it.
    pub name: String,
    /// The project it comes from.
    pub source: String,
    /// As it was.
    pub old: Value,
    /// As it is.
    pub new: Value,
    /// Whether all old instances are valid for the new schema, and the other way round, where that is known.
    pub truth: [Option<bool>; 2],
    /// What it is a step of, if it is one of an event from version to version.
    pub step: Option<Step>,
}

/// A step of an event from version to version.
#[derive(Debug, Clone)]
pub struct Step {
    /// The event.
    pub event: String,
    /// The versions, as the project writes them.
    pub versions: [String; 2],
}

impl Step {
    /// Which number of the version changes: a minor step promises that old messages stay valid.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        let [old, new] = self.versions.each_ref().map(|version| version.split(['.', '-']).collect::<Vec<_>>());
        match old.iter().zip(&new).position(|(old, new)| old != new) {
            Some(0) => "major",
            Some(1) => "minor",
            _ => "patch",
        }
    }
}

/// All pairs: those that were made to be judged, and the steps of events from version to version.
///
/// # Panics
/// If a file is not what its README says.
#[must_use]
pub fn pairs(folder: &Path) -> Vec<Pair> {
    let cases = fs::read_to_string(folder.join("compat.json")).expect("the corpus is readable");
    let cases: Vec<Value> = serde_json::from_str(&cases).expect("the corpus is JSON");
    let families = fs::read_to_string(folder.join("families.jsonl")).expect("the corpus is readable");
    let families = families.lines().map(|line| serde_json::from_str::<Value>(line).expect("each line is JSON"));
    cases.iter().map(case).chain(families.flat_map(|family| steps(&family))).collect()
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn case(case: &Value) -> Pair {
    let verdict = |direction: &str| case["semantic"][direction]["verdict"].as_bool();
    let draft = text(case, "draft");
    let name = text(case, "name");
    let source = format!("cases of {}", name.split('/').next().unwrap_or_default());
    Pair {
        source,
        old: dated(&case["old"], &draft),
        new: dated(&case["new"], &draft),
        truth: ["backward", "forward"].map(verdict),
        step: None,
        name,
    }
}

fn steps(family: &Value) -> Vec<Pair> {
    let source = text(family, "source");
    let source = source.split(['@', ' ']).next().unwrap_or_default();
    let draft = text(family, "draft");
    let versions = family["versions"].as_array().cloned().unwrap_or_default();
    let steps = versions.windows(2).map(|step| Pair {
        name: format!("{} {} to {}", text(family, "event"), step[0]["version"], step[1]["version"]),
        source: format!("versions of {source}"),
        old: dated(&step[0]["schema"], &draft),
        new: dated(&step[1]["schema"], &draft),
        truth: [None, None],
        step: Some(Step {
            event: text(family, "event").rsplit('/').next().unwrap_or_default().to_owned(),
            versions: [text(&step[0], "version"), text(&step[1], "version")],
        }),
    });
    steps.collect()
}

/// With the official `$schema` of its draft in place of none, or of one of the project's own.
fn dated(schema: &Value, draft: &str) -> Value {
    let mut schema = schema.clone();
    let is_official = schema["$schema"].as_str().is_some_and(|uri| uri.contains("json-schema.org"));
    if let Some(members) = schema.as_object_mut().filter(|_| !is_official) {
        members.insert("$schema".to_owned(), dialect(draft).into());
    }
    schema
}

/// What was said of one direction of a pair.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Of us.
    pub verdict: Verdict,
    /// Random payloads that one side accepts, of a verdict that says the other does as well.
    pub n_tried: usize,
    /// One that it does not.
    pub refuted: Option<Value>,
}

/// Random payloads that a verdict of compatible has to survive.
const N_PAYLOADS: usize = 20_000;

/// A schema as a registry of its own.
#[must_use]
pub fn registry(schema: &Value) -> (Sources, Registry) {
    let path = "corpus/SchemaOfTheFieldSeenV1Event.json".to_owned();
    let source = Source { path, uri: None, bytes: format!("{schema:#}").into_bytes().into() };
    let sources = Sources { root: "schemas".to_owned(), files: vec![source] };
    let (registry, _) = analyze(&sources);
    (sources, registry)
}

/// The root schema of the only file.
#[must_use]
pub fn root(registry: &Registry) -> Option<SchemaId> {
    registry.schemas.documents.first().map(|document| document.root)
}

/// Both directions: whether the old is included in the new, and the new in the old.
#[must_use]
pub fn judge(pair: &Pair) -> Option<[Judged; 2]> {
    let (old, new) = (registry(&pair.old), registry(&pair.new));
    let (old_root, new_root) = ((Version::Old, root(&old.1)?), (Version::New, root(&new.1)?));
    let mut prover = Prover::new(&old.1.schemas, &new.1.schemas);
    let mut judged = |narrow: (&Value, _), wide: (&Value, _)| {
        let verdict = prover.inclusion(narrow.1, wide.1);
        let (n_tried, refuted) = match verdict {
            Verdict::Compatible => tried(narrow.0, wide.0),
            Verdict::Breaking(_) | Verdict::Undecided(_) => (0, None),
        };
        Judged { verdict, n_tried, refuted }
    };
    let (old, new) = ((&pair.old, old_root), (&pair.new, new_root));
    Some([judged(old, new), judged(new, old)])
}

/// Both directions of a step whose versions name themselves by constants, as if they did not; `None` if they do not.
#[must_use]
pub fn judge_set_aside(pair: &Pair) -> Option<[Verdict; 2]> {
    let step = pair.step.as_ref()?;
    let (old, new) = (registry(&pair.old), registry(&pair.new));
    let (old_root, new_root) = ((Version::Old, root(&old.1)?), (Version::New, root(&new.1)?));
    let prover = Prover::new(&old.1.schemas, &new.1.schemas);
    let [was, is] = step.versions.each_ref().map(|version| Naming::new(&step.event, version));
    let mut prover = set_aside(&prover, (old_root, &was), (new_root, &is))?;
    Some([prover.inclusion(old_root, new_root), prover.inclusion(new_root, old_root)])
}

/// What the crate `jsoncompat` says of both directions of each pair, where it takes the schemas and knows.
///
/// # Errors
/// If it can't be built or run.
pub fn ask_peer(pairs: &[Pair]) -> io::Result<Vec<[Option<bool>; 2]>> {
    // It takes no other draft than the newest, so it is asked without.
    let plain = |schema: &Value| {
        let mut schema = schema.clone();
        schema.as_object_mut().map(|members| members.remove("$schema"));
        schema
    };
    let questions = pairs.iter().flat_map(|pair| {
        let (old, new) = (plain(&pair.old), plain(&pair.new));
        [json!([old, new]), json!([new, old])]
    });
    let questions: String = questions.map(|question| format!("{question}\n")).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut child = Command::new("cargo")
        .args(["run", "--quiet", "--release", "--locked", "--manifest-path"])
        .arg(root.join("peer/Cargo.toml"))
        .env("CARGO_TARGET_DIR", root.join("../target/peer"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = child.stdin.take().expect("the input is piped");
    let writer = thread::spawn(move || input.write_all(questions.as_bytes()));
    let output = child.wait_with_output()?;
    writer.join().expect("writing does not panic")?;
    let answers: Vec<Option<bool>> =
        String::from_utf8_lossy(&output.stdout).lines().map(|line| line.parse().ok()).collect();
    if !output.status.success() || answers.len() != pairs.len() * 2 {
        return Err(io::Error::other("the peer does not answer"));
    }
    Ok(answers.chunks(2).map(|pair| [pair[0], pair[1]]).collect())
}

/// The answers of `canonical::covers` of the crate `jsonschema` for both directions of a pair, formats asserted; `None` where
/// it does not know.
#[must_use]
pub fn ask_canonical(pair: &Pair) -> [Option<bool>; 2] {
    let made = |schema: &Value| {
        jsonschema::canonical::options().offline().should_validate_formats(true).canonicalize(schema).ok()
    };
    let (Some(old), Some(new)) = (made(&pair.old), made(&pair.new)) else { return [None, None] };
    [(&new, &old), (&old, &new)].map(|(wide, narrow)| match wide.covers(narrow).ok()? {
        Containment::Yes => Some(true),
        Containment::No => Some(false),
        Containment::Unknown => None,
    })
}

/// The explanation of a peer's answer that is not ours; `None` if there is none.
#[must_use]
pub fn explained(pair: &Pair, is_backward: bool, verdict: &Verdict) -> Option<String> {
    let (narrow, wide) = if is_backward { (&pair.old, &pair.new) } else { (&pair.new, &pair.old) };
    let (narrow_reference, wide_reference) = (oracle::reference(narrow).ok()?, oracle::reference(wide).ok()?);
    match verdict {
        Verdict::Breaking(payload) => {
            let payload: Value = serde_json::from_str(&payload.to_string()).ok()?;
            let is_executed = narrow_reference.is_valid(&payload) && !wide_reference.is_valid(&payload);
            is_executed.then(|| "the payload was executed".to_owned())
        }
        Verdict::Compatible => {
            // The witness of the peer, executed.
            let made = |schema: &Value| {
                jsonschema::canonical::options().offline().should_validate_formats(true).canonicalize(schema).ok()
            };
            let rest = made(narrow)?.subtract(&made(wide)?).ok()?.to_json_schema();
            let mut maker = Maker::new(&rest, 3);
            let payloads: Vec<Value> = (0..1_000).map(|_| maker.instance()).collect();
            let is_refuted = |payload: &&Value| narrow_reference.is_valid(payload) && !wide_reference.is_valid(payload);
            match payloads.iter().find(is_refuted) {
                Some(_) => None,
                None => Some("no payload of what the peer says is left over was one".to_owned()),
            }
        }
        Verdict::Undecided(_) => None,
    }
}

/// Random payloads and mutations of them: how many of them are valid for `narrow`, and the first that is not for `wide`.
fn tried(narrow: &Value, wide: &Value) -> (usize, Option<Value>) {
    let (Ok(narrow_reference), Ok(wide)) = (oracle::reference(narrow), oracle::reference(wide)) else {
        return (0, None);
    };
    let mut maker = Maker::new(narrow, 1);
    let mut random = Random::new(2);
    let mut n_tried = 0;
    for _ in 0..N_PAYLOADS / 2 {
        let made = maker.instance();
        let mutated = serde_json::from_slice(&mutate::mutated(&made, &mut random)).unwrap_or_default();
        for payload in [made, mutated] {
            if narrow_reference.is_valid(&payload) {
                n_tried += 1;
                if !wide.is_valid(&payload) {
                    return (n_tried, Some(payload));
                }
            }
        }
    }
    (n_tried, None)
}
