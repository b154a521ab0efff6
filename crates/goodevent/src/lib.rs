//! What generated contracts need at run time: decoding, encoding, violations, envelopes.

pub mod check;
pub mod cursor;
pub mod decode;
pub mod encode;
pub mod error;
pub mod event;
mod fault;
pub mod format;
pub mod json;
pub mod number;
pub mod object;
pub mod pattern;
pub mod text;
pub mod violation;

pub use crate::{
    error::Error,
    event::{Contract, Event},
    json::Json,
    violation::Violation,
};
