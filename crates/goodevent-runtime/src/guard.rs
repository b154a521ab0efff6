//! No-op suppression: an event that changes nothing is not published.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use goodevent::{Contract, Event, json::Json};

/// The members of an event that have to differ.
type Values = Vec<Option<String>>;

/// Remembers the values of the last event of each key, for contracts that declare `changes`.
///
/// Only an event that the broker has confirmed is remembered, and while another event of its key is on its way no event is
/// suppressed: which of them is the last one at the broker is not known yet.
///
/// It remembers a limited number of keys, the most recently used ones, in memory: the first event of a key in a process
/// always counts as a change.
#[derive(Debug)]
pub struct Guard {
    n_keys: usize,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    keys: HashMap<String, Key>,
    /// The keys by their last use.
    by_use: BTreeMap<u64, String>,
    /// Number of recorded events.
    n_said: u64,
}

/// The state of a key. Events are numbered in the order in which they were recorded.
#[derive(Debug)]
struct Key {
    /// The first event since the key is known.
    first: u64,
    last: u64,
    n_on_their_way: usize,
    /// The event that decides what the last one at the broker says, and its values; `None` if that is uncertain.
    decided: (u64, Option<Values>),
}

impl Guard {
    /// Creates a guard that remembers `n_keys` keys.
    #[must_use]
    pub fn new(n_keys: usize) -> Self {
        Self { n_keys: n_keys.max(1), known: Mutex::default() }
    }

    /// Records an event; `None` if it changes nothing.
    ///
    /// The event counts as the last one of its key only if the caller [keeps](Said::keep) the returned value after
    /// publishing; a dropped value means that the broker may have the event or not.
    #[must_use]
    pub fn say<E: Event>(&self, event: &E) -> Option<Said<'_>> {
        let contract = E::CONTRACT;
        if contract.changes.is_empty() {
            return Some(Said::default());
        }
        // An event that is not valid is refused later, with the reason.
        let Some(payload) = event.encode().ok().and_then(|bytes| Json::parse(&bytes)) else {
            return Some(Said::default());
        };
        let (key, values) = said(&contract, &payload);
        let mut known = self.known();
        known.n_said += 1;
        let number = known.n_said;
        let Known { keys, by_use, .. } = &mut *known;
        let own = keys.entry(key.clone()).or_insert(Key {
            first: number,
            last: number,
            n_on_their_way: 0,
            decided: (0, None),
        });
        by_use.remove(&own.last);
        own.last = number;
        by_use.insert(number, key.clone());
        if own.n_on_their_way == 0 && own.decided.1.as_ref() == Some(&values) {
            return None;
        }
        own.n_on_their_way += 1;
        if keys.len() > self.n_keys
            && let Some((_, oldest)) = by_use.pop_first()
        {
            keys.remove(&oldest);
        }
        Some(Said { sent: Some(OnItsWay { guard: self, key, number, values }) })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns whether the broker has an event; `None` if that is uncertain.
    fn decide(&self, key: &str, number: u64, values: Option<Values>) {
        let mut known = self.known();
        // The key may have been forgotten and recorded anew meanwhile.
        let Some(own) = known.keys.get_mut(key).filter(|own| own.first <= number) else { return };
        own.n_on_their_way -= 1;
        if number > own.decided.0 {
            own.decided = (number, values);
        }
    }
}

/// A recorded event whose publishing is not confirmed yet.
#[derive(Debug, Default)]
pub struct Said<'g> {
    sent: Option<OnItsWay<'g>>,
}

#[derive(Debug)]
struct OnItsWay<'g> {
    guard: &'g Guard,
    key: String,
    number: u64,
    values: Values,
}

impl Said<'_> {
    /// Keeps the record, because the event was published.
    pub fn keep(mut self) {
        if let Some(OnItsWay { guard, key, number, values }) = self.sent.take() {
            guard.decide(&key, number, Some(values));
        }
    }
}

impl Drop for Said<'_> {
    fn drop(&mut self) {
        if let Some(OnItsWay { guard, key, number, .. }) = self.sent.take() {
            guard.decide(&key, number, None);
        }
    }
}

/// Key of an event, and the values that have to differ.
fn said(contract: &Contract, payload: &Json) -> (String, Values) {
    let text = |pointer: &str| payload.pointer(pointer).map(Json::to_text);
    let key = contract.partition_key.and_then(text).unwrap_or_default();
    let values = contract.changes.iter().map(|pointer| text(pointer)).collect();
    (format!("{} {key}", contract.event_type), values)
}
