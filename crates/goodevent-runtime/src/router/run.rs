//! A router at work.

use std::{panic::resume_unwind, sync::Arc};

use tokio::task::JoinSet;

use super::{
    builder::{Router, RunError},
    schedule::Schedule,
};
use crate::{broker::Source, shutdown::Shutdown};

impl<S: Clone + Send + Sync + 'static> Router<S> {
    /// Handles messages from `source` until it ends or `stop` is triggered. Then running handlers finish, for at most
    /// [`Shutdown::within`]; other messages are released to the broker. A message whose handler is ended is
    /// redelivered.
    ///
    /// # Cancel safety
    /// If the future is dropped, handlers end at their next `await`, and messages that are not settled are redelivered: use
    /// `stop` to let handlers finish.
    ///
    /// # Errors
    /// If the router ends before its shutdown.
    pub async fn run<R: Source>(self, mut source: R, stop: Shutdown) -> Result<(), RunError> {
        self.check().map_err(RunError::Route)?;
        let schedule = Schedule::new(Arc::new(self));
        // A task as the handlers are, which wakes them at less cost than whoever waits for the end could. What was settled goes
        // by the connection of the source, which ends with it.
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { schedule.run(&mut source, &stop).await });
        match tasks.join_next().await {
            Some(Ok(outcome)) => outcome,
            Some(Err(error)) if error.is_panic() => resume_unwind(error.into_panic()),
            // Nobody else can end it.
            Some(Err(_)) | None => Ok(()),
        }
    }
}
