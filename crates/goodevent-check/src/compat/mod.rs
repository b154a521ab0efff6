//! What a change of a contract means to those who rely on it.

mod change;
mod prove;

pub use self::{
    change::{Change, changes, shown},
    prove::{Prover, Verdict, Version},
};

#[cfg(test)]
mod tests;
