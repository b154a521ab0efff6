//! NATS JetStream transport for `goodevent-runtime`: confirmed publishing and durable consumers, at least once.
//!
//! ```no_run
//! use contracts::names::NameRequestPaidV1Event;
//! use goodevent_nats::{Config, Connection};
//! use goodevent_runtime::{Delivery, Failure, Publisher, Router, Shutdown};
//! # use goodevent_samples::Samples as _;
//!
//! async fn thank(_: (), paid: Delivery<NameRequestPaidV1Event>) -> Result<(), Failure> {
//!     println!("{} is paid", paid.event.name_request_number);
//!     Ok(())
//! }
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let connection = Connection::open(&Config::new("nats://names:secret@localhost")).await?;
//! let publisher = Publisher::new(connection.publisher(), "names");
//! # let event = NameRequestPaidV1Event::sample(1);
//! publisher.publish(event).await?;
//! Router::new(()).on(thank).run(connection.source("names", "thanks"), Shutdown::new()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! A [`Topology`] creates streams and consumers, as a user with permission; publishers and sources create nothing.

mod answers;
mod broker;
mod connection;
mod dead_letters;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod publisher;
mod source;
mod tail;
mod topology;
mod wire;

pub use crate::{
    connection::{Config, Connection, Queue},
    dead_letters::NatsDeadLetters,
    publisher::{NatsConfirmation, NatsPublisher},
    source::{NatsReceipt, NatsSource},
    tail::NatsTail,
    topology::{Consumer, Difference, Stream, Topology},
};
