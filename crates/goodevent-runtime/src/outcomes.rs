//! Submit and await: a command returns an id at once, and the caller waits for its outcome by that id.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::oneshot;

/// Who waits, by the ids of commands.
type Waiting<T> = HashMap<String, Vec<oneshot::Sender<T>>>;

/// Awaited outcomes. The handler of the event with an outcome [settles](Outcomes::settle) it.
#[derive(Debug)]
pub struct Outcomes<T> {
    waiting: Arc<Mutex<Waiting<T>>>,
}

impl<T> Default for Outcomes<T> {
    fn default() -> Self {
        Self { waiting: Arc::default() }
    }
}

impl<T> Clone for Outcomes<T> {
    fn clone(&self) -> Self {
        Self { waiting: Arc::clone(&self.waiting) }
    }
}

/// No outcome arrived in time. A later one is discarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedOut;

impl std::fmt::Display for TimedOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no outcome came in time")
    }
}

impl std::error::Error for TimedOut {}

impl<T> Outcomes<T> {
    /// Creates an empty set of outcomes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts to wait for an outcome, which any number of callers may do. Call it before the command is submitted, so that an
    /// early outcome is not missed.
    #[must_use]
    pub fn watch(&self, id: impl Into<String>) -> Awaited<T> {
        let (told, outcome) = oneshot::channel();
        let id = id.into();
        self.waiting().entry(id.clone()).or_default().push(told);
        Awaited { id, outcome, outcomes: self.clone() }
    }

    /// Delivers the outcome of `id` to all that wait for it; returns whether a caller does.
    pub fn settle(&self, id: &str, outcome: T) -> bool
    where
        T: Clone,
    {
        let waiting = self.waiting().remove(id).unwrap_or_default();
        let mut is_told = false;
        for told in waiting {
            is_told |= told.send(outcome.clone()).is_ok();
        }
        is_told
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting<T>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An awaited outcome.
#[derive(Debug)]
pub struct Awaited<T> {
    id: String,
    outcome: oneshot::Receiver<T>,
    outcomes: Outcomes<T>,
}

impl<T> Awaited<T> {
    /// Waits for the outcome, at most for `time`.
    ///
    /// # Errors
    /// If no outcome arrives in time.
    pub async fn within(mut self, time: Duration) -> Result<T, TimedOut> {
        let outcome = tokio::time::timeout(time, &mut self.outcome).await;
        outcome.ok().and_then(Result::ok).ok_or(TimedOut)
    }
}

impl<T> Drop for Awaited<T> {
    fn drop(&mut self) {
        self.outcome.close();
        // Other watchers of the same id go on waiting.
        let mut waiting = self.outcomes.waiting();
        if let Some(own) = waiting.get_mut(&self.id) {
            own.retain(|told| !told.is_closed());
            if own.is_empty() {
                waiting.remove(&self.id);
            }
        }
    }
}
