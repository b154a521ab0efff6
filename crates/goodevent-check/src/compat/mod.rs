//! What a change of a contract means to those who rely on it.

mod change;
mod prove;
mod registry;

pub use self::{
    change::{Change, changes, shown},
    prove::{Prover, Verdict, Version},
    registry::{Comparison, Mode, Move, Snapshot, compare, moves, proof},
};

#[cfg(test)]
mod tests;
