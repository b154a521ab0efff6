//! Submit and await: a command returns an id at once, and the caller waits for its outcome by that id.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::oneshot;

/// Awaited outcomes. The handler of the event with an outcome [settles](Outcomes::settle) it.
#[derive(Debug)]
pub struct Outcomes<T> {
    waiting: Arc<Mutex<HashMap<String, oneshot::Sender<T>>>>,
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

    /// Starts to wait for an outcome. Call it before the command is submitted, so that an early outcome is not missed.
    #[must_use]
    pub fn watch(&self, id: impl Into<String>) -> Awaited<T> {
        let (told, outcome) = oneshot::channel();
        let id = id.into();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), told);
        Awaited { id, outcome, outcomes: self.clone() }
    }

    /// Delivers the outcome of `id`; returns whether a caller waits for it.
    pub fn settle(&self, id: &str, outcome: T) -> bool {
        let told = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        told.is_some_and(|told| told.send(outcome).is_ok())
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
        // A second watcher of the same id goes on waiting.
        let mut waiting = self.outcomes.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.get(&self.id).is_some_and(oneshot::Sender::is_closed) {
            waiting.remove(&self.id);
        }
    }
}
