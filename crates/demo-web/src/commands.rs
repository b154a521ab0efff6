//! Submitted commands and their outcomes, kept for a while, so that late and reconnecting clients receive them, too.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use goodevent_runtime::Outcomes;
use tokio::{sync::watch, time::sleep};

/// How long the end of a command is known.
const KEPT: Duration = Duration::from_secs(600);

/// How far a command is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Nobody told its outcome yet.
    Waiting,
    /// It is done, and this is its outcome.
    Done(String),
    /// No outcome came in time.
    TimedOut,
}

/// Commands by their ids.
#[derive(Debug, Clone)]
pub(crate) struct Commands {
    outcomes: Outcomes<String>,
    patience: Duration,
    submitted: Arc<Mutex<HashMap<String, watch::Receiver<Progress>>>>,
}

impl Commands {
    pub(crate) fn new(outcomes: Outcomes<String>, patience: Duration) -> Self {
        Self { outcomes, patience, submitted: Arc::default() }
    }

    /// Waits for the outcome of a command from now on: call it before the command is committed. One that is waited for
    /// already, or done, stays what it is; one that took too long gets another chance.
    pub(crate) fn submit(&self, id: &str) {
        let mut submitted = self.submitted();
        if submitted.get(id).is_some_and(|known| *known.borrow() != Progress::TimedOut) {
            return;
        }
        let (tell, progress) = watch::channel(Progress::Waiting);
        submitted.insert(id.to_owned(), progress.clone());
        let awaited = self.outcomes.watch(id);
        let (own, id) = (self.clone(), id.to_owned());
        tokio::spawn(async move {
            let outcome = awaited.within(own.patience).await;
            tell.send_replace(outcome.map_or(Progress::TimedOut, Progress::Done));
            sleep(KEPT).await;
            let mut submitted = own.submitted();
            if submitted.get(&id).is_some_and(|known| known.same_channel(&progress)) {
                submitted.remove(&id);
            }
        });
    }

    /// How far a command is, from now on; nothing if nobody submitted it, or that is too long ago.
    pub(crate) fn progress(&self, id: &str) -> Option<watch::Receiver<Progress>> {
        self.submitted().get(id).cloned()
    }

    fn submitted(&self) -> MutexGuard<'_, HashMap<String, watch::Receiver<Progress>>> {
        self.submitted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
