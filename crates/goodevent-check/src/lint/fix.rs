//! Applies the fixes that findings offer.
//!
//! Every fix is tried before it is kept, and judged alone: a fix is rejected if it adds a finding, leaves its own
//! finding in place, leaves a contract that accepts nothing, or changes which payloads a released contract accepts; no
//! other fix is rejected with it. Fixes are tried together as long as they cause no problem. If they do, fixes at the
//! places of the problem are tried apart from the others, and halves if no place is known; files that do not depend on
//! each other are judged in the same run of the linter. If two parts cause a problem together and the first one is
//! kept, the second one causes it, without a further run. *b* harmful fixes among *n* of a file therefore cost about *b*
//! · log(*n* / *b*) runs, and only a few if the places are known; a budget of runs and text limits that ([`Budget`]).

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    rc::Rc,
};

use goodevent_schema::{
    Registry, analyze,
    diagnostic::{Diagnostic, Edit, Fix, Safety},
    facts::Status,
    source::{SourceId, Sources, Span},
};

use super::{Options, lint, proofs::MAX_STEPS};
use crate::{
    edit::{self, Moved},
    solve::{At, Solver},
    wire,
};

/// The registry after the fixes.
#[derive(Debug, Clone)]
pub struct Fixed {
    /// Files of the registry.
    pub sources: Sources,
    /// Changed files.
    pub changed: BTreeSet<SourceId>,
    /// Number of findings that were fixed.
    pub n_fixed: usize,
    /// Remaining findings.
    pub found: Vec<Diagnostic>,
    /// Whether some fixes were not tried, because that would have taken too long.
    pub is_cut: bool,
}

/// Applies fixes up to the risk `safety`, until no harmless fix is left.
#[must_use]
pub fn fix(sources: &Sources, options: &Options<'_>, safety: Safety) -> Fixed {
    let options = &Options { wants_fixes: true, ..options.clone() };
    let (mut state, _) = State::of(sources.clone(), options);
    let (mut changed, mut n_fixed) = (BTreeSet::new(), 0);
    let mut budget = Budget { n_runs: 0, n_bytes: 0, is_cut: false };
    // A fix that did harm may not do so any more when others are kept, so that every round tries all of them.
    loop {
        let mut round = Round { options, state: &state, kept: Vec::new(), next: None, budget: &mut budget };
        round.run(safety);
        let Round { kept, next, .. } = round;
        n_fixed += kept.len();
        changed.extend(kept.iter().flat_map(|offer| &offer.fix.edits).map(|edit| edit.span.source));
        let is_last = next.is_none() || budget.is_cut;
        state = next.unwrap_or(state);
        if is_last {
            let State { sources, found, .. } = state;
            return Fixed { sources, changed, n_fixed, found, is_cut: budget.is_cut };
        }
    }
}

/// A finding, wherever it stands in its file; several can be alike.
type Key<'f> = (SourceId, &'static str, &'f str);

/// A finding and the fix that it offers. Findings can be very many, so that none is copied.
#[derive(Debug, Clone, Copy)]
struct Offer<'f> {
    finding: &'f Diagnostic,
    fix: &'f Fix,
}

/// The files of a registry, with what is found in it. The registry itself takes up most memory, and is asked little.
struct State {
    sources: Sources,
    found: Vec<Diagnostic>,
    /// Digests of released contracts, by name, with their files.
    released: BTreeMap<String, (SourceId, String)>,
    /// For each file one that stands for all that it depends on, or that depend on it.
    islands: Vec<SourceId>,
}

impl State {
    fn of(sources: Sources, options: &Options<'_>) -> (Self, Registry) {
        let (registry, found) = analyze(&sources);
        let found = lint(&sources, &registry, found, options);
        let (released, islands) = (released(&registry), islands(&registry, sources.files.len()));
        (Self { sources, found, released, islands }, registry)
    }

