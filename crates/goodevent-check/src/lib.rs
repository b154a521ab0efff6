//! Lint rules, one file each, size bounds and compatibility proofs for a registry of event contracts, or for two of its
//! versions.
//!
//! This crate does no IO and reads no clock: the caller passes the current date.

pub mod compat;
mod edit;
mod judge;
pub mod lifecycle;
pub mod lint;
pub mod near_miss;
pub mod promises;
pub mod random;
mod reference;
pub mod sample;
pub mod size;
mod solve;
pub mod validate;
pub mod wire;
