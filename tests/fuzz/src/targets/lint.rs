//! The linter over any schemas, and what its fixes leave.

use goodevent_check::lint::{self, Options};
use goodevent_schema::{
    diagnostic::{Safety, has_errors},
    source::{SourceId, Sources},
    syntax,
};

use crate::registry::{Read, check_findings, schemas};

pub(super) fn run(data: &[u8]) {
    let read = Read::of(schemas(data));
    let found = lint::lint(&read.sources, &read.registry, read.found.clone(), &options());
    check_findings(&found, &read.sources);
    for safety in [Safety::Safe, Safety::Unsafe] {
        check_fixes(&read, safety);
    }
}

pub(super) fn options() -> Options<'static> {
    Options { today: "2026-11-28".to_owned(), ..Options::default() }
}

/// Fixes leave schemas that are read as before, and nothing for a second run.
fn check_fixes(read: &Read, safety: Safety) {
    let once = lint::fix(&read.sources, &options(), safety);
    check_findings(&once.found, &once.sources);
    if once.changed.is_empty() {
        return;
    }
    for file in &once.changed {
        let n_faults = |sources: &Sources| faults(*file, sources);
        assert!(
            n_faults(&once.sources) <= n_faults(&read.sources),
            "the text is broken: {}",
            shown(*file, &once.sources)
        );
    }
    let fixed = Read::of(once.sources.clone());
    assert!(has_errors(&read.found) || !has_errors(&fixed.found), "the schema is wrong now: {:?}", fixed.found);
    let twice = lint::fix(&once.sources, &options(), safety);
    for file in &twice.changed {
        let (was, is) = (shown(*file, &once.sources), shown(*file, &twice.sources));
        assert_eq!(is, was, "a second run changes the text again");
    }
}

/// The number of faults of a file as JSON; more than any number if it is none.
fn faults(file: SourceId, sources: &Sources) -> usize {
    let (tree, found) = syntax::parse(file, &sources[file].bytes);
    if tree.is_some() { found.len() } else { usize::MAX }
}

fn shown(file: SourceId, sources: &Sources) -> String {
    String::from_utf8_lossy(&sources[file].bytes).into_owned()
}
