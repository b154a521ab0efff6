//! What the tests share: real schemas, payloads made from them, a reference to compare with, and the building of decoders.

pub mod batch;
pub mod corpus;
pub mod instances;
pub mod mutate;
pub mod oracle;
pub mod random;
pub mod suite;

/// The examples of the README, which run as they stand.
#[doc = include_str!("../../README.md")]
#[cfg(doctest)]
mod readme {}
