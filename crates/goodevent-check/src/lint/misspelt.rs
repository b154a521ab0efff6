//! One typo, one finding: findings that follow from a misspelt keyword or format are not reported.
//!
//! The linter itself decides, over the files without the typo.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::{
    Registry, analyze,
    diagnostic::{Diagnostic, Edit, Level},
    source::{SourceId, Sources},
};

use super::rules;
use crate::edit::{self, Moved};

/// Rules whose suggestion is the name that was meant.
const RULES: [&str; 2] = ["unknown-format", "unknown-keyword"];

/// Among more findings than these, slips are not looked into: that takes as much time and memory once more.
const MANY: usize = 50_000;

/// The findings without those that follow from a slip, which counts as much as what follows from it; `once` runs the linter.
pub(super) fn without_consequences(
    sources: &Sources,
    found: Vec<Diagnostic>,
    once: impl Fn(&Sources, &Registry, Vec<Diagnostic>) -> Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let is_slip = |finding: &Diagnostic| RULES.contains(&finding.rule) && finding.fix.is_some();
    let fixes = found.iter().filter(|finding| is_slip(finding)).filter_map(|finding| finding.fix.as_ref());
    let edits: Vec<Edit> = fixes.flat_map(|fix| fix.edits.iter().cloned()).collect();
    // Of very many, nobody reads what follows from which.
    if edits.is_empty() || found.len() > MANY {
        return found;
    }
    let fixed = edit::edited(sources, edits.iter());
    let (registry, read) = analyze(&fixed);
    // A file with errors is not linted completely, so nothing follows from what is missing there.
    let broken: BTreeSet<SourceId> =
        read.iter().filter(|own| rules::is_certain(own)).map(|own| own.span.source).collect();
    let moved = Moved::of(sources, edits.iter());
    let left: BTreeSet<(SourceId, u32, &'static str)> = once(&fixed, &registry, read)
        .iter()
        .map(|finding| (finding.span.source, moved.back(finding.span).start, finding.rule))
        .collect();
    let follows = |finding: &Diagnostic| {
        let (source, start) = (finding.span.source, finding.span.start);
        !is_slip(finding) && !broken.contains(&source) && !left.contains(&(source, start, finding.rule))
    };
    let (gone, mut kept): (Vec<Diagnostic>, Vec<Diagnostic>) = found.into_iter().partition(follows);
    let mut worst: BTreeMap<SourceId, Level> = BTreeMap::new();
    for finding in &gone {
        let worst = worst.entry(finding.span.source).or_insert(finding.level);
        *worst = (*worst).max(finding.level);
    }
    let of_all = worst.values().copied().max();
    let own: BTreeSet<SourceId> = edits.iter().map(|edit| edit.span.source).collect();
    let is_elsewhere = worst.keys().any(|source| !own.contains(source));
    for finding in kept.iter_mut().filter(|finding| is_slip(finding)) {
        let level = if is_elsewhere { of_all } else { worst.get(&finding.span.source).copied() };
        finding.level = level.map_or(finding.level, |level| level.max(finding.level));
    }
    kept
}

#[cfg(test)]
mod tests {
    use goodevent_schema::diagnostic::Level;

    use crate::lint::tests::{CONTEXT, file, good, lint_files};

    /// The findings of the good contract after each occurrence of a text was replaced.
    fn found(from: &str, to: &str) -> Vec<(&'static str, Level)> {
        let text = format!("{:#}", good());
        assert!(text.contains(from), "{from}");
        let contract = file("orders/OrderPlacedV1Event.json", text.replace(from, to));
        let found = lint_files(vec![contract, file("orders/context.toml", CONTEXT)]);
        found.into_iter().map(|finding| (finding.rule, finding.level)).collect()
    }

    #[test]
    fn a_slip_is_one_finding_that_counts_as_what_follows_from_it() {
        use Level::{Error, Warning};
        for (from, to, rule, n_slips, level) in [
            ("\"uuid\"", "\"uuidd\"", "unknown-format", 1, Error),
            ("\"date-time\"", "\"datetime\"", "unknown-format", 1, Warning),
            ("\"required\"", "\"requierd\"", "unknown-keyword", 1, Error),
            ("\"format\"", "\"fromat\"", "unknown-keyword", 2, Error),
            ("\"x-event\"", "\"x-events\"", "unknown-keyword", 1, Error),
            ("\"type\": \"string\"", "\"tipe\": \"string\"", "unknown-keyword", 2, Error),
            ("\"properties\"", "\"propertys\"", "unknown-keyword", 1, Error),
            ("\"additionalProperties\"", "\"aditionalProperties\"", "unknown-keyword", 1, Error),
            ("\"maxLength\"", "\"maxLenght\"", "unknown-keyword", 1, Error),
            ("\"description\": \"A", "\"descripton\": \"A", "unknown-keyword", 1, Warning),
            ("\"enum\"", "\"enun\"", "unknown-keyword", 1, Error),
        ] {
            let found = found(from, to);
            assert!(found.iter().all(|(own, _)| *own == rule) && found.len() == n_slips, "{to}: {found:?}");
            assert!(found.iter().any(|(_, own)| *own >= level), "{to}: {found:?}");
        }
    }

    #[test]
    fn what_is_wrong_without_the_slip_stays() {
        let text = format!("{:#}", good()).replace("\"uuid\"", "\"uuidd\"").replace("\"frequency\": \"10s/hour\",", "");
        let found =
            lint_files(vec![file("orders/OrderPlacedV1Event.json", text), file("orders/context.toml", CONTEXT)]);
        let mut rules: Vec<&str> = found.iter().map(|finding| finding.rule).collect();
        rules.sort_unstable();
        assert_eq!(rules, ["missing-frequency", "unknown-format"]);
    }
}
