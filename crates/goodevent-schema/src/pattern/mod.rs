//! Patterns, as ECMA-262 has them.
//!
//! A pattern is read with the flag `u`, and without it if it is an error with it, and matches if any part of a text
//! does. Every question of the dialect is decided here, once: [`compile`] creates the minimal automaton over the bytes
//! of a text in UTF-8; [`translate`] creates an equivalent pattern for Rust engines, for patterns that are not regular.

mod automaton;
mod class;
mod look;
mod matcher;
mod minimal;
mod parse;
mod part;
mod partition;
mod print;
mod set;

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use regex_automata::{
    dfa::{StartKind, dense},
    nfa::thompson,
    util::syntax,
};

pub use self::{
    automaton::{Automaton, Chain, REJECT},
    matcher::Matcher,
};
use self::{
    minimal::Raw,
    parse::{Node, Parsed},
};

/// The reason for which a pattern is not an automaton.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsupported {
    /// Not a regular expression.
    Malformed,
    /// It refers back, which no automaton can.
    NotRegular,
    /// It has too many states.
    TooLarge,
    /// It refers back to a group where the engines disagree about what the group has.
    Peculiar,
    /// It is read over units of UTF-16, and no automaton decides it.
    Units,
}

/// More characters, each round of a repetition counted, make an automaton too large, and are not even tried.
const MAX_PLACES: u64 = 100_000;

/// The pattern as Rust's engines read it.
///
/// # Errors
/// If it is not a regular expression, or cannot be translated.
pub fn translate(pattern: &str) -> Result<String, Unsupported> {
    print::print(&parsed(pattern)?)
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

/// Whether some engines read the pattern in another way than ECMA-262 has it, or as an error.
#[must_use]
pub fn is_peculiar(pattern: &str) -> bool {
    parsed(pattern).is_ok_and(|parsed| parsed.is_peculiar)
}

/// Whether the pattern is one with the flag `u`; without it, its characters are units of UTF-16.
///
/// # Errors
/// If it is not a regular expression.
pub fn is_unicode(pattern: &str) -> Result<bool, Unsupported> {
    parsed(pattern).map(|parsed| parsed.is_unicode)
}

/// The automaton that decides whether a string matches `pattern`; made once, however often it is asked for.
///
/// # Errors
/// If there is none, or it would be too large.
pub fn compile(pattern: &str) -> Result<Arc<Automaton>, Unsupported> {
    compiled(pattern, false)
}

/// The automaton of some of the texts that match `pattern`: of all, unless that is too large, as for `^\p{L}{1,255}$`.
///
/// # Errors
/// If there is none, or it would be too large, too.
pub fn compile_part(pattern: &str) -> Result<Arc<Automaton>, Unsupported> {
    match compiled(pattern, false) {
        Err(Unsupported::TooLarge) => compiled(pattern, true),
        all => all,
    }
}

fn compiled(pattern: &str, is_part: bool) -> Result<Arc<Automaton>, Unsupported> {
    /// Bytes of the automata that are kept.
    const MAX_BYTES: usize = 64 << 20;
    static MADE: LazyLock<Mutex<Made>> = LazyLock::new(Mutex::default);
    let made = || MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = made().automata[usize::from(is_part)].get(pattern) {
        return known.clone();
    }
    let automaton = make(pattern, is_part).map(Arc::new);
    let mut made = made();
    made.n_bytes += size_of::<Automaton>() + pattern.len();
    made.n_bytes += automaton.as_ref().map_or(0, |automaton| automaton.next.len() * size_of::<u16>());
    if made.n_bytes > MAX_BYTES {
        *made = Made::default();
    }
    made.automata[usize::from(is_part)].insert(pattern.to_owned(), automaton.clone());
    automaton
}

/// What became of patterns.
#[derive(Default)]
struct Made {
    /// Of all texts, and of some.
    automata: [HashMap<String, Result<Arc<Automaton>, Unsupported>>; 2],
    n_bytes: usize,
}

fn make(pattern: &str, is_part: bool) -> Result<Automaton, Unsupported> {
    /// Bytes of the sets of places that become states. Those of real patterns take up to 16 KiB; more take long to find
    /// for patterns that match in many ways, such as `^(a?){3000}a{3000}$`.
    const MAX_SET_BYTES: usize = 1 << 18;
    /// Of a part, for which less will do.
    const MAX_PART_SET_BYTES: usize = 1 << 17;
    let mut parsed = parsed(pattern)?;
    if is_part {
        parsed.node = part::of(&parsed.node);
    }
    if !parsed.is_unicode || looks_around(&parsed.node) {
        return look::compile(&parsed);
    }
    if parsed.node.n_places() > MAX_PLACES {
        return Err(Unsupported::TooLarge);
    }
    let config = dense::Config::new()
        .start_kind(StartKind::Unanchored)
        .dfa_size_limit(Some(16 << 20))
        .determinize_size_limit(Some(if is_part { MAX_PART_SET_BYTES } else { MAX_SET_BYTES }));
    let dfa = dense::Builder::new()
        .configure(config)
        .thompson(thompson::Config::new().nfa_size_limit(Some(8 << 20)))
        .syntax(syntax::Config::new().unicode(true).utf8(true))
        .build(&print::print(&parsed)?)
        .map_err(|_| Unsupported::TooLarge)?;
    Ok(Raw::explore(&dfa)?.minimised())
}

fn parsed(pattern: &str) -> Result<Parsed, Unsupported> {
    parse::parse(pattern).map_err(|_| Unsupported::Malformed)
}

/// Whether a part looks around or back.
fn looks_around(node: &Node) -> bool {
    match node {
        Node::Look { .. } | Node::Back(_) => true,
        Node::Cat(parts) | Node::Or(parts) => parts.iter().any(looks_around),
        Node::Repeat { node, .. } | Node::Group(_, node) => looks_around(node),
        Node::Empty | Node::Set(_) | Node::Start | Node::End => false,
    }
}

#[cfg(test)]
mod tests;
