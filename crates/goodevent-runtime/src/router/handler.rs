//! One attempt at a message: the handler of its type, its time and its panics.

use std::{
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures_util::{FutureExt as _, future::BoxFuture};
use goodevent::{Contract, Error, Event};
use tokio::time::Instant;
use tracing::Span;

use crate::{
    failure::{Failure, Retry, Trouble},
    message::{Delivery, Message},
    observe,
};

type Done = BoxFuture<'static, Result<(), Trouble>>;
type Begin<S> = Arc<dyn Fn(S, &Message, u32) -> Result<Done, Error> + Send + Sync>;

/// How the messages of one handler are treated, where that differs from its router. See [`Router::on_with`](crate::Router).
#[derive(Debug, Clone, Copy, Default)]
pub struct Handling {
    pub(super) retry: Option<Retry>,
    pub(super) limit: Option<Duration>,
}

impl Handling {
    /// Treats messages as the router does.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the number and delays of retries.
    #[must_use]
    pub fn retry(self, retry: Retry) -> Self {
        Self { retry: Some(retry), ..self }
    }

    /// Sets the time that the handler may take.
    #[must_use]
    pub fn time_out(self, limit: Duration) -> Self {
        Self { limit: Some(limit), ..self }
    }
}

/// The handler of a type.
pub(super) struct Handler<S> {
    pub(super) contract: Contract,
    pub(super) handling: Handling,
    begin: Begin<S>,
    counts: OnceLock<observe::Handled>,
}

/// How far a handler is.
pub(super) enum Progress {
    Over(Result<(), Trouble>),
    Waits(Done),
}

/// Since when a message is handled, and how far that is; an error if it does not read.
pub(super) struct Attempt {
    pub(super) start: Instant,
    pub(super) progress: Result<Progress, Error>,
}

impl<S: Clone> Handler<S> {
    pub(super) fn new<E, F, Outcome, Problem>(handling: Handling, handler: F) -> Self
    where
        E: Event + Send + 'static,
        F: Fn(S, Delivery<E>) -> Outcome + Send + Sync + 'static,
        S: Send + 'static,
        Outcome: Future<Output = Result<(), Problem>> + Send + 'static,
        Problem: Into<Failure>,
    {
        let handler = Arc::new(handler);
        let begin: Begin<S> = Arc::new(move |state, message, attempt| {
            let delivery = Delivery::<E>::read(message, attempt)?;
            Span::current().record("traceparent", tracing::field::display(delivery.activity));
            let handler = Arc::clone(&handler);
            let handling = async move {
                // All that is the user's runs in here.
                let done = async move { handler(state, delivery).await.map_err(|problem| Trouble::of(problem.into())) };
                let outcome = AssertUnwindSafe(done).catch_unwind().await;
                outcome.unwrap_or_else(|panic| Err(Trouble::panicked(&*panic)))
            };
            Ok(Box::pin(handling))
        });
        Self { contract: E::CONTRACT, handling, begin, counts: OnceLock::new() }
    }

    /// Begins an attempt.
    pub(super) fn begin(&self, state: &S, message: &Message, attempt: u32) -> Attempt {
        let start = Instant::now();
        let begin = || (self.begin)(state.clone(), message, attempt);
        let progress = observe::attempt(&self.contract, message, attempt, begin).map(Progress::Waits);
        Attempt { start, progress }
    }

    /// Counts an attempt.
    pub(super) fn count(&self, message: &Message, took: Duration, is_done: bool) {
        self.counts.get_or_init(|| observe::Handled::of(&self.contract)).note(message, took, is_done);
    }
}

impl Attempt {
    /// Goes as far as it can without waiting.
    pub(super) fn advance(self) -> Self {
        let progress = self.progress.map(|progress| match progress {
            Progress::Waits(mut handling) => match (&mut handling).now_or_never() {
                Some(outcome) => Progress::Over(outcome),
                None => Progress::Waits(handling),
            },
            over @ Progress::Over(_) => over,
        });
        Self { progress, ..self }
    }
}

impl Progress {
    /// The outcome of a handler that began at `start`, and is ended if it takes longer than `limit`.
    pub(super) async fn outcome(self, start: Instant, limit: Duration) -> Result<(), Trouble> {
        match self {
            Self::Over(outcome) => outcome,
            Self::Waits(handling) => match tokio::time::timeout_at(start + limit, handling).await {
                Ok(outcome) => outcome,
                Err(_) => Err(Trouble::TimedOut(limit)),
            },
        }
    }
}
