//! Handlers by the types of their events, and what is set for them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    future::Future,
    time::Duration,
};

use goodevent::{Contract, Event};

use super::handler::{Handler, Handling};
use crate::{
    broker::BrokerError,
    chaos::Chaos,
    failure::{Failure, Retry},
    message::{Delivery, Message},
};

/// Time limit of a handler: less than the half hour after which RabbitMQ ends a channel whose consumer is silent.
const HANDLER_LIMIT: Duration = Duration::from_mins(10);

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
    pub(super) state: S,
    handlers: BTreeMap<&'static str, Handler<S>>,
    doubled: BTreeSet<&'static str>,
    expected: BTreeSet<&'static str>,
    pub(super) unknown: Unknown,
    pub(super) retry: Retry,
    pub(super) n_lanes: usize,
    pub(super) limit: Duration,
    pub(super) chaos: Option<Chaos>,
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
            limit: HANDLER_LIMIT,
            chaos: None,
        }
    }

    /// Adds a handler for the event of its argument.
    #[must_use]
    pub fn on<E, F, Done, Problem>(self, handler: F) -> Self
    where
        E: Event + Send + 'static,
        F: Fn(S, Delivery<E>) -> Done + Send + Sync + 'static,
        Done: Future<Output = Result<(), Problem>> + Send + 'static,
        Problem: Into<Failure>,
    {
        self.on_with(Handling::new(), handler)
    }

    /// Adds a handler like [`on`](Self::on), with retries and a time-out of its own.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use contracts::registration::UserConfirmedV1Event;
    /// # use goodevent_runtime::{Delivery, Failure, Handling, Place, Retry, Router};
    /// # async fn welcome(_: (), _: Delivery<UserConfirmedV1Event>) -> Result<(), Failure> { Ok(()) }
    /// // A mail server may be away for long, and keeps no event waiting meanwhile.
    /// let patient = Retry { max_attempts: 20, place: Place::Broker, ..Retry::default() };
    /// let router = Router::new(()).on_with(Handling::new().retry(patient).time_out(Duration::from_secs(20)), welcome);
    /// # assert!(router.check().is_ok());
    /// ```
    #[must_use]
    pub fn on_with<E, F, Done, Problem>(mut self, handling: Handling, handler: F) -> Self
    where
        E: Event + Send + 'static,
        F: Fn(S, Delivery<E>) -> Done + Send + Sync + 'static,
        Done: Future<Output = Result<(), Problem>> + Send + 'static,
        Problem: Into<Failure>,
    {
        if self.handlers.insert(E::CONTRACT.event_type, Handler::new(handling, handler)).is_some() {
            self.doubled.insert(E::CONTRACT.event_type);
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

    /// Sets the number and delays of retries of handlers that have none of their own.
    #[must_use]
    pub fn retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }

    /// Sets the number of messages that are handled at the same time. Default: 16. Messages of one key are always handled
    /// one after the other. A message that waits for its next attempt takes no lane.
    #[must_use]
    pub fn lanes(self, n_lanes: usize) -> Self {
        Self { n_lanes: n_lanes.max(1), ..self }
    }

    /// Sets the time that a handler without a limit of its own may take. Default: 10 minutes. One that takes longer is dropped
    /// at its next `await`, and has failed: its message is retried, and dead-lettered after the last attempt with
    /// [`Reason::TimedOut`](crate::Reason).
    #[must_use]
    pub fn time_out(self, limit: Duration) -> Self {
        Self { limit, ..self }
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

    /// The handler of a message, by what it says of its type, else by where it was published.
    pub(super) fn handler(&self, message: &Message) -> Option<&Handler<S>> {
        match message.find_type() {
            Some(event_type) => self.handlers.get(&*event_type),
            None => {
                let mut fitting = self.handlers.values().filter(|own| message.is_addressed_as(&own.contract));
                fitting.next().filter(|_| fitting.next().is_none())
            }
        }
    }
}
