//! Patterns as automata.
//!
//! A pattern is read as ECMA-262 has it, and matches where any part of a string does. What comes out decides that for
//! the bytes of a string in UTF-8, with the fewest states there can be.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use regex_automata::{
    Anchored,
    dfa::{Automaton as _, StartKind, dense},
    util::{primitives::StateID, start, syntax},
};

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

/// Why a pattern is no automaton.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsupported {
    /// It is no regular expression.
    Malformed,
    /// It looks around or back, which no automaton can.
    NotRegular,
    /// It has too many states.
    TooLarge,
}

/// The state from which nothing matches.
pub const REJECT: u16 = 0;
const ACCEPT: u16 = 1;

/// More states than this are not worth their tables.
const MAX_STATES: usize = 8_000;

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

/// The pattern as Rust's engines read it; the reference validator translates the same way.
///
/// # Errors
/// If it is no regular expression.
pub fn translate(pattern: &str) -> Result<String, Unsupported> {
    jsonschema_regex::to_rust_regex(pattern).map(std::borrow::Cow::into_owned).map_err(|()| Unsupported::Malformed)
}

/// The automaton that decides whether a string matches `pattern`.
///
/// # Errors
/// If there is none, or it would be too large.
pub fn compile(pattern: &str) -> Result<Automaton, Unsupported> {
    let translated = translate(pattern)?;
    let Ok(hir) = regex_syntax::parse(&translated) else {
        return Err(Unsupported::NotRegular);
    };
    let looks_at_words = hir.properties().look_set().contains_word_unicode();
    if looks_at_words {
        return Err(Unsupported::NotRegular);
    }
    let config = dense::Config::new()
        .start_kind(StartKind::Unanchored)
        .dfa_size_limit(Some(16 << 20))
        .determinize_size_limit(Some(32 << 20));
    let dfa = dense::Builder::new()
        .configure(config)
        .syntax(syntax::Config::new().unicode(true).utf8(true))
        .build(&translated)
        .map_err(|_| Unsupported::TooLarge)?;
    let raw = Raw::explore(&dfa)?;
    Ok(raw.minimised())
}

/// States as they are found, with a transition for each class of bytes.
struct Raw {
    /// Class of each byte, in ascending order.
    classes: [u8; 256],
    next: Vec<Vec<u16>>,
    accepts: Vec<bool>,
}

impl Raw {
    /// Walks through all states; one in which the pattern has matched already becomes [`ACCEPT`].
    fn explore(dfa: &dense::DFA<Vec<u32>>) -> Result<Self, Unsupported> {
        let begin =
            dfa.start_state(&start::Config::new().anchored(Anchored::No)).map_err(|_| Unsupported::NotRegular)?;
        let mut classes = [0; 256];
        (0..=u8::MAX).for_each(|byte| classes[usize::from(byte)] = dfa.byte_classes().get(byte));
        let bytes: Vec<u8> = dfa.byte_classes().representatives(0..=u8::MAX).filter_map(|unit| unit.as_u8()).collect();
        let next = vec![vec![REJECT; bytes.len()], vec![ACCEPT; bytes.len()]];
        let mut raw = Self { classes, next, accepts: vec![false, true] };
        let mut numbers: HashMap<StateID, u16> = HashMap::new();
        let mut queue = Vec::new();
        let mut number = |state: StateID, raw: &mut Self, queue: &mut Vec<StateID>| -> Result<u16, Unsupported> {
            if dfa.is_dead_state(state) || dfa.is_quit_state(state) {
                return Ok(REJECT);
            }
            if dfa.is_match_state(state) {
                return Ok(ACCEPT);
            }
            if let Some(number) = numbers.get(&state) {
                return Ok(*number);
            }
            let number = u16::try_from(raw.next.len()).ok().filter(|number| usize::from(*number) < MAX_STATES);
            let number = number.ok_or(Unsupported::TooLarge)?;
            raw.next.push(Vec::new());
            raw.accepts.push(dfa.is_match_state(dfa.next_eoi_state(state)));
            numbers.insert(state, number);
            queue.push(state);
            Ok(number)
        };
        // The first state found is number 2, also if it is one of the two final ones in truth.
        let first = number(begin, &mut raw, &mut queue)?;
        while let Some(state) = queue.pop() {
            let row = bytes.iter().map(|byte| number(dfa.next_state(state, *byte), &mut raw, &mut queue));
            let row = row.collect::<Result<Vec<u16>, _>>()?;
            let own = number(state, &mut raw, &mut queue)?;
            raw.next[usize::from(own)] = row;
        }
        if first == REJECT || first == ACCEPT {
            raw.next.push(raw.next[usize::from(first)].clone());
            raw.accepts.push(raw.accepts[usize::from(first)]);
        }
        Ok(raw)
    }

    /// Merges states that no continuation tells apart (Moore's algorithm), and bytes that no state tells apart.
    fn minimised(self) -> Automaton {
        let mut block: Vec<usize> = self.accepts.iter().map(|accepts| usize::from(*accepts)).collect();
        let mut n_blocks = 2;
        loop {
            let mut numbers: HashMap<(usize, Vec<usize>), usize> = HashMap::new();
            let refined: Vec<usize> = (0..self.next.len())
                .map(|state| {
                    let signature = self.next[state].iter().map(|next| block[usize::from(*next)]).collect();
                    let n_known = numbers.len();
                    *numbers.entry((block[state], signature)).or_insert(n_known)
                })
                .collect();
            let is_stable = numbers.len() == n_blocks;
            n_blocks = numbers.len();
            block = refined;
            if is_stable {
                break;
            }
        }
        self.quotient(&block)
    }

