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
use crate::wire;

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
    let mut state = State::of(sources.clone(), options);
    let mut rejected: BTreeSet<Key> = BTreeSet::new();
    let (mut changed, mut n_fixed) = (BTreeSet::new(), 0);
    // What is mended can show something else that can be; there is an end to it, since nothing new is allowed.
    loop {
        let mut fixes: Vec<(Key, Vec<Edit>)> = Vec::new();
        for finding in &state.found {
            let fix = finding.fix.as_ref().filter(|fix| fix.safety <= safety);
            fixes.extend(fix.map(|fix| (state.key(finding), fix.edits.clone())));
        }
        fixes.retain(|(key, _)| !rejected.contains(key));
        fixes.sort_by(|left, right| left.1[0].span.cmp(&right.1[0].span));
        let fixes = apart(fixes);
        if fixes.is_empty() {
            return Fixed { sources: state.sources, changed, n_fixed, found: state.found };
        }
        let kept = state.try_all(&fixes, options, &mut rejected);
        n_fixed += kept.len();
        changed.extend(kept.iter().flat_map(|(_, edits)| edits).map(|edit| edit.span.source));
    }
}

/// A finding, wherever it stands in its file.
type Key = (String, &'static str, String);

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

    fn key(&self, finding: &Diagnostic) -> Key {
        (self.sources[finding.span.source].path.clone(), finding.rule, finding.headline.clone())
    }

    /// Applies all of `fixes`, or those halves of them that do no harm; says which were kept.
    fn try_all<'f>(
        &mut self,
        fixes: &'f [(Key, Vec<Edit>)],
        options: &Options<'_>,
        rejected: &mut BTreeSet<Key>,
    ) -> Vec<&'f (Key, Vec<Edit>)> {
        let next = Self::of(edited(&self.sources, fixes), options);
        let before: BTreeSet<Key> = self.found.iter().map(|finding| self.key(finding)).collect();
        let is_new = |finding: &Diagnostic| !before.contains(&next.key(finding));
        let does_harm = next.released != self.released || next.found.iter().any(is_new);
        if !does_harm {
            *self = next;
            return fixes.iter().collect();
        }
        let [_, _, ..] = fixes else {
            rejected.extend(fixes.iter().map(|(key, _)| key.clone()));
            return Vec::new();
        };
        let (first, second) = fixes.split_at(fixes.len() / 2);
        let kept = self.try_all(first, options, rejected);
        // The rest is at other places now, and comes again in the next round.
        if kept.is_empty() { self.try_all(second, options, rejected) } else { kept }
    }
}

fn released(registry: &Registry) -> BTreeMap<String, String> {
    let contexts = registry.contexts.iter();
    let contracts = contexts.flat_map(|(name, context)| context.contracts.iter().map(move |contract| (name, contract)));
    contracts
        .map(|(context, contract)| (format!("{context}/{}", contract.name), contract))
        .filter(|(path, contract)| contract.facts.status != Status::Draft || registry.lock.entries.contains_key(path))
        .map(|(path, contract)| (path, wire::digest(&registry.schemas.graph, contract.root)))
        .collect()
}

/// Those whose edits are apart from all before them. What is added at one place, behind a comma each, gets along.
fn apart(fixes: Vec<(Key, Vec<Edit>)>) -> Vec<(Key, Vec<Edit>)> {
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

fn edited(sources: &Sources, fixes: &[(Key, Vec<Edit>)]) -> Sources {
    let mut sources = sources.clone();
    let mut edits: Vec<&Edit> = fixes.iter().flat_map(|(_, edits)| edits).collect();
    // From the end on, so that places before stay where they are.
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    for edit in edits {
        let bytes = &mut sources.files[edit.span.source.0 as usize].bytes;
        bytes.splice(edit.span.start as usize..edit.span.end as usize, edit.text.bytes());
    }
    sources
}
