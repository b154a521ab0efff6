//! Effects of a change of a contract on its consumers.

mod chain;
mod change;
mod found;
mod identity;
mod judge;
mod prove;
mod registry;

pub use self::{
    chain::{Step, chain},
    change::{changes, changes_between, shown},
    found::Change,
    identity::{Naming, set_aside},
    prove::{Prover, Verdict, Version},
    registry::{Comparison, Mode, Move, Snapshot, compare, moves, proof},
};

#[cfg(test)]
mod chain_tests;
#[cfg(test)]
mod identity_tests;
#[cfg(test)]
mod places_tests;
#[cfg(test)]
mod random_tests;
#[cfg(test)]
mod sound_tests;
#[cfg(test)]
mod tests;
