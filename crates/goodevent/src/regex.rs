//! Patterns that are not regular, since they refer back, and those whose automata are too large, by an engine that
//! backtracks.

use std::sync::OnceLock;

use goodevent_json::budget::MAX_PATTERN_BYTES;

/// A pattern that no automaton decides. It is compiled at its first use.
#[derive(Debug)]
pub struct Regex {
    source: &'static str,
    translated: &'static str,
    compiled: OnceLock<Option<fancy_regex::Regex>>,
}

impl Regex {
    /// The pattern as the contract has it, and as Rust's engines read it.
    #[must_use]
    pub const fn new(source: &'static str, translated: &'static str) -> Self {
        Self { source, translated, compiled: OnceLock::new() }
    }

    /// Whether `text` matches; a text that would take too long does not.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        let compile = || {
            let mut builder = fancy_regex::RegexBuilder::new(self.translated);
            builder.delegate_size_limit(MAX_PATTERN_BYTES).build().ok()
        };
        let compiled = self.compiled.get_or_init(compile);
        compiled.as_ref().is_some_and(|regex| regex.is_match(text).unwrap_or(false))
    }

    /// The pattern of the contract.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.source
    }
}
