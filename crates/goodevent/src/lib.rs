//! Run-time library of generated contracts: decoding, encoding, violations, envelopes.
//!
//! A service with its own broker client needs no other crate to publish and consume: see the examples of
//! `goodevent-rabbitmq`, `goodevent-nats`, `goodevent-kafka` and `goodevent-amqp`, each with the client itself.

pub mod check;
pub mod clock;
pub mod cloudevents;
pub mod code;
pub mod cursor;
pub mod decode;
pub mod encode;
mod encoded;
mod envelope;
pub mod error;
pub mod event;
pub mod format;
mod headers;
pub mod id;
pub mod json;
mod locate;
mod macros;
pub mod number;
pub mod object;
pub mod octopus;
pub mod pattern;
#[cfg(feature = "regex")]
mod regex;
#[cfg(feature = "schemars")]
pub mod schemars;
#[cfg(feature = "serde")]
pub mod serde;
pub mod text;
pub mod trace;
mod upgrade;
pub mod words;

pub use goodevent_json::violation::Violation;

pub use crate::{
    encoded::Encoded,
    error::Error,
    event::{Contract, Event},
    headers::Headers,
    json::Json,
};
