//! The verdict of each difference in isolation, at each place of a payload.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    rc::Rc,
};

use goodevent_schema::{ir::SchemaId, source::Span};

use super::{
    found::{Change, Found, Place, site},
    identity::Identity,
    prove::{Prover, Verdict},
};
use crate::solve::Site;

/// A change of a shared type is reported at up to 16 places; further ones are counted.
const MAX_PLACES: usize = 16;

/// Limit of the questions about single places of shared types; beyond it a place has the verdict of the whole payload.
const MAX_QUESTIONS: usize = 64;

/// The locations at which a pair of schemas is used.
#[derive(Debug, Default)]
pub(super) struct Uses {
    n_listed: usize,
    n_more: usize,
    /// The first place that is not listed.
    more: String,
    /// The verdict at the first location.
    pub(super) found: Option<Range<usize>>,
}

impl Uses {
    /// Counts a place, and says whether it is listed.
    pub(super) fn count(&mut self, place: &str) -> bool {
        if self.n_listed < MAX_PLACES {
            self.n_listed += 1;
            return true;
        }
        if self.n_more == 0 {
            place.clone_into(&mut self.more);
        }
        self.n_more += 1;
        false
    }

    /// The places that are not listed, as one change with the verdict of what was found at the first place.
    pub(super) fn rest(self, spans: (Span, Span), changes: &[Change]) -> Option<Change> {
        let listed = changes.get(self.found?).filter(|own| self.n_more > 0 && !own.is_empty())?;
        let worst = |own: fn(&Change) -> &Verdict| {
            let broken = listed.iter().map(own).find(|verdict| !verdict.is_compatible());
            broken.cloned().unwrap_or(Verdict::Compatible)
        };
        let others = if self.n_more == 1 { "1 more place".to_owned() } else { format!("{} more places", self.n_more) };
        Some(Change {
            headline: format!("the same changed at {others} of that type, such as {}", self.more),
            old: Some(spans.0),
            new: Some(spans.1),
            names_itself: false,
            backward: worst(|own| &own.backward),
            forward: worst(|own| &own.forward),
        })
    }
}

/// Differences of one contract that are judged one by one; nobody reads more, and each has a payload of its own. The others
/// have the verdict of the whole payload.
const MAX_CHANGES: usize = 250;

/// Steps for the differences of one contract, as the solver counts them; further ones have the verdict of the whole payload.
const MAX_SPENT: u64 = 1_500_000;

/// A keyword that may fail, and on which path from the root; on all of them if there is none.
type Question<'r> = (Site<'r>, Option<Rc<[SchemaId]>>);

/// Asks the prover what differences break.
pub(super) struct Judge<'p, 'r> {
    prover: &'p mut Prover<'r>,
    roots: (Place, Place),
    answers: BTreeMap<Question<'r>, Verdict>,
    n_questions: usize,
    /// The verdicts on the whole payload, once they are asked for.
    whole: [Option<Verdict>; 2],
    /// The cost of all questions before those of this contract.
    spent_before: u64,
}

impl<'p, 'r> Judge<'p, 'r> {
    pub(super) fn new(prover: &'p mut Prover<'r>, roots: (Place, Place)) -> Self {
        let spent_before = prover.n_spent();
        Self { prover, roots, answers: BTreeMap::new(), n_questions: 0, whole: [None, None], spent_before }
    }

    /// A constant by which the versions name themselves.
    pub(super) fn named(&mut self, identity: &Identity<'r>) -> Change {
        let (was, is) = (&identity.old, &identity.new);
        let headline = format!("`{}` names the version itself: was {}, is {}", identity.pointer, was.value, is.value);
        let sites =
            [site((self.roots.0.0, was.id), was.keyword, None), site((self.roots.1.0, is.id), is.keyword, None)];
        let [forward, backward] = [0, 1].map(|side| self.verdict(side, &sites, None));
        Change { headline, old: Some(was.span), new: Some(is.span), names_itself: true, backward, forward }
    }

    /// All differences. Where several places share a keyword, each is judged by the path that leads to it.
    pub(super) fn all(&mut self, found: &[Found<'r>]) -> Vec<Change> {
        let (found, others) = found.split_at(found.len().min(MAX_CHANGES));
        let verdicts = [0, 1].map(|side| {
            let mut paths: BTreeMap<&Site<'r>, BTreeSet<&[SchemaId]>> = BTreeMap::new();
            for own in found {
                if let Some(site) = &own.sites[side] {
                    paths.entry(site).or_default().insert(&own.paths[side]);
                }
            }
            let is_shared = |own: &Found<'r>| {
                own.sites[side].as_ref().is_some_and(|site| paths.get(site).is_some_and(|paths| paths.len() > 1))
            };
            let mut verdicts: Vec<Verdict> = found
                .iter()
                .map(|own| {
                    let path = Some(&own.paths[side]).filter(|_| is_shared(own));
                    self.verdict(side, &own.sites, path)
                })
                .collect();
            // A keyword that fails on no single path may fail on several at once.
            let fails: BTreeSet<&Site<'r>> = found
                .iter()
                .zip(&verdicts)
                .filter(|(_, verdict)| !verdict.is_compatible())
                .filter_map(|(own, _)| own.sites[side].as_ref())
                .collect();
            for (own, verdict) in found.iter().zip(&mut verdicts) {
                if is_shared(own) && own.sites[side].as_ref().is_some_and(|site| !fails.contains(site)) {
                    *verdict = self.verdict(side, &own.sites, None);
                }
            }
            verdicts
        });
        let [forward, backward] = verdicts;
        let changes = found.iter().zip(backward.into_iter().zip(forward)).map(|(own, (backward, forward))| Change {
            headline: own.headline.clone(),
            old: own.old,
            new: own.new,
            names_itself: false,
            backward,
            forward,
        });
        let mut changes: Vec<Change> = changes.collect();
        if let Some(other) = others.first() {
            let n = others.len();
            let headline = match n {
                1 => other.headline.clone(),
                n => format!("{n} more changes, such as: {}", other.headline),
            };
            let (backward, forward) = (self.whole(1), self.whole(0));
            changes.push(Change { headline, old: other.old, new: other.new, names_itself: false, backward, forward });
        }
        changes
    }

    /// Whether the old version (side 0) refuses anything that the new one accepts, or the other way round.
    fn whole(&mut self, side: usize) -> Verdict {
        let (narrow, wide) = self.asked(side);
        let prover = &mut *self.prover;
        self.whole[side].get_or_insert_with(|| prover.inclusion(narrow, wide)).clone()
    }

    /// The version whose instances are looked at, and the one that may refuse them.
    fn asked(&self, side: usize) -> (Place, Place) {
        let (old, new) = self.roots;
        if side == 0 { (new, old) } else { (old, new) }
    }

    /// Whether a keyword of the old version (side 0) refuses what the new one accepts, or the other way round.
    fn verdict(&mut self, side: usize, sites: &[Option<Site<'r>>; 2], path: Option<&Rc<[SchemaId]>>) -> Verdict {
        let Some(site) = &sites[side] else { return Verdict::Compatible };
        let question = (site.clone(), path.filter(|_| self.n_questions < MAX_QUESTIONS).cloned());
        if let Some(known) = self.answers.get(&question) {
            return known.clone();
        }
        if self.prover.n_spent() - self.spent_before > MAX_SPENT {
            return self.whole(side);
        }
        self.n_questions += usize::from(question.1.is_some());
        let (narrow, wide) = self.asked(side);
        let verdict = self.prover.inclusion_at(narrow, wide, site.clone(), question.1.as_deref());
        self.answers.insert(question, verdict.clone());
        verdict
    }
}
