//! Inclusion of schemas in one another, over pairs of the field.

use std::{fs, path::Path};

pub use goodevent_check::compat::Verdict;
use goodevent_check::compat::{Prover, Version};
use goodevent_schema::{
    Registry, analyze,
    ir::SchemaId,
    source::{Source, Sources},
};
use jsoncompat::{CompatibilityResult, Role, SchemaDocument, analyze_compat};
use serde_json::Value;

use crate::corpus::dialect;

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
    /// Of the crate `jsoncompat`, where it takes the schemas and knows.
    pub peer: Option<bool>,
}

/// A schema as a registry of its own.
#[must_use]
pub fn registry(schema: &Value) -> (Sources, Registry) {
    let path = "corpus/SchemaOfTheFieldSeenV1Event.json".to_owned();
    let source = Source { path, uri: None, bytes: format!("{schema:#}").into_bytes() };
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
    let mut prover = Prover::new((&old.0, &old.1.schemas), (&new.0, &new.1.schemas));
    let peer = |narrow: &Value, wide: &Value| {
        let narrow = SchemaDocument::from_json(narrow).ok()?;
        let wide = SchemaDocument::from_json(wide).ok()?;
        match analyze_compat(&wide, &narrow, Role::Serializer).ok()? {
            CompatibilityResult::Compatible => Some(true),
            CompatibilityResult::Incompatible { .. } => Some(false),
            CompatibilityResult::Unknown { .. } => None,
        }
    };
    Some([
        Judged { verdict: prover.inclusion(old_root, new_root), peer: peer(&pair.old, &pair.new) },
        Judged { verdict: prover.inclusion(new_root, old_root), peer: peer(&pair.new, &pair.old) },
    ])
}
