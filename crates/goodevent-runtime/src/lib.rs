//! Typed publishing and routing of events over any broker: published and handled events are valid, and delivery is at least
//! once.
//!
//! [`Publisher`] and [`Router`] work on every broker: an adapter implements [`Publish`] and [`Source`]. The broker in
//! [`memory`] needs no installation.

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
