//! Kafka transport for `goodevent-runtime`: idempotent publishing and consumer groups, at least once.
//!
//! ```no_run
//! use contracts::names::NameRequestPaidV1Event;
//! use goodevent_kafka::{Config, Connection};
//! use goodevent_runtime::{Delivery, Failure, Publisher, Router, Shutdown};
//! # use goodevent_samples::Samples as _;
//!
//! async fn thank(_: (), paid: Delivery<NameRequestPaidV1Event>) -> Result<(), Failure> {
//!     println!("{} is paid", paid.event.name_request_number);
//!     Ok(())
//! }
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let connection = Connection::open(&Config::of_url("kafka://localhost:9092")?).await?;
//! let publisher = Publisher::new(connection.publisher()?, "names");
//! # let event = NameRequestPaidV1Event::sample(1);
//! publisher.publish(event).await?;
//! let source = connection.source("thanks", &["names.name-request-paid"])?;
//! Router::new(()).on(thank).run(source, Shutdown::new()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! A [`Topology`] creates topics, as a user with permission; publishers and sources create nothing.

mod broker;
mod closing;
mod connection;
mod dead_letters;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod publisher;
mod refusals;
mod source;
mod tail;
mod topology;
mod tracker;
mod wire;

pub use crate::{
    connection::{Config, Connection, Queue},
    dead_letters::{KafkaDeadLetterReceipt, KafkaDeadLetters},
    publisher::{KafkaConfirmation, KafkaPublisher},
    source::{KafkaReceipt, KafkaSource},
    tail::KafkaTail,
    topology::{Difference, Topic, Topology},
};
