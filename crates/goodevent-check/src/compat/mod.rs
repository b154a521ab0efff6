//! What a change of a contract means to those who rely on it.

mod prove;

pub use self::prove::{Prover, Verdict, Version};

#[cfg(test)]
mod tests;
