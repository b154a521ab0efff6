//! Routing of messages to handlers, by the type of a handler's argument.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    future::Future,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use goodevent::{Contract, Error, Event};
use tokio::{
    sync::mpsc::{self, error::TrySendError},
    task::JoinSet,
    time::Instant,
};
use tracing::Span;

use crate::{
    broker::{BrokerError, Received, Settle, Source},
    chaos::Chaos,
    failure::{Failure, Place, Retry},
    message::{Delivery, Message},
    observe,
    refusal::{Reason, Refusal},
    shutdown::Shutdown,
};

/// A lane whose handler is slow shall not stop the others too soon; the broker keeps the rest.
const N_WAITING: usize = 32;
/// At most so many of one task wait until the broker was told of them.
const N_TELLING: usize = 1024;
/// A handler that takes longer without waiting for anything would keep others from their messages: it runs in its lane.
const BRIEF: Duration = Duration::from_micros(100);
/// After some that were not brief, at most so many messages go to their lanes untried.
const MAX_UNTRIED: u32 = 256;

type Handling = BoxFuture<'static, Result<(), Failure>>;
type Handle<S> = Arc<dyn Fn(S, &Message, u32) -> Result<Handling, Error> + Send + Sync>;

/// How far a handler is.
enum Progress {
    Over(Result<(), Failure>),
    Waits(Handling),
}

impl Progress {
    async fn outcome(self) -> Result<(), Failure> {
        match self {
            Self::Over(outcome) => outcome,
            Self::Waits(handling) => handling.await,
        }
    }
}

/// Since when a message is handled, and how far that is; an error if it does not read.
type Attempt = (Instant, Result<Progress, Error>);

/// A message for a lane, which may have been begun.
struct Job<R> {
    received: Received<R>,
    begun: Option<Attempt>,
}

/// What became of a message that was begun.
enum Begun<R> {
    Done(R),
    Open(Job<R>),
    Panicked,
}

/// The way to a lane.
struct Lane<R> {
    /// `None` after a panic.
    sender: Option<mpsc::Sender<Job<R>>>,
    /// Messages that are there, or handled there.
    n_open: Arc<AtomicUsize>,
}

impl<R: Settle> Lane<R> {
    fn is_idle(&self) -> bool {
        self.sender.is_some() && self.n_open.load(Ordering::Acquire) == 0
    }

    /// Takes a message, once there is room; one that comes to a lane that has ended is given back.
    async fn take(&self, job: Job<R>) {
        self.n_open.fetch_add(1, Ordering::Relaxed);
        let Some(sender) = &self.sender else { return log_lost(job.received.receipt.release().await) };
        let job = match sender.try_send(job) {
            Ok(()) => return,
            // Once there is room for some, so that a full lane does not wake this for every single message.
            Err(TrySendError::Full(job)) => match sender.reserve_many(N_WAITING / 2).await {
                Ok(mut places) => {
                    places.next().into_iter().zip(Some(job)).for_each(|(place, job)| place.send(job));
                    return;
                }
                Err(_) => job,
            },
            Err(TrySendError::Closed(job)) => job,
        };
        log_lost(job.received.receipt.release().await);
    }
}

/// What the sorting of messages keeps in mind.
#[derive(Default)]
struct Sorter {
    next_lane: usize,
    /// So many messages go to their lanes untried.
    n_untried: u32,
    /// How many these were the last time. It grows fast and shrinks slowly, so that a handler which was only interrupted once
    /// costs little, and one of several that is slow is known.
    n_last_untried: u32,
}

impl Sorter {
    /// The lane of a key, or else any.
    fn lane(&mut self, key: Option<&str>, n_lanes: usize) -> usize {
        match key {
            Some(key) => {
                let mut hasher = DefaultHasher::new();
                key.hash(&mut hasher);
                (hasher.finish() % n_lanes as u64) as usize
            }
            None => {
                self.next_lane = (self.next_lane + 1) % n_lanes;
                self.next_lane
            }
        }
    }

    /// Whether to begin a message before it goes to its lane.
    fn tries(&mut self) -> bool {
        let is_untried = self.n_untried > 0;
        self.n_untried -= u32::from(is_untried);
        !is_untried
    }

    /// Learns from a handler that was tried.
    fn tried(&mut self, took: Duration) {
        if took > BRIEF {
            self.n_last_untried = (self.n_last_untried * 4).clamp(1, MAX_UNTRIED);
            self.n_untried = self.n_last_untried;
        } else {
            self.n_last_untried /= 2;
        }
    }
}

