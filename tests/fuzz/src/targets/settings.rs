//! Any texts as the files beside the schemas of a registry: settings, lock and baseline.

use goodevent_build::{Loaded, crate_files};
use goodevent_check::lint::{baseline, lint};
use goodevent_schema::{lock, output, source::Sources};

use super::lint::options;
use crate::{
    input::parts,
    registry::{check_findings, files},
};

const CONTRACT: &[u8] = br#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "OrderPlacedV1Event",
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid" }, "atUtc": { "type": "string", "format": "date-time" } },
  "x-event": { "status": "released", "owner": "shop", "dedupKey": ["/id"] }
}"#;

/// Path of the baseline.
const BASELINE: &str = "goodevent.baseline";

pub(super) fn run(data: &[u8]) {
    let [settings, context, locked, known] = parts(data);
    let all = [
        ("goodevent.toml", settings),
        ("orders/context.toml", context),
        (lock::FILE, locked),
        (BASELINE, known),
        ("orders/OrderPlacedV1Event.json", CONTRACT),
    ];
    let loaded = Loaded::of(files(all));
    check_findings(&loaded.diagnostics, &loaded.sources);
    let found = lint(&loaded.sources, &loaded.registry, loaded.diagnostics.clone(), &options());
    check_findings(&found, &loaded.sources);
    check_lock(&loaded);
    check_baseline(&files(all.into_iter().filter(|(path, _)| *path != BASELINE)));
    check_outputs(&loaded);
}

/// A lock is read as it was written.
fn check_lock(loaded: &Loaded) {
    let lock = &loaded.registry.lock;
    let text = lock.to_text();
    let again = Loaded::of(files([(lock::FILE, text.as_bytes())]));
    let is_read = again.diagnostics.iter().all(|finding| finding.rule != "malformed-lock");
    assert!(is_read, "{text}: {:?}", again.diagnostics);
    let entries = |lock: &lock::Lock| {
        lock.entries.iter().map(|(name, entry)| (name.clone(), entry.digest.clone())).collect::<Vec<_>>()
    };
    assert_eq!(entries(&again.registry.lock), entries(lock), "{text}");
    assert_eq!(again.registry.lock.notes, lock.notes, "{text}");
}

/// A baseline suppresses the findings that it lists.
fn check_baseline(sources: &Sources) {
    let of = |sources: &Sources| {
        let loaded = Loaded::of(sources.clone());
        lint(sources, &loaded.registry, loaded.diagnostics, &options())
    };
    let (text, others) = baseline(of(sources), sources);
    let all = sources.files.iter().map(|file| (file.path.as_str(), &*file.bytes));
    let found = of(&files(all.chain([(BASELINE, text.as_bytes())])));
    for finding in found {
        let is_other = others.iter().any(|other| (other.rule, &other.headline) == (finding.rule, &finding.headline));
        assert!(is_other, "the baseline knows it: {finding:?}\n{text}");
    }
}

/// The outputs that settings name are made, or the error gives the reason.
fn check_outputs(loaded: &Loaded) {
    let templates = goodevent_templates::all();
    match crate_files(loaded, "a test", &templates) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(made) => {
            for (path, text) in made {
                assert_eq!(output::fault(&path), None, "{path}");
                let is_rust = path.starts_with("src/") && path.ends_with(".rs");
                assert!(!is_rust || syn::parse_file(&text).is_ok(), "{path}: {text}");
            }
        }
    }
}
