//! No-op suppression: an event that changes nothing is not published.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use goodevent::{Contract, Event, json::Json};

/// Remembers the values of the last event of each key, for contracts that declare `changes`.
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
    values: HashMap<String, Vec<Option<String>>>,
    order: VecDeque<String>,
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
    /// publishing; dropping it forgets the key.
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
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.values.get(&key) == Some(&values) {
            return None;
        }
        if known.values.insert(key.clone(), values).is_none() {
            known.order.push_back(key.clone());
            if known.order.len() > self.n_keys
                && let Some(oldest) = known.order.pop_front()
            {
                known.values.remove(&oldest);
            }
        }
        Some(Said { unsure: Some((self, key)) })
    }
}

/// A recorded event whose publishing is not confirmed yet.
#[derive(Debug, Default)]
pub struct Said<'g> {
    /// Key to forget when this value is dropped.
    unsure: Option<(&'g Guard, String)>,
}

impl Said<'_> {
    /// Keeps the record, because the event was published.
    pub fn keep(mut self) {
        self.unsure = None;
    }
}

impl Drop for Said<'_> {
    fn drop(&mut self) {
        if let Some((guard, key)) = self.unsure.take() {
            let mut known = guard.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.values.remove(&key);
            known.order.retain(|own| *own != key);
        }
    }
}

/// Key of an event, and the values that have to differ.
fn said(contract: &Contract, payload: &Json) -> (String, Vec<Option<String>>) {
    let text = |pointer: &str| payload.pointer(pointer).map(Json::to_text);
    let key = contract.partition_key.and_then(text).unwrap_or_default();
    let values = contract.changes.iter().map(|pointer| text(pointer)).collect();
    (format!("{} {key}", contract.event_type), values)
}
