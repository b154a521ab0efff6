//! The official JSON-Schema-Test-Suite.

use std::{fs, path::Path};

use goodevent_schema::source::Source;
use serde_json::Value;

use crate::corpus::dialect;

/// A schema of the suite, with instances and their verdicts.
#[derive(Debug, Clone)]
pub struct Group {
    /// Draft, file and description.
    pub name: String,
    /// Draft.
    pub draft: String,
    /// The schema, with its `$schema`.
    pub schema: Value,
    /// Description, instance, verdict.
    pub tests: Vec<(String, Value, bool)>,
}

/// The required tests of all drafts, and those of formats.
///
/// # Panics
/// If the suite is not what its README says.
#[must_use]
pub fn groups(folder: &Path) -> Vec<Group> {
    let mut groups = Vec::new();
    for draft in ["draft4", "draft6", "draft7", "draft2019-09", "draft2020-12"] {
        let tests = folder.join("json-schema-test-suite/tests").join(draft);
        for part in [tests.clone(), tests.join("optional/format")] {
            for path in json_files(&part) {
                let text = fs::read_to_string(&path).expect("the suite is readable");
                let values: Vec<Value> = serde_json::from_str(&text).expect("each file of the suite is an array");
                let file = path.strip_prefix(&tests).unwrap_or(&path).display().to_string();
                groups.extend(values.iter().map(|value| group(draft, &file, value)));
            }
        }
    }
    groups
}

fn group(draft: &str, file: &str, value: &Value) -> Group {
    let text = |value: &Value| value["description"].as_str().unwrap_or_default().to_owned();
    let mut schema = value["schema"].clone();
    if let Some(members) = schema.as_object_mut() {
        members.entry("$schema").or_insert_with(|| Value::from(dialect(draft)));
    }
    let tests = value["tests"].as_array().into_iter().flatten();
    let tests = tests.map(|test| (text(test), test["data"].clone(), test["valid"] == true)).collect();
    Group { name: format!("{draft}/{file}: {}", text(value)), draft: draft.to_owned(), schema, tests }
}

/// The documents that schemas of `draft` refer to, under the address that the suite gives them.
///
/// # Panics
/// If the suite is not readable.
#[must_use]
pub fn remotes(folder: &Path, draft: &str) -> Vec<Source> {
    let root = folder.join("json-schema-test-suite/remotes");
    let mut remotes = Vec::new();
    let mut queue = vec![root.clone()];
    while let Some(folder) = queue.pop() {
        for path in json_files(&folder) {
            let below = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
            let bytes = with_dialect(&fs::read(&path).expect("the suite is readable"), draft);
            let uri = Some(format!("http://localhost:1234/{below}"));
            remotes.push(Source { path: format!("remotes/{below}"), uri, bytes: bytes.into() });
        }
        let folders = fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let is_other = |path: &Path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            (name.starts_with("draft") || name == "v1") && name != draft
        };
        queue.extend(folders.filter(|path| path.is_dir() && !is_other(path)));
    }
    remotes.sort_by(|left, right| left.path.cmp(&right.path));
    remotes
}

/// A document that does not say its draft is of the one that is tested.
fn with_dialect(bytes: &[u8], draft: &str) -> Vec<u8> {
    let mut value: Value = serde_json::from_slice(bytes).expect("the suite is JSON");
    if let Some(members) = value.as_object_mut() {
        members.entry("$schema").or_insert_with(|| Value::from(dialect(draft)));
    }
    value.to_string().into_bytes()
}

fn json_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect();
    files.sort();
    files
}
