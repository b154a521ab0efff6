//! What is wrong with a registry of event contracts, or between two of its versions: lint rules, each in a file of its own,
//! sizes and compatibility, proved.
//!
//! Nothing here does IO or reads the clock: who asks says what day it is.

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
