//! Deterministic automata over the bytes of texts in UTF-8, and the rows of sets that most of them are.

use std::collections::BTreeSet;

/// A deterministic automaton over bytes.
///
/// State 0 rejects and state 1 accepts whatever follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Automaton {
    /// Class of each byte.
    pub classes: [u8; 256],
    /// Number of classes.
    pub n_classes: u16,
    /// The state behind state `s` on class `c`, at `s * n_classes + c`.
    pub next: Vec<u16>,
    /// A bit for each state: whether a string that ends there matches; bit `s % 8` of byte `s / 8`.
    pub accepts: Vec<u8>,
    /// The first state.
    pub start: u16,
}

/// An automaton whose states stand in a row: one set of ASCII characters leads from each to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The sets; bit `c` stands for the character `c`.
    pub places: Vec<u128>,
    /// The set that leads from the last state to itself.
    pub rest: u128,
    /// Bit `n`: whether a text that ends in the state behind `n` places matches.
    pub accepts: u128,
}

/// The state from which nothing matches.
pub const REJECT: u16 = 0;
pub(super) const ACCEPT: u16 = 1;

impl Automaton {
    /// Whether `text` matches.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.accepts(text.bytes().fold(self.start, |state, byte| self.step(state, byte)))
    }

    /// The state behind `state` on `byte`.
    #[must_use]
    pub fn step(&self, state: u16, byte: u8) -> u16 {
        self.next[usize::from(state) * usize::from(self.n_classes) + usize::from(self.classes[usize::from(byte)])]
    }

    /// Whether a string that ends in `state` matches.
    #[must_use]
    pub fn accepts(&self, state: u16) -> bool {
        self.accepts[usize::from(state) / 8] >> (state % 8) & 1 == 1
    }

    /// The automaton as a chain, if it is one of at most 127 places.
    #[must_use]
    pub fn chain(&self) -> Option<Chain> {
        let mut chain = Chain { places: Vec::new(), rest: 0, accepts: 0 };
        let mut state = self.start;
        let mut seen = BTreeSet::new();
        loop {
            if state == ACCEPT || !seen.insert(state) || chain.places.len() == 128 {
                return None;
            }
            chain.accepts |= u128::from(self.accepts(state)) << chain.places.len();
            let mut steps = (0..=u8::MAX).map(|byte| (byte, self.step(state, byte))).filter(|step| step.1 != REJECT);
            let Some((_, target)) = steps.clone().next() else {
                return Some(chain);
            };
            let set = steps
                .try_fold(0, |set, (byte, next)| (next == target && byte.is_ascii()).then(|| set | 1_u128 << byte))?;
            if target == state {
                chain.rest = set;
                return Some(chain);
            }
            chain.places.push(set);
            state = target;
        }
    }

    /// The automaton that matches the texts which this one does not.
    #[must_use]
    pub fn complement(&self) -> Self {
        // The two states that stay as they are change places.
        let other = |state: u16| if state <= ACCEPT { ACCEPT - state } else { state };
        let n_classes = usize::from(self.n_classes);
        let rows: Vec<&[u16]> = self.next.chunks(n_classes).collect();
        let next =
            (0..rows.len() as u16).flat_map(|state| rows[usize::from(other(state))].iter().map(|next| other(*next)));
        let next = next.collect();
        let mut accepts = vec![0_u8; self.accepts.len()];
        for state in (0..rows.len() as u16).filter(|state| !self.accepts(other(*state))) {
            accepts[usize::from(state) / 8] |= 1 << (state % 8);
        }
        Self { next, accepts, start: other(self.start), ..self.clone() }
    }

    /// Number of states.
    #[must_use]
    pub fn n_states(&self) -> usize {
        self.next.len() / usize::from(self.n_classes)
    }
}
