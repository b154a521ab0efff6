//! The engine that decides a pattern, regular or not.

use std::sync::Arc;

#[cfg(not(feature = "backtracking"))]
use super::absent::{Engine, backtracking};
#[cfg(feature = "backtracking")]
use super::backtracking::{Engine, backtracking};
use super::{
    automaton::Automaton,
    compile::{MAX_PLACES, compile, parsed},
    print,
    unsupported::Unsupported,
};

/// Decides whether texts match a pattern.
#[derive(Debug, Clone)]
pub enum Matcher {
    /// It is regular.
    Automaton(Arc<Automaton>),
    /// It refers back, or its automaton is too large: an engine that backtracks.
    Regex(Arc<Engine>),
}

impl Matcher {
    /// Of a pattern.
    ///
    /// # Errors
    /// If nothing decides it as ECMA-262 does.
    pub fn new(pattern: &str) -> Result<Self, Unsupported> {
        match compile(pattern) {
            Ok(automaton) => Ok(Self::Automaton(automaton)),
            // The engine takes only so much, too, but has no bound for what refers back.
            Err(_) if parsed(pattern)?.node.n_places() > MAX_PLACES => Err(Unsupported::TooLarge),
            Err(why @ (Unsupported::NotRegular | Unsupported::TooLarge)) => {
                backtracking(pattern).map(Self::Regex).map_err(|other| other.unwrap_or(why))
            }
            Err(why) => Err(why),
        }
    }

    /// Whether `text` matches; `None` if that takes too long to decide.
    #[must_use]
    pub fn is_match(&self, text: &str) -> Option<bool> {
        match self {
            Self::Automaton(automaton) => Some(automaton.is_match(text)),
            Self::Regex(engine) => engine.is_match(text),
        }
    }
}

/// Whether there is an engine that decides the pattern as ECMA-262 has it.
///
/// # Errors
/// The reason for which there is none.
pub fn check(pattern: &str) -> Result<(), Unsupported> {
    /// Smaller ones are never too large for the engine that backtracks.
    const SMALL: u64 = 1_000;
    let parsed = parsed(pattern)?;
    match print::print(&parsed) {
        Ok(_) if parsed.node.n_ranges() <= SMALL => Ok(()),
        _ => Matcher::new(pattern).map(drop),
    }
}
