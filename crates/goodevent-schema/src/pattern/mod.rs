//! Patterns, as ECMA-262 has them.
//!
//! A pattern is read with the flag `u`, and without it if it is an error with it, and matches if any part of a text
//! does. Every question of the dialect is decided here, once: [`compile`] creates the minimal automaton over the bytes
//! of a text in UTF-8; [`translate`] creates an equivalent pattern for Rust engines, for patterns that are not regular.

#[cfg(not(feature = "backtracking"))]
mod absent;
mod automaton;
#[cfg(feature = "backtracking")]
mod backtracking;
mod class;
mod compile;
mod look;
mod matcher;
mod memo;
mod minimal;
mod parse;
mod part;
mod partition;
mod print;
mod reader;
mod set;
mod unsupported;

pub use self::{
    automaton::{Automaton, Chain, REJECT},
    compile::{compile, compile_part, is_peculiar, is_unicode, translate},
    matcher::{Matcher, check},
    unsupported::Unsupported,
};

#[cfg(test)]
mod tests;
