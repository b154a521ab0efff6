//! Typed publishing and routing of events over any broker: published and handled events are valid, and delivery is at least
//! once.
//!
//! [`Publisher`] and [`Router`] work on every [`Broker`]. The one in [`memory`] needs no installation.

pub mod broker;
mod chaos;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod failure;
mod guard;
pub mod memory;
pub mod message;
pub mod observe;
pub mod outbox;
mod outcomes;
mod publisher;
pub mod refusal;
mod router;
mod shutdown;

pub use crate::{
    broker::{
        Backoff, Binding, Broker, BrokerError, BrokerErrorKind, Confirmation, DeadLetter, DeadLetters, Publish,
        PublishError, Received, Settle, Source, Tail, copy_then_acknowledge, headers, without_login,
    },
    chaos::{Chaos, ChaosError, Troubled},
    failure::{Failure, Place, Retry},
    guard::{Guard, Said},
    message::{Delivery, Message},
    outcomes::{Awaited, Outcomes, TimedOut},
    publisher::{Background, NotPublished, Outcome, Pending, Publisher},
    refusal::{Reason, Refusal},
    router::{Handling, RouteError, Router, RunError, Unknown},
    shutdown::Shutdown,
};