/// Treatment of messages whose type has no handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unknown {
    /// Acknowledge the message.
    Ignore,
    /// Dead-letter the message.
    #[default]
    DeadLetter,
    /// End the router with [`RunError::Unknown`] and leave the message in its queue.
    Fail,
}

/// Handlers by the type of their event. Each version of an event has its own type and handler.
///
/// ```
/// # use contracts::subscriptions::{SubscriptionTerminatedV1Event, SubscriptionTerminatedV2Event};
/// # use goodevent::Event as _;
/// # use goodevent_runtime::{Delivery, Failure, Router};
/// #[derive(Clone)]
/// struct State;
///
/// async fn stop_billing(_: State, gone: Delivery<SubscriptionTerminatedV2Event>) -> Result<(), Failure> {
///     println!("{} ends", gone.event.subscription_id);
///     Ok(())
/// }
///
/// async fn upgrade(state: State, gone: Delivery<SubscriptionTerminatedV1Event>) -> Result<(), Failure> {
///     let next: SubscriptionTerminatedV2Event = gone.event.try_into()?;
///     Ok(())
/// }
///
/// let router = Router::new(State).on(stop_billing).on(upgrade);
/// // A missing handler is an error at startup.
/// let router = router.expecting([&SubscriptionTerminatedV1Event::CONTRACT, &SubscriptionTerminatedV2Event::CONTRACT]);
/// assert!(router.check().is_ok());
/// ```
pub struct Router<S> {
    state: S,
    handlers: BTreeMap<&'static str, Handler<S>>,
    doubled: BTreeSet<&'static str>,
    expected: BTreeSet<&'static str>,
    unknown: Unknown,
    retry: Retry,
    n_lanes: usize,
    chaos: Option<Chaos>,
}

struct Handler<S> {
    contract: Contract,
    handle: Handle<S>,
    counts: OnceLock<observe::Handled>,
}

impl<S> Handler<S> {
    fn count(&self, message: &Message, took: Duration, is_done: bool) {
        self.counts.get_or_init(|| observe::Handled::of(&self.contract)).note(message, took, is_done);
    }
}

impl<S> fmt::Debug for Router<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router").field("types", &self.handlers.keys()).finish_non_exhaustive()
    }
}

/// Reason why a router cannot start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RouteError {
    /// A type has more than one handler.
    Doubled(&'static str),
    /// An expected type has no handler.
    Missing(&'static str),
}

impl fmt::Display for RouteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Doubled(event_type) => write!(f, "`{event_type}` has two handlers: remove one"),
            Self::Missing(event_type) => write!(f, "`{event_type}` has no handler: add one with `Router::on`"),
        }
    }
}

impl std::error::Error for RouteError {}

/// Reason why a router ended before its shutdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunError {
    /// The router could not start.
    Route(RouteError),
    /// The source failed.
    Source(BrokerError),
    /// A message of this unknown type arrived, and the router uses [`Unknown::Fail`].
    Unknown(String),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Route(error) => error.fmt(f),
            Self::Source(error) => error.fmt(f),
            Self::Unknown(event_type) => write!(f, "a message came whose type `{event_type}` has no handler"),
        }
    }
}

impl std::error::Error for RunError {
    /// The cause of the error that [`fmt::Display`] shows.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Source(error) => error.source(),
            Self::Route(_) | Self::Unknown(_) => None,
        }
    }
}

