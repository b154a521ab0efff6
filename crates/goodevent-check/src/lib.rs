//! Lint rules, one file each, size bounds and compatibility proofs for a registry of event contracts, or for two of its
//! versions.
//!
//! This crate does no IO and reads no clock: the caller passes the current date.
//!
//! Without the feature `rules`, it has the bounds of sizes alone, which generated code states.

#![cfg_attr(not(feature = "rules"), allow(dead_code, unused_imports, reason = "bounds need only a part of the prover"))]

#[cfg(feature = "rules")]
pub mod compat;
#[cfg(feature = "rules")]
mod edit;
mod judge;
#[cfg(feature = "rules")]
pub mod lifecycle;
#[cfg(feature = "rules")]
pub mod lint;
#[cfg(feature = "rules")]
pub mod near_miss;
#[cfg(feature = "rules")]
pub mod promises;
pub mod random;
mod reference;
#[cfg(feature = "rules")]
pub mod sample;
pub mod size;
mod solve;
pub mod validate;
pub mod wire;