    /// The islands of some with a contract that accepts nothing, as far as that is proved soon.
    fn impossible(&self, registry: &Registry, islands: &BTreeSet<SourceId>) -> BTreeSet<SourceId> {
        let mut solver = Solver::new(vec![&registry.schemas.graph]);
        let own = registry.contracts().map(|contract| (self.island(contract.source), contract.root));
        let asked = own.filter(|(island, _)| islands.contains(island));
        let mut is_impossible = |id| solver.is_impossible(At { side: 0, id }, MAX_STEPS);
        asked.filter(|(_, root)| is_impossible(*root)).map(|(island, _)| island).collect()
    }

    fn island(&self, source: SourceId) -> SourceId {
        self.islands.get(source.0 as usize).copied().unwrap_or(source)
    }

    /// The fixes that are offered: those that exclude instances first, so that an example is made of what is left, and
    /// those of one rule in a row, so that halves of them separate rules first.
    fn offers(&self, safety: Safety) -> Vec<Offer<'_>> {
        let of = |finding| Some(Offer { finding, fix: finding.fix.as_ref().filter(|fix| fix.safety <= safety)? });
        let mut offers: Vec<Offer<'_>> = self.found.iter().filter_map(of).collect();
        offers.sort_by(|left, right| {
            let place = |offer: &Offer<'_>| (Reverse(offer.fix.safety), offer.finding.rule, offer.fix.edits[0].span);
            place(left).cmp(&place(right))
        });
        offers
    }

    /// How `next` is worse than this state, though `tried` was to make it better.
    fn harmed(&self, next: &Self, tried: &[Offer<'_>]) -> Harm {
        let (before, after) = (counts(self.found.iter()), counts(next.found.iter()));
        let due = counts(tried.iter().map(|offer| offer.finding));
        let of = |counts: &HashMap<Key<'_>, usize>, key: &Key<'_>| counts.get(key).copied().unwrap_or(0);
        // A finding that is new, or one that should be gone.
        let is_worse = |key: &Key<'_>, n: usize| n > of(&before, key).saturating_sub(of(&due, key));
        let worse: HashSet<Key<'_>> = after.iter().filter(|(key, n)| is_worse(key, **n)).map(|(key, _)| *key).collect();
        let places = match worse.is_empty() {
            true => Vec::new(),
            false => next.found.iter().filter(|own| worse.contains(&key(own))).map(|own| own.span).collect(),
        };
        let broken = self.released.iter().filter(|(name, released)| next.released.get(*name) != Some(*released));
        let added = next.released.iter().filter(|(name, _)| !self.released.contains_key(*name));
        let files = worse.iter().map(|(source, ..)| *source).chain(broken.chain(added).map(|(_, (source, _))| *source));
        Harm { islands: files.map(|source| self.island(source)).collect(), places }
    }
}

fn key(finding: &Diagnostic) -> Key<'_> {
    (finding.span.source, finding.rule, &finding.headline)
}

/// Number of equal findings, for each.
fn counts<'f>(found: impl Iterator<Item = &'f Diagnostic>) -> HashMap<Key<'f>, usize> {
    let mut counts = HashMap::new();
    for finding in found {
        *counts.entry(key(finding)).or_insert(0) += 1;
    }
    counts
}

/// The harm that fixes did.
struct Harm {
    islands: BTreeSet<SourceId>,
    /// Places of findings that are new, or should be gone.
    places: Vec<Span>,
}

impl Harm {
    /// A group of fixes in two, the first of which is to be tried first; none of a single fix.
    fn parts<'f>(&self, group: Vec<Offer<'f>>) -> Option<(Vec<Offer<'f>>, Vec<Offer<'f>>)> {
        let apart = joined(self.places.clone());
        let touches = |own: Span| {
            let at = apart.partition_point(|place| (place.source, place.end) < (own.source, own.start));
            apart.get(at).is_some_and(|place| place.source == own.source && place.start <= own.end)
        };
        let is_at =
            |offer: &Offer<'_>| offer.fix.edits.iter().map(|edit| edit.span).chain([offer.finding.span]).any(touches);
        let (mut suspects, mut others): (Vec<_>, Vec<_>) = group.into_iter().partition(is_at);
        if suspects.is_empty() || others.is_empty() {
            suspects.append(&mut others);
            others = suspects.split_off(suspects.len().div_ceil(2));
            std::mem::swap(&mut suspects, &mut others);
        }
        Some((others, suspects)).filter(|(_, suspects)| !suspects.is_empty())
    }
}