impl<S: Clone + Send + Sync + 'static> Router<S> {
    /// Creates a router without handlers. Each handler gets a clone of `state`.
    pub fn new(state: S) -> Self {
        Self {
            state,
            handlers: BTreeMap::new(),
            doubled: BTreeSet::new(),
            expected: BTreeSet::new(),
            unknown: Unknown::default(),
            retry: Retry::default(),
            n_lanes: 16,
            chaos: None,
        }
    }

    /// Adds a handler for the event of its argument.
    #[must_use]
    pub fn on<E, F, Done, Problem>(mut self, handler: F) -> Self
    where
        E: Event + Send + 'static,
        F: Fn(S, Delivery<E>) -> Done + Send + Sync + 'static,
        Done: Future<Output = Result<(), Problem>> + Send + 'static,
        Problem: Into<Failure>,
    {
        let handler = Arc::new(handler);
        let handle: Handle<S> = Arc::new(move |state, message, attempt| {
            let delivery = Delivery::<E>::read(message, attempt)?;
            Span::current().record("traceparent", tracing::field::display(delivery.activity));
            let done = handler(state, delivery);
            Ok(Box::pin(async move { done.await.map_err(Into::into) }))
        });
        let contract = E::CONTRACT;
        if self.handlers.insert(contract.event_type, Handler { contract, handle, counts: OnceLock::new() }).is_some() {
            self.doubled.insert(contract.event_type);
        }
        self
    }

    /// Declares the events that this router receives, such as those that its queue is bound to: a missing handler is an
    /// error at startup.
    #[must_use]
    pub fn expecting(mut self, contracts: impl IntoIterator<Item = &'static Contract>) -> Self {
        self.expected.extend(contracts.into_iter().map(|contract| contract.event_type));
        self
    }

    /// Sets the treatment of messages whose type has no handler. Default: [`Unknown::DeadLetter`].
    #[must_use]
    pub fn unknown(self, unknown: Unknown) -> Self {
        Self { unknown, ..self }
    }

    /// Sets the number and delays of retries.
    #[must_use]
    pub fn retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }

    /// Sets the number of messages that are handled at the same time. Default: 16. Messages of one key are always handled
    /// one after the other.
    #[must_use]
    pub fn lanes(self, n_lanes: usize) -> Self {
        Self { n_lanes: n_lanes.max(1), ..self }
    }

    /// Injects faults, for tests.
    #[must_use]
    pub fn chaos(self, chaos: Chaos) -> Self {
        Self { chaos: Some(chaos), ..self }
    }

    /// Types that have handlers.
    pub fn types(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.handlers.keys().copied()
    }

    /// Checks that each type has one handler, and that each [expected](Self::expecting) type has one. [`Self::run`] calls it
    /// first.
    ///
    /// # Errors
    /// The first type with several handlers, or without one.
    pub fn check(&self) -> Result<(), RouteError> {
        if let Some(doubled) = self.doubled.first() {
            return Err(RouteError::Doubled(doubled));
        }
        let missing = self.expected.iter().find(|event_type| !self.handlers.contains_key(*event_type));
        missing.map_or(Ok(()), |missing| Err(RouteError::Missing(missing)))
    }

    /// Handles messages from `source` until it ends or `stop` is triggered. Running handlers finish; other messages are
    /// released to the broker.
    ///
    /// # Errors
    /// If the router ends before its shutdown.
    pub async fn run<R: Source>(self, mut source: R, stop: Shutdown) -> Result<(), RunError> {
        self.check().map_err(RunError::Route)?;
        let (n_lanes, shared) = (self.n_lanes, Arc::new(self));
        let mut lanes = Vec::new();
        let mut tasks = JoinSet::new();
        for _ in 0..n_lanes {
            let (sender, messages) = mpsc::channel(N_WAITING);
            let n_open = Arc::<AtomicUsize>::default();
            lanes.push(Lane { sender: Some(sender), n_open: Arc::clone(&n_open) });
            tasks.spawn(Arc::clone(&shared).lane(messages, n_open, stop.clone()));
        }
        // A task as the lanes are, which wakes them at less cost than whoever waits for the end could.
        let mut sorting = JoinSet::new();
        sorting.spawn(async move {
            let outcome = shared.sort(&mut source, lanes, &stop).await;
            (outcome, source)
        });
        let sorted = sorting.join_next().await;
        while tasks.join_next().await.is_some() {}
        match sorted {
            // What the lanes settled goes by the connection of the source, which ends here.
            Some(Ok((outcome, _))) => outcome,
            Some(Err(error)) if error.is_panic() => resume_unwind(error.into_panic()),
            // Nobody else can end it.
            Some(Err(_)) | None => Ok(()),
        }
    }

    /// Handles messages, or gives each to its lane, and tells the broker of those that are done.
    async fn sort<R: Source>(
        &self,
        source: &mut R,
        mut lanes: Vec<Lane<R::Receipt>>,
        stop: &Shutdown,
    ) -> Result<(), RunError> {
        let mut telling = FuturesUnordered::new();
        let mut sorter = Sorter::default();
        let mut asked = pin!(stop.triggered());
        let outcome = loop {
            let mut next = pin!(source.next());
            let received = loop {
                tokio::select! {
                    biased;
                    Some(told) = telling.next(), if !telling.is_empty() => log_lost(told),
                    received = &mut next, if telling.len() < N_TELLING && !stop.is_triggered() => break received,
                    () = &mut asked => break Ok(None),
                }
            };
            let received = match received {
                Ok(Some(received)) => received,
                Ok(None) => break Ok(()),
                Err(error) => break Err(RunError::Source(error)),
            };
            let handler = self.handler(&received.message);
            if handler.is_none() && self.unknown == Unknown::Fail {
                let event_type = received.message.find_type().unwrap_or_default().into_owned();
                log_lost(received.receipt.release().await);
                break Err(RunError::Unknown(event_type));
            }
            let key = handler.and_then(|handler| received.message.order(&handler.contract));
            let lane = &mut lanes[sorter.lane(key.as_deref(), self.n_lanes)];
            drop(key);
            let begun = match handler {
                Some(handler) if self.chaos.is_none() && lane.is_idle() && sorter.tries() => {
                    self.begin(&mut sorter, handler, received)
                }
                _ => Begun::Open(Job { received, begun: None }),
            };
            match begun {
                Begun::Done(receipt) => {
                    let mut told = Box::pin(receipt.ack());
                    match (&mut told).now_or_never() {
                        Some(told) => log_lost(told),
                        None => telling.push(told),
                    }
                }
                Begun::Open(job) => {
                    let mut taking = pin!(lane.take(job));
                    loop {
                        tokio::select! {
                            biased;
                            Some(told) = telling.next() => log_lost(told),
                            () = &mut taking => break,
                        }
                    }
                }
                // As when its task panics: its messages come again.
                Begun::Panicked => lane.sender = None,
            }
            // A source that is always ready would keep all else from this thread.
            tokio::task::consume_budget().await;
        };
        // Nothing new comes to the lanes, which end while the rest is told.
        drop(lanes);
        while let Some(told) = telling.next().await {
            log_lost(told);
        }
        outcome
    }

    fn attempt(&self, handler: &Handler<S>, message: &Message, attempt: u32) -> Result<Handling, Error> {
        let begin = || (handler.handle)(self.state.clone(), message, attempt);
        observe::attempt(&handler.contract, message, attempt, begin)
    }

    /// Begins to handle a message whose lane is empty. One whose handler need not wait is done without another task.
    fn begin<R: Settle>(&self, sorter: &mut Sorter, handler: &Handler<S>, received: Received<R>) -> Begun<R> {
        let start = Instant::now();
        let begun = catch_unwind(AssertUnwindSafe(|| {
            self.attempt(handler, &received.message, received.attempt).map(|mut handling| {
                match (&mut handling).now_or_never() {
                    Some(outcome) => Progress::Over(outcome),
                    None => Progress::Waits(handling),
                }
            })
        }));
        let took = start.elapsed();
        sorter.tried(took);
        match begun {
            Ok(Ok(Progress::Over(Ok(())))) => {
                handler.count(&received.message, took, true);
                Begun::Done(received.receipt)
            }
            Ok(progress) => Begun::Open(Job { received, begun: Some((start, progress)) }),
            // Whoever hooks panics has been told.
            Err(_) => Begun::Panicked,
        }
    }

    /// Handles messages one after the other. What the broker is told of one that is done is on its way while the next one is
    /// handled.
    async fn lane<R: Settle>(
        self: Arc<Self>,
        mut jobs: mpsc::Receiver<Job<R>>,
        n_open: Arc<AtomicUsize>,
        stop: Shutdown,
    ) {
        /// At most so many wait to be told.
        const N_TELLING: usize = 32;
        let mut telling = FuturesUnordered::new();
        loop {
            let job = tokio::select! {
                biased;
                Some(told) = telling.next() => {
                    log_lost(told);
                    continue;
                }
                job = jobs.recv(), if telling.len() < N_TELLING => job,
            };
            let Some(Job { received, begun }) = job else { break };
            // What was begun is finished.
            if begun.is_none() && stop.is_triggered() {
                log_lost(received.receipt.release().await);
            } else {
                let mut handling = pin!(self.handle(received, begun, &stop));
                let done = loop {
                    tokio::select! {
                        biased;
                        Some(told) = telling.next() => log_lost(told),
                        done = &mut handling => break done,
                    }
                };
                telling.extend(done.map(Settle::ack));
            }
            // Whoever sees this sees what the handler did.
            n_open.fetch_sub(1, Ordering::Release);
        }
        while let Some(told) = telling.next().await {
            log_lost(told);
        }
    }

    /// The handler of a message, by what it says of its type, else by where it was published.
    fn handler(&self, message: &Message) -> Option<&Handler<S>> {
        match message.find_type() {
            Some(event_type) => self.handlers.get(&*event_type),
            None => {
                let mut fitting = self.handlers.values().filter(|own| message.is_addressed_as(&own.contract));
                fitting.next().filter(|_| fitting.next().is_none())
            }
        }
    }

    /// Handles a message to its end, and settles it unless it is done: then its receipt is what comes back.
    async fn handle<R: Settle>(&self, received: Received<R>, mut begun: Option<Attempt>, stop: &Shutdown) -> Option<R> {
        let Received { message, mut attempt, receipt } = received;
        let Some(handler) = self.handler(&message) else {
            let event_type = message.find_type();
            let settled = match self.unknown {
                Unknown::Ignore => receipt.ack().await,
                Unknown::DeadLetter | Unknown::Fail => {
                    let detail = match event_type {
                        Some(event_type) => format!("no handler for `{event_type}`"),
                        None => "the message has no type".to_owned(),
                    };
                    let reason = if goodevent::Json::parse(&message.body).is_some() || !message.event_type.is_empty() {
                        Reason::UnknownType
                    } else {
                        Reason::NotJson
                    };
                    let refusal = Refusal { reason, pointer: String::new(), detail, attempts: attempt };
                    self.dead_letter(&message, receipt, refusal).await
                }
            };
            log_lost(settled);
            return None;
        };
        let settled = loop {
            let (start, progress) = begun.take().unwrap_or_else(|| {
                let start = Instant::now();
                (start, self.attempt(handler, &message, attempt).map(Progress::Waits))
            });
            let handling = match progress {
                Ok(progress) => progress.outcome(),
                Err(error) => {
                    let refusal = Refusal::of(&error, attempt);
                    break self.dead_letter(&message, receipt, refusal).await;
                }
            };
            let outcome = match self.chaos.as_ref().map(|chaos| chaos.before_handling(&message)) {
                Some(trouble) => match trouble.await {
                    Ok(()) => handling.await,
                    Err(failure) => Err(failure),
                },
                None => handling.await,
            };
            handler.count(&message, start.elapsed(), outcome.is_ok());
            let failure = match outcome {
                Ok(()) => return Some(receipt),
                Err(failure) => failure,
            };
            match failure {
                Failure::Reject(detail) => {
                    let refusal =
                        Refusal { reason: Reason::Rejected, pointer: String::new(), detail, attempts: attempt };
                    break self.dead_letter(&message, receipt, refusal).await;
                }
                Failure::Defer(after) => break receipt.retry(&message, after, attempt).await,
                Failure::Retry(error) if attempt >= self.retry.max_attempts => {
                    let detail = error.to_string();
                    let refusal = Refusal { reason: Reason::Failed, pointer: String::new(), detail, attempts: attempt };
                    break self.dead_letter(&message, receipt, refusal).await;
                }
                Failure::Retry(error) => {
                    let pause = self.retry.pause(attempt);
                    tracing::info!(event = handler.contract.event_type, attempt, %error, ?pause, "trying again");
                    observe::retried(&handler.contract);
                    if self.retry.place == Place::Broker {
                        break receipt.retry(&message, pause, attempt + 1).await;
                    }
                    tokio::select! {
                        () = stop.triggered() => break receipt.retry(&message, pause, attempt + 1).await,
                        () = tokio::time::sleep(pause) => attempt += 1,
                    }
                }
            }
        };
        log_lost(settled);
        None
    }

    async fn dead_letter<R: Settle>(&self, message: &Message, receipt: R, refusal: Refusal) -> Result<(), BrokerError> {
        tracing::warn!(
            event = message.event_type,
            reason = refusal.reason.name(),
            pointer = refusal.pointer,
            detail = refusal.detail,
            "dead-lettered"
        );
        observe::dead_lettered(refusal.reason);
        receipt.dead_letter(message, &refusal).await
    }
}

/// What the broker was not told comes again; that is all there is to do about it.
fn log_lost(settled: Result<(), BrokerError>) {
    if let Err(error) = settled {
        tracing::warn!(error = error.chain(), "the message will be redelivered");
    }
}
