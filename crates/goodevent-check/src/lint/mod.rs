//! The Good Event Test as a linter.
//!
//! A rule is a file in `rules/` with its documentation, and a line in [`rules::ALL`].

mod allowed;
mod anchors;
mod baseline;
mod cascade;
mod context;
mod envelope;
mod fix;
mod levels;
mod loops;
mod misspelt;
mod offer;
mod options;
mod pairs;
mod promised;
mod proofs;
mod reach;
mod renamed;
mod rule;
pub mod rules;
mod run;
mod settings;
mod suppress;
mod words;

pub use self::{
    baseline::{FILE as BASELINE, baseline},
    fix::{Fixed, fix},
    options::Options,
    rule::{Category, Fix, Rule},
    run::lint,
};

#[cfg(test)]
mod cascade_tests;
#[cfg(test)]
mod impossible_tests;
#[cfg(test)]
mod rules_tests;
#[cfg(test)]
mod tests;
