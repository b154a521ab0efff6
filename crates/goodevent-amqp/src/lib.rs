//! AMQP 1.0 transport for `goodevent-runtime`.
//!
//! A [`Connection`] is a [`Broker`](goodevent_runtime::Broker): [`AmqpPublisher`] publishes and [`AmqpSource`] consumes; neither
//! declares queues or topics. A [`Dialect`] describes the differences between brokers, such as addresses and dead letters.

mod broker;
mod connection;
mod dead_letters;
mod dialect;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod intake;
mod publisher;
mod source;
mod tail;
mod topology;
mod wire;

pub use crate::{
    connection::{Config, Connection},
    dead_letters::AmqpDeadLetters,
    dialect::Dialect,
    publisher::AmqpPublisher,
    source::{AmqpReceipt, AmqpSource},
    tail::AmqpTail,
    topology::{Part, Topology},
};
pub use goodevent_runtime::Confirmation;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
