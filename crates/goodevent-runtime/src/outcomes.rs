//! Submit and await: a command gets an id at once, and its outcome is waited for by that id.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::oneshot;

/// Outcomes that somebody waits for. The handler of the event that tells an outcome [`settle`](Outcomes::settle)s it.
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

/// No outcome came in time. It may still come, and nobody waits for it then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedOut;

impl std::fmt::Display for TimedOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no outcome came in time")
    }
}

impl std::error::Error for TimedOut {}

impl<T> Outcomes<T> {
    /// Nobody waits yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Waits from now on, so that an outcome that comes before it is asked for is not missed: call it before the command is
    /// submitted.
    #[must_use]
    pub fn watch(&self, id: impl Into<String>) -> Awaited<T> {
        let (told, outcome) = oneshot::channel();
        let id = id.into();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), told);
        Awaited { id, outcome, outcomes: self.clone() }
    }

    /// Tells the outcome of `id`; whether somebody waited for it.
    pub fn settle(&self, id: &str, outcome: T) -> bool {
        let told = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        told.is_some_and(|told| told.send(outcome).is_ok())
    }
}

/// An outcome that is waited for.
#[derive(Debug)]
pub struct Awaited<T> {
    id: String,
    outcome: oneshot::Receiver<T>,
    outcomes: Outcomes<T>,
}

impl<T> Awaited<T> {
    /// The outcome, if it comes in time.
    ///
    /// # Errors
    /// If it does not.
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
