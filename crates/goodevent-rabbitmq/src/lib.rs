//! Events by their contracts over RabbitMQ (AMQP 0.9.1).
//!
//! [`RabbitPublisher`] publishes, [`RabbitSource`] consumes, and neither declares anything: what has to be there is a
//! [`Topology`], which is declared at another time and by another user, if you like. [`DeadLetters`] are what was laid
//! aside.

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
