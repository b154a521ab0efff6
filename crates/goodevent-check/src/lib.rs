//! Lint rules, one file each, size bounds and compatibility proofs for a registry of event contracts, or for two of its
//! versions.
//!
//! This crate does no IO and reads no clock: the caller passes the current date.
//!
//! Without the feature `full`, it has the bounds of sizes alone, which generated code states.

#![cfg_attr(not(feature = "full"), allow(dead_code, unused_imports, reason = "bounds need only a part of the prover"))]

#[cfg(feature = "full")]
pub mod compat;
#[cfg(feature = "full")]
mod edit;
mod judge;
#[cfg(feature = "full")]
pub mod lifecycle;
#[cfg(feature = "full")]
pub mod lint;
#[cfg(feature = "full")]
pub mod near_miss;
#[cfg(feature = "full")]
pub mod promises;
pub mod random;
mod reference;
#[cfg(feature = "full")]
pub mod sample;
pub mod size;
mod solve;
pub mod validate;
pub mod wire;