/// Groups of fixes that are to be tried, the last one first.
#[derive(Default)]
struct Queue<'f>(Vec<Group<'f>>);

struct Group<'f> {
    fixes: Vec<Offer<'f>>,
    /// The harm that these do if as many fixes are kept as stated: those kept, and these, are what was tried before.
    known: Option<(usize, Rc<Harm>)>,
}

impl<'f> Queue<'f> {
    fn push(&mut self, fixes: Vec<Offer<'f>>) {
        self.0.push(Group { fixes, known: None });
    }

    /// The next group of which it is not known whether it does harm, now that so many fixes are kept.
    fn next(&mut self, n_kept: usize) -> Option<Vec<Offer<'f>>> {
        while let Some(Group { fixes, known }) = self.0.pop() {
            match known.filter(|(n_with, _)| *n_with == n_kept) {
                Some((_, harm)) => self.split(fixes, harm, n_kept),
                None => return Some(fixes),
            }
        }
        None
    }

    /// Takes a group that did harm back, in parts; of a single fix nothing is left.
    fn split(&mut self, fixes: Vec<Offer<'f>>, harm: Rc<Harm>, n_kept: usize) {
        let Some((first, rest)) = harm.parts(fixes) else { return };
        let n_with = n_kept + first.len();
        self.0.push(Group { fixes: rest, known: Some((n_with, harm)) });
        self.push(first);
    }
}

/// Places that do not touch each other, in their order.
fn joined(mut places: Vec<Span>) -> Vec<Span> {
    places.sort();
    let mut all: Vec<Span> = Vec::new();
    for place in places {
        match all.last_mut().filter(|last| last.source == place.source && place.start <= last.end) {
            Some(last) => last.end = last.end.max(place.end),
            None => all.push(place),
        }
    }
    all
}

/// Fixes of one text, which places of edits are about.
struct Round<'a> {
    options: &'a Options<'a>,
    /// The text, and what is found in it.
    state: &'a State,
    /// The fixes that do no harm together.
    kept: Vec<Offer<'a>>,
    /// The registry with them; none if none is kept.
    next: Option<State>,
    budget: &'a mut Budget,
}

/// The runs of the linter that may still be made.
///
/// Harmful fixes can be as many as all: each of them is found by a run of its own, over all files.
#[derive(Debug)]
struct Budget {
    n_runs: usize,
    n_bytes: usize,
    /// Whether there was more to try.
    is_cut: bool,
}

impl Budget {
    /// Runs that may be made over registries of any size.
    const MIN_RUNS: usize = 16;

    /// Text that is linted in all further runs together.
    const MAX_BYTES: usize = 32 << 20;

    /// Whether there may be one more, as is wanted.
    fn allows(&mut self) -> bool {
        self.is_cut |= self.n_runs >= Self::MIN_RUNS && self.n_bytes >= Self::MAX_BYTES;
        !self.is_cut
    }

    fn take(&mut self, sources: &Sources) {
        self.n_runs += 1;
        self.n_bytes += sources.files.iter().map(|file| file.bytes.len()).sum::<usize>();
    }
}

impl<'a> Round<'a> {
    /// Tries all that is offered.
    fn run(&mut self, safety: Safety) {
        let mut left = self.state.offers(safety);
        // Fixes of one place exclude each other: the next one has its turn where the one before was rejected.
        while !left.is_empty() && self.budget.allows() {
            let (batch, others) = apart(left, &self.kept);
            self.judge(batch);
            left = others;
        }
    }

