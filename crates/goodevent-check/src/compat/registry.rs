//! Two versions of a registry, contract by contract.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::{
    Registry,
    facts::{Facts, Status},
    registry::Contract,
    source::{Sources, Span},
};

use rayon::prelude::*;

use super::{Change, Prover, Verdict, Version, changes_between};

/// A registry at one time.
#[derive(Debug, Clone, Copy)]
pub struct Snapshot<'r> {
    /// Files of the registry.
    pub sources: &'r Sources,
    /// The analysed registry.
    pub registry: &'r Registry,
}

/// A changed contract.
#[derive(Debug, Clone)]
pub struct Comparison<'r> {
    /// `context/Name`.
    pub key: String,
    /// Old contract; `None` if it is new.
    pub old: Option<&'r Contract>,
    /// New contract; `None` if it was deleted.
    pub new: Option<&'r Contract>,
    /// Changes of the payload.
    pub changes: Vec<Change>,
    /// Changes outside JSON Schema.
    pub moves: Vec<Move>,
}

/// A change of the delivery or the lifecycle of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Description of the change in one line that stands alone.
    pub headline: String,
    /// Member of `x-event` that changed, if it is one.
    pub fact: &'static str,
    /// Whether consumers have to react.
    pub breaks: bool,
}

/// Finds every contract that differs between two versions of a registry, in the order of their keys.
#[must_use]
pub fn compare<'r>(before: Snapshot<'r>, after: Snapshot<'r>) -> Vec<Comparison<'r>> {
    let prover = || Prover::new(&before.registry.schemas, &after.registry.schemas);
    let of = |snapshot: Snapshot<'r>| -> BTreeMap<String, &'r Contract> {
        snapshot.registry.contracts().map(|contract| (contract.key(), contract)).collect()
    };
    let (old, new) = (of(before), of(after));
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let keys: Vec<&String> = keys.into_iter().collect();
    let compared = keys.into_par_iter().map_init(prover, |prover, key| {
        let (was, is) = (old.get(key).copied(), new.get(key).copied());
        let both = was.zip(is);
        let changes = both.map(|(was, is)| changes_between(prover, (Version::Old, was), (Version::New, is)));
        // No other contract asks for the validators of this one.
        prover.forget_references();
        let moves = both.map(|(was, is)| moves((before, was), (after, is)));
        let (changes, moves) = (changes.unwrap_or_default(), moves.unwrap_or_default());
        Comparison { key: key.clone(), old: was, new: is, changes, moves }
    });
    let is_same = |compared: &Comparison<'_>| {
        compared.old.is_some() && compared.new.is_some() && compared.changes.is_empty() && compared.moves.is_empty()
    };
    compared.filter(|compared| !is_same(compared)).collect()
}

/// Changes of the delivery of an event and of its lifecycle.
#[must_use]
pub fn moves((before, was): (Snapshot<'_>, &Contract), (after, is): (Snapshot<'_>, &Contract)) -> Vec<Move> {
    let envelope = |snapshot: Snapshot<'_>, contract: &Contract| {
        format!("{:?}", snapshot.registry.contexts[&contract.context].settings.envelope).to_lowercase()
    };
    let broker = |snapshot: Snapshot<'_>, contract: &Contract| {
        let broker = snapshot.registry.contexts[&contract.context].settings.topics.broker;
        broker.map(|broker| broker.name().to_owned()).unwrap_or_default()
    };
    let (old_broker, new_broker) = (broker(before, was), broker(after, is));
    // Where none was named, any may have been meant.
    let changes_broker = !old_broker.is_empty();
    let (old, new) = (&was.facts, &is.facts);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    // Another version begins on a day of its own.
    let since = text(if was.name == is.name { &new.since } else { &old.since });
    let status = |facts: &Facts| match facts.status {
        Status::Draft => "draft",
        Status::Released => "released",
        Status::Deprecated => "deprecated",
    };
    let headers = |facts: &Facts| facts.headers.keys().cloned().collect::<Vec<_>>().join(", ");
    let all = [
        ("topic", "", was.topic.clone(), is.topic.clone(), true),
        ("routing key", "", was.routing_key.clone(), is.routing_key.clone(), true),
        ("broker", "", old_broker, new_broker, changes_broker),
        ("envelope", "", envelope(before, was), envelope(after, is), true),
        ("partition key", "partitionKey", text(&old.partition_key), text(&new.partition_key), true),
        ("deduplication key", "dedupKey", old.dedup_key.join(", "), new.dedup_key.join(", "), true),
        ("set of headers", "headers", headers(old), headers(new), true),
        ("set of values that have to differ", "changes", old.changes.join(", "), new.changes.join(", "), false),
        ("set of personal data", "personalData", old.personal_data.join(", "), new.personal_data.join(", "), false),
        (
            "set of constants that identify the version",
            "identifiedBy",
            old.identified_by.join(", "),
            new.identified_by.join(", "),
            false,
        ),
        ("frequency", "frequency", text(&old.frequency), text(&new.frequency), false),
        ("status", "status", status(old).to_owned(), status(new).to_owned(), false),
        // The support window is counted from it. Days are written so that they sort.
        ("beginning", "since", text(&old.since), since, new.since < old.since),
        ("sunset", "sunset", text(&old.sunset), text(&new.sunset), false),
        ("successor", "replacedBy", text(&old.replaced_by), text(&new.replaced_by), false),
    ];
    let name = |text: &str| if text.is_empty() { "none".to_owned() } else { format!("`{text}`") };
    let moved = all.into_iter().filter(|(_, _, was, is, _)| was != is);
    moved
        .map(|(what, fact, was, is, breaks)| {
            let headline = format!("the {what} was {}, and is {}", name(&was), name(&is));
            Move { headline, fact, breaks }
        })
        .collect()
}

/// Compatibility that a team requires of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// New consumers can read old messages.
    Backward,
    /// Old consumers can read new messages.
    Forward,
    /// Both.
    Full,
}

impl Mode {
    /// The verdict of a change in this mode, if it is not *compatible*, and whether it concerns old messages.
    #[must_use]
    pub fn objection(self, change: &Change) -> Option<(&Verdict, bool)> {
        let backward = Some((&change.backward, true)).filter(|_| self != Self::Forward);
        let forward = Some((&change.forward, false)).filter(|_| self != Self::Backward);
        backward.into_iter().chain(forward).find(|(verdict, _)| !verdict.is_compatible())
    }
}

impl Change {
    /// Span in the new version, or else in the old one.
    #[must_use]
    pub fn place(&self) -> Option<(Version, Span)> {
        self.new.map(|span| (Version::New, span)).or(self.old.map(|span| (Version::Old, span)))
    }
}

/// Description of the proof of a verdict.
#[must_use]
pub fn proof(verdict: &Verdict, is_about_old_messages: bool) -> String {
    match (verdict, is_about_old_messages) {
        (Verdict::Compatible, _) => "nothing breaks".to_owned(),
        (Verdict::Breaking(payload), true) => format!("{} was valid before and is rejected now", super::shown(payload)),
        (Verdict::Breaking(payload), false) => {
            format!("{} was rejected before and is valid now", super::shown(payload))
        }
        (Verdict::Undecided(why), _) => format!("compatibility could not be decided: {why}"),
    }
}
