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

    /// Whether the event says something new; from now on it is what was said last.
    pub fn is_change<E: Event>(&self, event: &E) -> bool {
        let contract = E::CONTRACT;
        // An event that is not valid is refused later, with the reason.
        let Some(payload) = event.encode().ok().and_then(|bytes| Json::parse(&bytes)) else { return true };
        let Some((key, values)) = said(&contract, &payload) else { return true };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = known.values.contains_key(&key);
        let is_change = known.values.get(&key) != Some(&values);
        if !is_known {
            known.order.push_back(key.clone());
            if known.order.len() > self.n_keys
                && let Some(oldest) = known.order.pop_front()
            {
                known.values.remove(&oldest);
            }
        }
        known.values.insert(key, values);
        is_change
    }

    /// Forgets what an event said: it was not published after all.
    pub fn forget<E: Event>(&self, event: &E) {
        let payload = event.encode().ok().and_then(|bytes| Json::parse(&bytes));
        if let Some((key, _)) = payload.and_then(|payload| said(&E::CONTRACT, &payload)) {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.values.remove(&key);
            known.order.retain(|own| *own != key);
        }
    }
}

/// The key of an event, and what has to differ; `None` if its contract asks for no difference.
fn said(contract: &Contract, payload: &Json) -> Option<(String, Vec<Option<String>>)> {
    if contract.changes.is_empty() {
        return None;
    }
    let text = |pointer: &str| payload.pointer(pointer).map(Json::to_text);
    let key = contract.partition_key.and_then(text).unwrap_or_default();
    let values = contract.changes.iter().map(|pointer| text(pointer)).collect();
    Some((format!("{} {key}", contract.event_type), values))
}
