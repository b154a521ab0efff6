//! Patterns, compiled to automata when the code was generated.

#[cfg(feature = "regex")]
pub use crate::regex::Regex;

/// What a string has to match.
#[derive(Debug, Clone, Copy)]
pub enum Pattern {
    /// A deterministic automaton in tables.
    Dfa(&'static Dfa),
    /// What is not regular; code that was generated from such a pattern needs the feature `regex`.
    #[cfg(feature = "regex")]
    Regex(&'static Regex),
}

/// A deterministic automaton over the bytes of a string in UTF-8, which decides whether a pattern matches somewhere.
///
/// States are numbered from 0. State 0 rejects and state 1 accepts whatever follows; both are final.
#[derive(Debug)]
pub struct Dfa {
    /// The pattern as the contract has it, for messages.
    pub source: &'static str,
    /// Class of each byte.
    pub classes: &'static [u8; 256],
    /// Number of classes.
    pub n_classes: u16,
    /// The state behind state `s` on class `c`, at `s * n_classes + c`, as two bytes, little end first.
    pub next: &'static [u8],
    /// A bit for each state: whether a string that ends here matches; bit `s % 8` of byte `s / 8`.
    pub accepts: &'static [u8],
    /// The first state.
    pub start: u16,
}

impl Pattern {
    /// Whether `text` matches.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        match self {
            Self::Dfa(dfa) => dfa.is_match(text),
            #[cfg(feature = "regex")]
            Self::Regex(regex) => regex.is_match(text),
        }
    }

    /// The pattern as the contract has it.
    #[must_use]
    pub fn source(&self) -> &'static str {
        match self {
            Self::Dfa(dfa) => dfa.source,
            #[cfg(feature = "regex")]
            Self::Regex(regex) => regex.source(),
        }
    }
}

impl Dfa {
    /// Whether `text` matches.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        let mut state = usize::from(self.start);
        for byte in text.bytes() {
            if state <= 1 {
                return state == 1;
            }
            let at = (state * usize::from(self.n_classes) + usize::from(self.classes[usize::from(byte)])) * 2;
            state = usize::from(u16::from_le_bytes([self.next[at], self.next[at + 1]]));
        }
        self.accepts[state / 8] >> (state % 8) & 1 == 1
    }
}
