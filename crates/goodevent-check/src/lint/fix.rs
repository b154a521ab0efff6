//! Flaws mended in the text of the contracts.
//!
//! Every change is tried before it is kept: it must not bring a new finding along, and no contract that was released may
//! accept other payloads than before.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::{
    Registry, analyze,
    diagnostic::{Diagnostic, Edit, Safety},
    facts::Status,
    source::{SourceId, Sources},
};

use super::{Options, lint};
use crate::{edit, wire};

/// What became of the registry.
#[derive(Debug, Clone)]
pub struct Fixed {
    /// Its files.
    pub sources: Sources,
    /// Those that differ from before.
    pub changed: BTreeSet<SourceId>,
    /// How many flaws were mended.
    pub n_fixed: usize,
    /// What is left.
    pub found: Vec<Diagnostic>,
}

/// Mends what can be mended, up to what is as risky as `safety`.
#[must_use]
pub fn fix(sources: &Sources, options: &Options<'_>, safety: Safety) -> Fixed {
    let options = &Options { wants_fixes: true, ..options.clone() };
    let mut state = State::of(sources.clone(), options);
    let (mut changed, mut n_fixed) = (BTreeSet::new(), 0);
    // What did harm at first may not do so later. A pass that mends nothing says that another would not, either.
    loop {
        let kept = state.pass(options, safety);
        if kept.is_empty() {
            return Fixed { sources: state.sources, changed, n_fixed, found: state.found };
        }
        n_fixed += kept.len();
        changed.extend(kept.iter().flat_map(|(_, edits)| edits).map(|edit| edit.span.source));
    }
}

/// A finding, wherever it stands in its file: of those that say the same, its number.
type Key = (String, &'static str, String, usize);

struct State {
    sources: Sources,
    found: Vec<Diagnostic>,
    /// Digests of released contracts, by name.
    released: BTreeMap<String, String>,
}

impl State {
    fn of(sources: Sources, options: &Options<'_>) -> Self {
        let (registry, found) = analyze(&sources);
        let found = lint(&sources, &registry, found, options);
        let released = released(&registry);
        Self { sources, found, released }
    }

    /// Mends what does no harm, until nothing is left of that.
    fn pass(&mut self, options: &Options<'_>, safety: Safety) -> Vec<Mend> {
        let mut trial = Trial { n_left: 24, rejected: BTreeSet::new() };
        let mut kept = Vec::new();
        loop {
            let mut fixes: Vec<Mend> = Vec::new();
            for (finding, key) in self.found.iter().zip(self.keys()) {
                let fix = finding.fix.as_ref().filter(|fix| fix.safety <= safety);
                fixes.extend(fix.map(|fix| (key, fix.edits.clone())));
            }
            fixes.retain(|(key, _)| !trial.rejected.contains(key));
            fixes.sort_by(|left, right| left.1[0].span.cmp(&right.1[0].span));
            let fixes = apart(fixes);
            if fixes.is_empty() {
                return kept;
            }
            kept.extend(self.try_all(fixes, options, &mut trial));
        }
    }

    fn keys(&self) -> Vec<Key> {
        let mut counts: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
        let keys = self.found.iter().map(|finding| {
            let path = self.sources.get(finding.span.source).map_or("", |source| source.path.as_str());
            let n = counts.entry((path, finding.rule, &finding.headline)).or_insert(0);
            *n += 1;
            (path.to_owned(), finding.rule, finding.headline.clone(), *n)
        });
        keys.collect()
    }

    /// Applies `fixes`, or those parts of them that do no harm; says which were kept.
    fn try_all(&mut self, fixes: Vec<Mend>, options: &Options<'_>, trial: &mut Trial) -> Vec<Mend> {
        let next = Self::of(edited(&self.sources, &fixes), options);
        let before: BTreeSet<Key> = self.keys().into_iter().collect();
        let new: BTreeSet<Key> = next.keys().into_iter().filter(|key| !before.contains(key)).collect();
        if next.released == self.released && new.is_empty() {
            *self = next;
            return fixes;
        }
        trial.n_left = trial.n_left.saturating_sub(1);
        // Where nothing new is found, nothing was done wrong; else one rule's fixes are tried at a time.
        let harmed: BTreeSet<&str> = new.iter().map(|(path, ..)| path.as_str()).collect();
        let is_harmed = |(path, ..): &Key| harmed.contains(path.as_str());
        let rule = fixes[0].0.1;
        let (mut first, mut second): (Vec<Mend>, Vec<Mend>) = match fixes.iter().any(|(key, _)| !is_harmed(key)) {
            true if !harmed.is_empty() => fixes.into_iter().partition(|(key, _)| !is_harmed(key)),
            _ => fixes.into_iter().partition(|((_, own, ..), _)| *own == rule),
        };
        if second.is_empty() {
            second = first.split_off(first.len() / 2);
        }
        if first.is_empty() || trial.n_left == 0 {
            trial.rejected.extend(first.into_iter().chain(second).map(|(key, _)| key));
            return Vec::new();
        }
        let kept = self.try_all(first, options, trial);
        // The rest is at other places now, and comes again in the next round.
        if kept.is_empty() { self.try_all(second, options, trial) } else { kept }
    }
}

/// A finding and what would mend it.
type Mend = (Key, Vec<Edit>);

/// What was learnt from attempts.
struct Trial {
    /// Attempts that may still fail. A registry in which many fixes do harm is not searched for ever.
    n_left: usize,
    /// What does harm.
    rejected: BTreeSet<Key>,
}

fn released(registry: &Registry) -> BTreeMap<String, String> {
    let contracts = registry.contracts().map(|contract| (contract.key(), contract));
    contracts
        .filter(|(path, contract)| contract.facts.status != Status::Draft || registry.lock.entries.contains_key(path))
        .map(|(path, contract)| (path, wire::digest(&registry.schemas.graph, contract.root)))
        .collect()
}

/// Those whose edits are apart from all before them. What is added at one place, behind a comma each, gets along.
fn apart(fixes: Vec<Mend>) -> Vec<Mend> {
    let mut taken: Vec<Edit> = Vec::new();
    let is_added = |edit: &Edit| edit.span.start == edit.span.end && edit.text.starts_with(',');
    let collide = |left: &Edit, right: &Edit| {
        let are_apart = left.span.end < right.span.start || right.span.end < left.span.start;
        let are_added = left.span == right.span && is_added(left) && is_added(right) && left.text != right.text;
        left.span.source == right.span.source && !are_apart && !are_added
    };
    let mut kept = Vec::new();
    for (key, edits) in fixes {
        if !edits.iter().any(|edit| taken.iter().any(|other| collide(edit, other))) {
            taken.extend(edits.iter().cloned());
            kept.push((key, edits));
        }
    }
    kept
}

fn edited(sources: &Sources, fixes: &[Mend]) -> Sources {
    let mut sources = sources.clone();
    let mut edits: BTreeMap<SourceId, Vec<&Edit>> = BTreeMap::new();
    for edit in fixes.iter().flat_map(|(_, edits)| edits) {
        edits.entry(edit.span.source).or_default().push(edit);
    }
    for (source, edits) in edits {
        let bytes = &mut sources.files[source.0 as usize].bytes;
        *bytes = edit::apply(bytes, edits).into();
    }
    sources
}