    /// Keeps those of `batch` that do no harm.
    fn judge(&mut self, batch: Vec<Offer<'a>>) {
        let state = self.state;
        let mut batches: BTreeMap<SourceId, Vec<Offer<'_>>> = BTreeMap::new();
        for offer in batch {
            batches.entry(state.island(offer.fix.edits[0].span.source)).or_default().push(offer);
        }
        let mut queues: BTreeMap<SourceId, Queue<'_>> = BTreeMap::new();
        batches.into_iter().for_each(|(island, fixes)| queues.entry(island).or_default().push(fixes));
        let mut alone = Queue::default();
        while self.budget.allows() {
            // A group of each island is tried in one go.
            let n_kept = self.n_kept();
            let n_kept = |island: &SourceId| n_kept.get(island).copied().unwrap_or(0);
            let groups: BTreeMap<SourceId, Vec<Offer<'_>>> =
                queues.iter_mut().filter_map(|(island, queue)| Some((*island, queue.next(n_kept(island))?))).collect();
            if groups.is_empty() {
                break;
            }
            let Some(harm) = self.attempt(groups.values().flatten().copied().collect()) else { continue };
            let harm = Rc::new(harm);
            // Harm that is done elsewhere can be the doing of any of them.
            let is_elsewhere = !harm.islands.iter().all(|island| groups.contains_key(island));
            for (island, group) in groups {
                let queue = queues.entry(island).or_default();
                match (is_elsewhere, harm.islands.contains(&island)) {
                    (true, _) => alone.push(group),
                    (false, true) => queue.split(group, harm.clone(), n_kept(&island)),
                    // It comes again without those that do harm.
                    (false, false) => queue.push(group),
                }
            }
        }
        while self.budget.allows() {
            let n_kept = self.kept.len();
            let Some(group) = alone.next(n_kept) else { break };
            if let Some(harm) = self.attempt(group.clone()) {
                alone.split(group, Rc::new(harm), n_kept);
            }
        }
    }

    /// Number of fixes that are kept, for each island.
    fn n_kept(&self) -> BTreeMap<SourceId, usize> {
        let mut n_kept = BTreeMap::new();
        for offer in &self.kept {
            *n_kept.entry(self.state.island(offer.fix.edits[0].span.source)).or_insert(0) += 1;
        }
        n_kept
    }

    /// Keeps the fixes if they do no harm; the harm else, by its places in the text that edits are about.
    fn attempt(&mut self, fixes: Vec<Offer<'a>>) -> Option<Harm> {
        let state = self.state;
        let edits = || self.kept.iter().chain(&fixes).flat_map(|offer| &offer.fix.edits);
        let sources = edit::edited(&state.sources, edits());
        self.budget.take(&sources);
        let (next, registry) = State::of(sources, self.options);
        let before = self.next.as_ref().unwrap_or(state);
        let mut harm = before.harmed(&next, &fixes);
        if harm.islands.is_empty() {
            // A contract that accepts nothing any more, though nothing else is wrong with it than before.
            let changed =
                fixes.iter().flat_map(|offer| &offer.fix.edits).map(|edit| state.island(edit.span.source)).collect();
            let emptied = next.impossible(&registry, &changed);
            if !emptied.is_empty() {
                let known = before.impossible(&analyze(&before.sources).0, &changed);
                harm.islands.extend(emptied.difference(&known));
            }
        }
        if !harm.islands.is_empty() {
            let moved = Moved::of(&state.sources, edits());
            harm.places.iter_mut().for_each(|place| *place = moved.back(*place));
            return Some(harm);
        }
        self.kept.extend(fixes);
        self.next = Some(next);
        None
    }
}

fn released(registry: &Registry) -> BTreeMap<String, (SourceId, String)> {
    let contracts = registry.contracts().map(|contract| (contract.key(), contract));
    contracts
        .filter(|(path, contract)| contract.facts.status != Status::Draft || registry.lock.entries.contains_key(path))
        .map(|(path, contract)| (path, (contract.source, wire::digest(&registry.schemas.graph, contract.root))))
        .collect()
}

