//! The crate of all contracts, for `goodevent generate`.

use std::{collections::BTreeMap, path::Path};

use goodevent_emit::Options;
use goodevent_schema::source::Sources;

use crate::{Error, Loaded, output::Files, places::own_name};

/// Returns the files of a crate with all contracts, the text outputs of `goodevent.toml`, and the JSON Schemas for the
/// completion of settings in editors.
///
/// # Errors
/// If the registry has errors, or a template fails.
pub fn crate_files(loaded: &Loaded, made_by: &str, templates: &BTreeMap<String, String>) -> Result<Files, Error> {
    if loaded.has_errors() {
        return Err(Error::Contracts(loaded.rendered(false)));
    }
    let options = Options { made_by: made_by.to_owned(), max_bytes: loaded.max_bytes(), ..Options::default() };
    // The same wherever the command runs.
    let sources = Sources { root: own_name(Path::new(&loaded.sources.root)), ..loaded.sources.clone() };
    let files = goodevent_emit::emit(&sources, &loaded.registry, &options, templates)?;
    let settings = goodevent_schema::settings_schemas().into_iter().map(|(name, schema)| {
        let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
        (format!("settings/{name}"), format!("{text}\n"))
    });
    Ok(files.into_iter().chain(settings).collect())
}
