//! AMQP 1.0 transport for `goodevent-runtime`.
//!
//! [`AmqpPublisher`] publishes and [`AmqpSource`] consumes; neither declares queues or topics. A [`Dialect`] describes the
//! differences between brokers, such as addresses and dead letters.

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
