//! RabbitMQ transport (AMQP 0.9.1) for `goodevent-runtime`.
//!
//! A [`Connection`] is a [`Broker`](goodevent_runtime::Broker): [`RabbitPublisher`] publishes and [`RabbitSource`] consumes;
//! neither declares exchanges or queues. A [`Topology`] declares them, possibly at another time and as another user.
//! [`RabbitDeadLetters`] lists and requeues dead letters.

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
mod window;
mod wire;

pub use crate::{
    connection::{Config, Connection},
    dead_letters::{RabbitDeadLetterReceipt, RabbitDeadLetters},
    publisher::RabbitPublisher,
    source::{RabbitReceipt, RabbitSource},
    tail::RabbitTail,
    topology::{Argument, Part, Queue, Topology},
};
pub use goodevent_runtime::Confirmation;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
