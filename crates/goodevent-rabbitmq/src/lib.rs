//! RabbitMQ transport (AMQP 0.9.1) for `goodevent-runtime`.
//!
//! [`RabbitPublisher`] publishes and [`RabbitSource`] consumes; neither declares exchanges or queues. A [`Topology`] declares
//! them, possibly at another time and as another user. [`DeadLetters`] lists and requeues dead letters.

mod connect;
mod convert;
mod dead_letters;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod publisher;
mod source;
mod tail;
mod topology;
mod window;

pub use crate::{
    connect::ConnectError,
    dead_letters::{DeadLetters, RabbitLetters, RabbitTicket},
    publisher::RabbitPublisher,
    source::{RabbitReceipt, RabbitSource},
    tail::RabbitTail,
    topology::{Argument, Part, Queue, Topology, TopologyError},
};
pub use goodevent_runtime::Confirmation;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
