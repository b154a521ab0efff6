//! Versions of one event, compared with each other.

use goodevent_schema::{
    Registry, analyze,
    source::{Source, Sources},
};

use super::{Mode, Snapshot, Version, chain, compare};

/// A registry of these versions of one event.
fn registry(versions: &[(u32, &str)]) -> (Sources, Registry) {
    let files = versions.iter().map(|(version, schema)| {
        let path = format!("a/ThingSeenV{version}Event.json");
        Source { path, uri: None, bytes: schema.as_bytes().into() }
    });
    let sources = Sources { root: String::new(), files: files.collect() };
    let (registry, _) = analyze(&sources);
    (sources, registry)
}

/// Every pair that breaks, with the version of the registry that the older one is of.
fn broken(before: &[(u32, &str)], after: &[(u32, &str)], mode: Mode) -> Vec<(u32, u32, Version)> {
    let (before, after) = (registry(before), registry(after));
    let [before, after] = [&before, &after].map(|(sources, registry)| Snapshot { sources, registry });
    let steps = chain(before, after, &compare(before, after));
    let broken = steps.iter().filter(|step| step.changes.iter().any(|change| mode.objection(change).is_some()));
    broken.map(|step| (step.older.name.version(), step.newer.name.version(), step.of)).collect()
}

const SHORT: &str = r#"{"type":"string","maxLength":1}"#;
const MIDDLE: &str = r#"{"type":"string","maxLength":2}"#;
const LONG: &str = r#"{"type":"string","maxLength":3}"#;

#[test]
fn a_new_version_is_held_against_all_older_ones() {
    let old = [(1, LONG), (2, LONG)];
    let new = [(1, LONG), (2, LONG), (3, SHORT)];
    assert_eq!(broken(&old, &new, Mode::Backward), [(1, 3, Version::New), (2, 3, Version::New)]);
    assert_eq!(broken(&old, &new, Mode::Forward), []);
    assert_eq!(broken(&old, &old, Mode::Full), []);
    assert_eq!(broken(&new, &new, Mode::Full), []);
    // It is older than all others, but they have to keep to it from now on.
    assert_eq!(broken(&[(2, SHORT)], &[(1, LONG), (2, SHORT)], Mode::Backward), [(1, 2, Version::New)]);
}

#[test]
fn a_version_that_is_gone_counts_as_it_was() {
    let new = [(2, MIDDLE), (3, SHORT)];
    assert_eq!(broken(&[(1, LONG), (2, MIDDLE)], &new, Mode::Backward), [(1, 3, Version::Old), (2, 3, Version::New)]);
    assert_eq!(broken(&[(1, LONG), (2, MIDDLE), (3, SHORT)], &new, Mode::Backward), []);
}

#[test]
fn a_chain_breaks_exactly_if_a_step_does() {
    let schemas = [SHORT, MIDDLE, LONG, r#"{"enum":["a","b"]}"#, r#"{"enum":["a"]}"#, r#"{"type":"integer"}"#];
    for first in schemas {
        for second in schemas {
            for third in schemas {
                for mode in [Mode::Backward, Mode::Forward, Mode::Full] {
                    let found = broken(&[], &[(1, first), (2, second), (3, third)], mode);
                    for (pair, old, new) in [((1, 2), first, second), ((2, 3), second, third)] {
                        let is_found = found.contains(&(pair.0, pair.1, Version::New));
                        let is_broken = !broken(&[], &[(pair.0, old), (pair.1, new)], mode).is_empty();
                        assert_eq!(is_found, is_broken, "{first} {second} {third} {mode:?}");
                    }
                    // What is in each other step by step is in each other altogether.
                    let is_stepwise = found.iter().any(|(old, new, _)| new - old == 1);
                    assert_eq!(is_stepwise, !found.is_empty(), "{first} {second} {third} {mode:?}");
                }
            }
        }
    }
}
