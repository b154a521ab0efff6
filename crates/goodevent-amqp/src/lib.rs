//! Events by their contracts over AMQP 1.0.
//!
//! [`AmqpPublisher`] publishes, [`AmqpSource`] consumes. What the standard leaves to brokers, such as addresses and where
//! refused messages go, is a [`Dialect`]. Neither declares anything.

mod connect;
mod convert;
mod dead_letters;
mod dialect;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod publisher;
mod source;
mod tail;

pub use crate::{
    connect::ConnectError,
    dead_letters::{AmqpDeadLetters, AmqpLetters},
    dialect::Dialect,
    publisher::AmqpPublisher,
    source::{AmqpReceipt, AmqpSource},
    tail::AmqpTail,
};
pub use goodevent_runtime::Confirmation;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