    /// One state for each block, numbered from the start on.
    fn quotient(&self, block: &[usize]) -> Automaton {
        let mut order: Vec<usize> = vec![usize::from(REJECT), usize::from(ACCEPT)];
        let mut numbers: BTreeMap<usize, u16> = BTreeMap::from([(block[0], REJECT), (block[1], ACCEPT)]);
        let begin = if self.next.len() > 2 { 2 } else { 0 };
        let mut visit = |state: usize, order: &mut Vec<usize>| {
            let next = numbers.len() as u16;
            *numbers.entry(block[state]).or_insert_with(|| {
                order.push(state);
                next
            })
        };
        let start = visit(begin, &mut order);
        let mut rows: Vec<Vec<u16>> = Vec::new();
        while rows.len() < order.len() {
            let state = order[rows.len()];
            rows.push(self.next[state].iter().map(|next| visit(usize::from(*next), &mut order)).collect());
        }
        let mut accepts = vec![0_u8; rows.len().div_ceil(8)];
        for (number, state) in order.iter().enumerate() {
            accepts[number / 8] |= u8::from(self.accepts[*state]) << (number % 8);
        }
        let (classes, n_classes, next) = self.classified(&rows);
        Automaton { classes, n_classes, next, accepts, start }
    }

    /// Bytes with the same transitions everywhere share a class.
    fn classified(&self, rows: &[Vec<u16>]) -> ([u8; 256], u16, Vec<u16>) {
        let mut columns: Vec<Vec<u16>> = Vec::new();
        let n_raw = rows.first().map_or(0, Vec::len);
        let merged: Vec<u8> = (0..n_raw)
            .map(|raw| {
                let column: Vec<u16> = rows.iter().map(|row| row[raw]).collect();
                let class = columns.iter().position(|known| *known == column).unwrap_or_else(|| {
                    columns.push(column);
                    columns.len() - 1
                });
                u8::try_from(class).expect("there are no more classes than bytes")
            })
            .collect();
        let classes = self.classes.map(|raw| merged[usize::from(raw)]);
        let next = (0..rows.len()).flat_map(|state| columns.iter().map(move |column| column[state])).collect();
        (classes, u16::try_from(columns.len()).expect("there are no more classes than bytes"), next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn automata_decide_as_the_reference_does() {
        let texts = [
            "",
            "a",
            "b",
            "ab",
            "aab",
            "abc",
            "a1",
            "A",
            "é",
            "\u{2028}",
            "\n",
            "OCT-00412973",
            "OCT-0041297",
            "xOCT-00412973",
            "12.5s",
            ".5s",
            "pkg:x",
            "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
            "https://x",
            "$a",
            "😀",
            "a b",
            "\u{a0}",
            "word",
            "a-b",
            "1.2.3-rc",
        ];
        for pattern in [
            "",
            "a",
            "^a",
            "a$",
            "^a$",
            "^a*$",
            "^(ab|a)b?$",
            "^[a-z]+$",
            "^OCT-[0-9]{8}$",
            "^([0-9]+\\.?[0-9]*|\\.[0-9]+)s$",
            "^pkg:",
            "^\\S*$",
            "\\d",
            "\\w+",
            "^\\w+$",
            "^.$",
            "^.*$",
            "é",
            "^[^a]$",
            "^\\$.*$",
            "^(\\d+\\.\\d+\\.\\d+.*)$",
            "\\s",
            "^😀$",
            "^.{1,2}$",
            "a|^$",
            "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
        ] {
            let automaton = compile(pattern).expect("the pattern is regular");
            let reference =
                jsonschema::validator_for(&serde_json::json!({ "pattern": pattern })).expect("the schema is valid");
            for text in texts {
                let expected = reference.is_valid(&serde_json::Value::from(text));
                assert_eq!(automaton.is_match(text), expected, "{pattern} on {text:?}");
            }
        }
    }

    #[test]
    fn a_complement_matches_the_others() {
        for pattern in ["^a*$", "b", "^(ab|a)b?$", "", "^[^a]$"] {
            let automaton = compile(pattern).expect("the pattern is regular");
            let complement = automaton.complement();
            for text in ["", "a", "aa", "ab", "abb", "b", "é"] {
                assert_ne!(automaton.is_match(text), complement.is_match(text), "{pattern} on {text:?}");
            }
            assert_eq!(complement.complement(), automaton);
        }
    }

    #[test]
    fn automata_are_small() {
        let automaton = compile("^OCT-[0-9]{8}$").expect("the pattern is regular");
        // The two final states, one before each of the twelve characters, and one behind.
        assert_eq!((automaton.n_states(), automaton.n_classes), (15, 6));
        assert_eq!(compile("^(?=a)").err(), Some(Unsupported::NotRegular));
        assert_eq!(compile("(a)\\1").err(), Some(Unsupported::NotRegular));
    }
}
