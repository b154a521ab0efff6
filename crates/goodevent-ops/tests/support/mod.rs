//! The JSON of commands, validated against the schemas that `docs/json` describes it with.

use std::{fs, path::Path};

use serde_json::Value;

/// Panics unless a document is as `docs/json` says, which has to reject an undescribed member as well.
pub(crate) fn assert_documented(output: &str, json: &Value) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/json");
    let path = folder.join(format!("{output}.schema.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let schema: Value = serde_json::from_str(&text).expect("a schema is JSON");
    let validator = jsonschema::options().build(&schema).expect("the schema is one");
    let faults: Vec<String> =
        validator.iter_errors(json).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(faults.is_empty(), "{output}: {faults:#?}\n{json:#}");
    assert_eq!(json["version"], 1, "{output}");
    let mut more = json.clone();
    more["more"] = true.into();
    assert!(!validator.is_valid(&more), "{output} describes no closed object");
}
