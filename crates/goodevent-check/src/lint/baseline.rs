//! `goodevent.baseline`: findings that existed when a registry adopted the linter, and are not reported.
//!
//! ```text
//! 2 missing-description orders/OrderPlacedV1Event.json the property `note` has no `description`
//! ```
//!
//! A line consists of a number, a rule, a file and a headline. It has no position, because a file may change elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::{
    diagnostic::{Diagnostic, Edit, Level},
    source::{Source, SourceId, Sources, Span},
};

use super::{
    context::Cx,
    rules::{self, malformed_baseline, stale_baseline},
};

/// Name of the file, at the root of the registry.
pub const FILE: &str = "goodevent.baseline";

/// Converts findings to a baseline, and returns errors that a baseline cannot cover, because they prevent generation.
#[must_use]
pub fn baseline(found: Vec<Diagnostic>, sources: &Sources) -> (String, Vec<Diagnostic>) {
    let (others, known): (Vec<_>, Vec<_>) = found.into_iter().partition(rules::is_certain);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for finding in &known {
        *counts.entry(key(finding, sources)).or_insert(0) += 1;
    }
    let lines = counts.into_iter().map(|(key, n)| format!("{n} {key}\n"));
    let header = "# Findings that were there before. Made by `goodevent lint --write-baseline`.\n".to_owned();
    ([header].into_iter().chain(lines).collect(), others)
}

fn key(finding: &Diagnostic, sources: &Sources) -> String {
    let path = sources.get(finding.span.source).map_or(".", |source| &source.path);
    format!("{} {path} {}", finding.rule, finding.headline.replace('\n', " "))
}

/// Those of `found` that are not known, and what is wrong with the baseline itself.
///
/// Unless `is_whole`, errors keep rules from reporting known findings.
pub(super) fn unknown(cx: &Cx<'_>, found: Vec<Diagnostic>, is_whole: bool) -> Vec<Diagnostic> {
    let Some((id, file)) = file(cx.sources) else { return found };
    let mut left = Vec::new();
    let mut known = entries(id, &file.bytes, &mut left);
    let excluded = unexcused(cx);
    for finding in found {
        let key = key(&finding, cx.sources);
        let counts = rules::is_certain(&finding) || excluded.contains(&key);
        let entry = known.get_mut(&key).filter(|_| !counts);
        match entry.filter(|entry| entry.n > 0) {
            Some(entry) => entry.n -= 1,
            None => left.push(finding),
        }
    }
    for (key, entry) in known.into_iter().filter(|(_, entry)| entry.n > 0 && is_whole) {
        let rule = key.split(' ').next().unwrap_or_default();
        // One about what was released is for a change that is to come, or was judged where that came.
        if rules::guards_releases(rule) {
            continue;
        }
        let times = if entry.n == 1 { "once".to_owned() } else { format!("{} times", entry.n) };
        let headline = format!("`{rule}` is in the baseline {times} more often than it is reported");
        let help = "`goodevent lint --write-baseline` updates the file, `--fix` removes obsolete lines";
        let finding = Diagnostic::warning(stale_baseline::RULE.id, entry.span, headline).help(help);
        left.push(finding.fix(entry.removal()));
    }
    left
}

fn file(sources: &Sources) -> Option<(SourceId, &Source)> {
    sources.iter().find(|(_, source)| source.path == FILE)
}

/// The lines of the baseline that excuse nothing: they are about released contracts, and the earlier baseline lacks them.
fn unexcused(cx: &Cx<'_>) -> BTreeSet<String> {
    let Some(before) = cx.options.before else { return BTreeSet::new() };
    let is_promised = |key: &String| key.split(' ').next().is_some_and(rules::guards_releases);
    let own = keys(cx.sources).into_iter().filter(is_promised);
    let old = keys(before.sources);
    own.filter(|key| !old.contains(key)).collect()
}

/// What the baseline of a registry knows.
fn keys(sources: &Sources) -> BTreeSet<String> {
    let known = file(sources).map(|(id, file)| entries(id, &file.bytes, &mut Vec::new()));
    known.unwrap_or_default().into_keys().collect()
}

struct Entry {
    /// Findings that are known and were not met.
    n: usize,
    /// As the line says.
    n_said: usize,
    span: Span,
}

impl Entry {
    /// The line without those that are gone.
    fn removal(&self) -> Edit {
        let n_digits = self.n_said.to_string().len() as u32;
        match self.n_said - self.n {
            0 => Edit { span: Span { end: self.span.end + 1, ..self.span }, text: String::new() },
            n => Edit { span: Span { end: self.span.start + n_digits, ..self.span }, text: n.to_string() },
        }
    }
}

fn entries(id: SourceId, bytes: &[u8], found: &mut Vec<Diagnostic>) -> BTreeMap<String, Entry> {
    let mut entries = BTreeMap::new();
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let span = Span { source: id, start: at, end: at + line.trim_ascii_end().len() as u32 };
        at += line.len() as u32;
        let text = String::from_utf8_lossy(line.trim_ascii_end());
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let entry = text.split_once(' ').and_then(|(n, key)| Some((n.parse().ok().filter(|n| *n > 0)?, key)));
        match entry {
            Some((n, key)) => drop(entries.insert(key.to_owned(), Entry { n, n_said: n, span })),
            None => {
                let headline = "not a valid line of the baseline";
                let finding = Diagnostic::warning(malformed_baseline::RULE.id, span, headline);
                found.push(finding.help("`goodevent lint --write-baseline` writes the file again"));
            }
        }
    }
    for finding in found {
        finding.level = Level::Error;
    }
    entries
}
