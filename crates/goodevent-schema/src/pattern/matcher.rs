//! The engine that decides a pattern, regular or not.

use std::sync::Arc;

use goodevent_json::budget::MAX_PATTERN_BYTES;

use super::{Automaton, MAX_PLACES, Unsupported, compile, parsed, translate};

/// Decides whether texts match a pattern.
#[derive(Debug)]
pub enum Matcher {
    /// It is regular.
    Automaton(Arc<Automaton>),
    /// It refers back, or its automaton is too large: an engine that backtracks.
    Regex(Box<fancy_regex::Regex>),
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
                let mut builder = fancy_regex::RegexBuilder::new(&translate(pattern)?);
                let regex = builder.delegate_size_limit(MAX_PATTERN_BYTES).build().map_err(|_| why)?;
                Ok(Self::Regex(Box::new(regex)))
            }
            Err(why) => Err(why),
        }
    }

    /// Whether `text` matches; `None` if that takes too long to decide.
    #[must_use]
    pub fn is_match(&self, text: &str) -> Option<bool> {
        match self {
            Self::Automaton(automaton) => Some(automaton.is_match(text)),
            Self::Regex(regex) => regex.is_match(text).ok(),
        }
    }
}
