//! The Good Event Test as a linter.
//!
//! A rule is a file in `rules/` with its documentation, and a line in [`rules::ALL`].

mod allowed;
mod anchors;
mod baseline;
mod cascade;
mod context;
mod envelope;
mod fix;
mod levels;
mod misspelt;
mod offer;
mod pairs;
mod promised;
mod proofs;
mod reach;
mod rule;
pub mod rules;
mod suppress;
mod words;

use goodevent_schema::{Registry, diagnostic::Diagnostic, source::Sources};

pub use self::{
    baseline::{FILE as BASELINE, baseline},
    fix::{Fixed, fix},
    rule::{Category, Fix, Rule},
};
use self::{cascade::Cascade, context::Cx, levels::Levels};
use crate::compat::Snapshot;

/// Inputs of a run besides the registry.
#[derive(Debug, Clone, Default)]
pub struct Options<'r> {
    /// Current date, `YYYY-MM-DD`, for suppressions and sunsets.
    pub today: String,
    /// Whether warnings are errors.
    pub deny_warnings: bool,
    /// Whether findings in `goodevent.baseline` are reported.
    pub ignores_baseline: bool,
    /// Whether to compute expensive fixes.
    pub wants_fixes: bool,
    /// Baseline registry, for rules about changes.
    pub before: Option<Snapshot<'r>>,
}

/// Lints every contract with every enabled rule, and adds the diagnostics `found` when the registry was read. Findings are in
/// the order of files and spans; spans in the baseline registry are those of [`Sources::followed_by`].
#[must_use]
pub fn lint(sources: &Sources, registry: &Registry, found: Vec<Diagnostic>, options: &Options<'_>) -> Vec<Diagnostic> {
    misspelt::without_consequences(sources, once(sources, registry, found, options), options)
}

/// All findings, those included that follow from others' slips of spelling.
fn once(sources: &Sources, registry: &Registry, found: Vec<Diagnostic>, options: &Options<'_>) -> Vec<Diagnostic> {
    let mut cx = Cx::new(sources, registry, options);
    cx.found = found;
    cx.run(rules::ALL);
    let levels = Levels::new(registry, options, &mut cx);
    let cascade = Cascade::new(&cx, &levels);
    if !cascade.is_empty() {
        let found = std::mem::take(&mut cx.found);
        cx.found = found.into_iter().filter(|finding| !cascade.covers(&cx, finding)).collect();
    }
    cx.screen();
    let mut found = suppress::apply(cx, &levels, &cascade);
    let key = |found: &Diagnostic| (found.span, found.rule);
    // In place: a copy of all findings would be the most memory of all.
    found.sort_unstable_by(|left, right| key(left).cmp(&key(right)).then_with(|| left.headline.cmp(&right.headline)));
    found.dedup();
    found
}

#[cfg(test)]
mod cascade_tests;
#[cfg(test)]
mod impossible_tests;
#[cfg(test)]
mod rules_tests;
#[cfg(test)]
mod tests;
