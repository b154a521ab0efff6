//! Contracts at work: events that leave are valid, events that come in are valid before anybody handles them, and none is
//! lost on the way.
//!
//! [`Publisher`] and [`Router`] do the same on every broker: an adapter is a [`Publish`] and a [`Source`]. The one in
//! [`memory`] needs nothing installed.

mod chaos;
mod failure;
mod guard;
mod looking;
pub mod memory;
pub mod message;
pub mod observe;
pub mod outbox;
mod outcomes;
mod pauses;
mod publisher;
pub mod refusal;
mod router;
mod stop;
pub mod transport;

pub use crate::{
    chaos::{Chaos, ChaosError, Troubled},
    failure::{Failure, Place, Retry},
    guard::{Guard, Said},
    looking::{Letter, Letters, Tail},
    message::{Delivery, Message},
    outcomes::{Awaited, Outcomes, TimedOut},
    pauses::Pauses,
    publisher::{Background, NotPublished, Outcome, Pending, Publisher},
    refusal::{Reason, Refusal},
    router::{RouteError, Router, RunError, Unknown},
    stop::Stop,
    transport::{Confirmation, Publish, PublishError, Received, Settle, SettleError, Source, SourceError},
};
