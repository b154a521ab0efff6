//! The real schemas and payloads that lie beside the checkout.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use goodevent_schema::{
    Registry, analyze,
    diagnostic::Diagnostic,
    source::{Source, Sources},
};
use serde_json::Value;

/// A schema of the field, with payloads.
#[derive(Debug, Clone)]
pub struct Case {
    /// Name that the corpus has for it.
    pub name: String,
    /// The project it comes from.
    pub source: String,
    /// `$schema` of its draft.
    pub dialect: &'static str,
    /// The schema, with the official `$schema` of its draft in place of one of the project's own.
    pub schema: Value,
    /// Payloads that are valid.
    pub valid: Vec<Value>,
    /// Payloads that are not.
    pub invalid: Vec<Value>,
}

impl Case {
    /// The schema as a file.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{:#}", self.schema)
    }

    /// A registry of the schema alone, under a name that an event can have.
    #[must_use]
    pub fn registry(&self) -> (Sources, Registry, Vec<Diagnostic>) {
        let path = "corpus/SchemaOfTheFieldSeenV1Event.json".to_owned();
        let source = Source { path, uri: None, bytes: self.text().into_bytes().into() };
        let sources = Sources { root: "schemas".to_owned(), files: vec![source] };
        let (registry, found) = analyze(&sources);
        (sources, registry, found)
    }
}

/// The folder of corpora: `GOODEVENT_CORPORA`, else `../shared/corpora` beside the checkout.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora");
    let folder = env::var_os("GOODEVENT_CORPORA").map_or_else(beside, PathBuf::from);
    folder.is_dir().then_some(folder)
}

/// URI of a draft's metaschema.
#[must_use]
pub fn dialect(draft: &str) -> &'static str {
    match draft {
        "draft4" => "http://json-schema.org/draft-04/schema#",
        "draft6" => "http://json-schema.org/draft-06/schema#",
        "draft7" => "http://json-schema.org/draft-07/schema#",
        "draft2019-09" | "2019-09" => "https://json-schema.org/draft/2019-09/schema",
        _ => "https://json-schema.org/draft/2020-12/schema",
    }
}

/// All schemas of events.
///
/// # Panics
/// If the file is not what its README says.
#[must_use]
pub fn events(folder: &Path) -> Vec<Case> {
    let text = fs::read_to_string(folder.join("events.jsonl")).expect("the corpus is readable");
    text.lines().map(case).collect()
}

fn case(line: &str) -> Case {
    let value: Value = serde_json::from_str(line).expect("each line is JSON");
    let text = |name: &str| value[name].as_str().expect("the corpus says what each schema is").to_owned();
    let list = |name: &str| value[name].as_array().cloned().unwrap_or_default();
    let dialect = dialect(value["draft"].as_str().unwrap_or_default());
    let mut schema = value["schema"].clone();
    schema["$schema"] = Value::from(dialect);
    Case { name: text("name"), source: text("source"), dialect, schema, valid: list("valid"), invalid: list("invalid") }
}
