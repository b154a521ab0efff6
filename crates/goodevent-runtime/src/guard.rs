//! The real-change guard: an event that says nothing new is not published.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use goodevent::{Contract, Event, json::Json};

/// Remembers what the last event of each key said, for contracts that declare `changes`.
///
/// It remembers so many keys, those that were seen last, and nothing beyond the end of the process: the first event of a
/// key always counts as a change.
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
    /// One that remembers `n_keys` keys.
    #[must_use]
    pub fn new(n_keys: usize) -> Self {
        Self { n_keys: n_keys.max(1), known: Mutex::default() }
    }

    /// Says an event: `None` if that is nothing new. From now on it is what was said last, unless what comes back is dropped
    /// and not [kept](Said::keep), because it was not published after all.
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

/// What an event said that is on its way; by default nothing that a guard has to remember.
#[derive(Debug, Default)]
pub struct Said<'g> {
    /// The key to be forgotten.
    unsure: Option<(&'g Guard, String)>,
}

impl Said<'_> {
    /// The event is published.
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

/// The key of an event, and what has to differ.
fn said(contract: &Contract, payload: &Json) -> (String, Vec<Option<String>>) {
    let text = |pointer: &str| payload.pointer(pointer).map(Json::to_text);
    let key = contract.partition_key.and_then(text).unwrap_or_default();
    let values = contract.changes.iter().map(|pointer| text(pointer)).collect();
    (format!("{} {key}", contract.event_type), values)
}
