//! Patterns, compiled to automata when the code was generated.

#[cfg(feature = "regex")]
pub use crate::regex::Regex;

/// Pattern of a string.
#[derive(Debug, Clone, Copy)]
pub enum Pattern {
    /// A set of characters for each position.
    Chain(&'static Chain),
    /// A deterministic automaton in tables.
    Dfa(&'static Dfa),
    /// A pattern that is not regular; generated code with such a pattern needs the feature `regex`.
    #[cfg(feature = "regex")]
    Regex(&'static Regex),
}

/// The most common kind of pattern, such as `^[A-Z]{3}-[0-9]{4}$`: an automaton whose states form a row.
#[derive(Debug)]
pub struct Chain {
    /// The pattern of the contract, for messages.
    pub source: &'static str,
    /// ASCII characters that each position accepts: for character `c`, bit `c % 64` of number `c / 64`.
    pub places: &'static [[u64; 2]],
    /// Characters accepted after the last position.
    pub rest: [u64; 2],
    /// Bit `n`: whether a text that ends after `n` positions matches; the highest bit also for longer texts.
    pub accepts: u128,
}

/// A deterministic automaton over the bytes of a string in UTF-8, which decides whether a pattern matches somewhere.
///
/// States are numbered from 0. State 0 rejects and state 1 accepts whatever follows; both are final.
#[derive(Debug)]
pub struct Dfa {
    /// The pattern of the contract, for messages.
    pub source: &'static str,
    /// Class of each byte.
    pub classes: &'static [u8; 256],
    /// Number of classes.
    pub n_classes: u16,
    /// The state after state `s` on class `c`, at `s * n_classes + c`, as two bytes in little-endian order.
    pub next: &'static [u8],
    /// A bit for each state: whether a string that ends here matches; bit `s % 8` of byte `s / 8`.
    pub accepts: &'static [u8],
    /// The first state.
    pub start: u16,
}

impl Pattern {
    /// Whether `text` matches.
    #[inline]
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        match self {
            Self::Chain(chain) => chain.is_match(text),
            Self::Dfa(dfa) => dfa.is_match(text),
            #[cfg(feature = "regex")]
            Self::Regex(regex) => regex.is_match(text),
        }
    }

    /// The pattern of the contract.
    #[must_use]
    pub fn source(&self) -> &'static str {
        match self {
            Self::Chain(chain) => chain.source,
            Self::Dfa(dfa) => dfa.source,
            #[cfg(feature = "regex")]
            Self::Regex(regex) => regex.source(),
        }
    }
}

impl Chain {
    /// A chain; `rest` as the ranges of its characters.
    #[must_use]
    pub const fn new(source: &'static str, places: &'static [[u64; 2]], rest: &[u8], accepts: u128) -> Self {
        Self { source, places, rest: set(rest), accepts }
    }

    /// The places of runs: the ranges of the characters, and how many places they are for.
    #[must_use]
    pub const fn places<const N: usize>(runs: &[(&[u8], usize)]) -> [[u64; 2]; N] {
        let mut places = [[0; 2]; N];
        let (mut run_idx, mut place_idx) = (0, 0);
        while run_idx < runs.len() {
            let (set, end) = (set(runs[run_idx].0), place_idx + runs[run_idx].1);
            while place_idx < end {
                places[place_idx] = set;
                place_idx += 1;
            }
            run_idx += 1;
        }
        places
    }

    /// Whether `text` matches.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        let text = text.as_bytes();
        let n_placed = text.len().min(self.places.len());
        let (placed, rest) = text.split_at(n_placed);
        let accepts = self.accepts >> (n_placed & 127) & 1 == 1;
        // No early exit: the steps don't wait for each other.
        let placed = placed.iter().zip(self.places).fold(1, |holds, (byte, set)| holds & bit(set, *byte));
        let rest = rest.iter().fold(1, |holds, byte| holds & bit(&self.rest, *byte));
        accepts & (placed & rest & 1 == 1) & text.is_ascii()
    }
}

/// The characters of ranges, of each of which the first and the last are given: `AZ09` for letters and digits.
const fn set(ranges: &[u8]) -> [u64; 2] {
    let (mut set, mut range_idx) = (0_u128, 0);
    while range_idx + 1 < ranges.len() {
        set |= (u128::MAX >> (127 - ranges[range_idx + 1])) & (u128::MAX << ranges[range_idx]);
        range_idx += 2;
    }
    [set as u64, (set >> 64) as u64]
}

/// The lowest bit of it says whether `set` has the ASCII character `byte`.
#[inline]
fn bit(set: &[u64; 2], byte: u8) -> u64 {
    set[usize::from(byte >> 6 & 1)] >> (byte & 63)
}

impl Dfa {
    /// Whether `text` matches.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        let (next, _) = self.next.as_chunks::<2>();
        let mut state = usize::from(self.start);
        for byte in text.bytes() {
            if state <= 1 {
                return state == 1;
            }
            let class = usize::from(self.classes[usize::from(byte)]);
            state = usize::from(u16::from_le_bytes(next[state * usize::from(self.n_classes) + class]));
        }
        self.accepts[state / 8] >> (state % 8) & 1 == 1
    }
}