/// For each file the first of those that it is connected with by references.
fn islands(registry: &Registry, n_files: usize) -> Vec<SourceId> {
    let mut islands: Vec<SourceId> = (0..n_files as u32).map(SourceId).collect();
    let graph = &registry.schemas.graph;
    let first = |islands: &[SourceId], mut source: SourceId| {
        while let Some(next) = islands.get(source.0 as usize).filter(|next| **next != source) {
            source = *next;
        }
        source
    };
    for schema in &graph.schemas {
        for target in schema.keywords.targets().map(|target| graph[target].span.source) {
            let (own, other) = (first(&islands, schema.span.source), first(&islands, target));
            if let Some(island) = islands.get_mut(own.max(other).0 as usize) {
                *island = own.min(other);
            }
        }
    }
    (0..n_files as u32).map(|source| first(&islands, SourceId(source))).collect()
}

/// Those whose edits are apart from `kept` and from all before them, and the others, but for those that `kept` excludes.
/// What is added at one place, behind a comma each, gets along.
fn apart<'f>(fixes: Vec<Offer<'f>>, kept: &[Offer<'f>]) -> (Vec<Offer<'f>>, Vec<Offer<'f>>) {
    let kept = Taken::of(kept.iter().flat_map(|offer| &offer.fix.edits));
    let mut taken = kept.clone();
    let (mut batch, mut others) = (Vec::new(), Vec::new());
    for offer in fixes.into_iter().filter(|offer| !offer.fix.edits.iter().any(|edit| kept.collides(edit))) {
        if offer.fix.edits.iter().any(|edit| taken.collides(edit)) {
            others.push(offer);
        } else {
            offer.fix.edits.iter().for_each(|edit| taken.add(edit));
            batch.push(offer);
        }
    }
    (batch, others)
}

/// Places that edits take, by where they begin; no two overlap.
#[derive(Clone, Default)]
struct Taken<'f>(BTreeMap<(SourceId, u32), Place<'f>>);

/// The edits that begin at one place.
#[derive(Clone, Default)]
struct Place<'f> {
    /// Texts that are added there, behind a comma each. A list that grows by thousands of items grows at one place.
    added: HashSet<&'f str>,
    others: Vec<&'f Edit>,
}

impl Place<'_> {
    /// Whether an edit may not be applied beside those at this place, which begin at `start`.
    fn collides(&self, start: u32, edit: &Edit) -> bool {
        let touches = |other: &Edit| edit.span.start <= other.span.end && other.span.start <= edit.span.end;
        let touches_added = !self.added.is_empty() && edit.span.start <= start && start <= edit.span.end;
        let gets_along = || is_added(edit) && edit.span.start == start && !self.added.contains(edit.text.as_str());
        self.others.iter().copied().any(touches) || (touches_added && !gets_along())
    }
}

/// Whether an edit adds something behind a comma.
fn is_added(edit: &Edit) -> bool {
    edit.span.start == edit.span.end && edit.text.starts_with(',')
}

impl<'f> Taken<'f> {
    fn of(edits: impl Iterator<Item = &'f Edit>) -> Self {
        let mut taken = Self::default();
        edits.for_each(|edit| taken.add(edit));
        taken
    }

    fn add(&mut self, edit: &'f Edit) {
        let place = self.0.entry((edit.span.source, edit.span.start)).or_default();
        if is_added(edit) {
            place.added.insert(&edit.text);
        } else {
            place.others.push(edit);
        }
    }

    fn collides(&self, edit: &Edit) -> bool {
        // Those that begin within, and the last place before.
        let source = edit.span.source;
        let within = self.0.range((source, edit.span.start)..=(source, edit.span.end));
        let before = self.0.range((source, 0)..(source, edit.span.start)).next_back();
        within.chain(before).any(|((_, start), place)| place.collides(*start, edit))
    }
}

#[cfg(test)]
#[path = "fix_tests.rs"]
mod tests;
