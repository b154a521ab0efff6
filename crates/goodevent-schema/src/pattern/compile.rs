//! The automaton of a pattern, and the questions about its dialect.

use std::sync::Arc;

use regex_automata::{
    dfa::{StartKind, dense},
    nfa::thompson,
    util::syntax,
};

use super::{
    automaton::Automaton,
    look,
    memo::Memo,
    minimal::Raw,
    parse::{self, Node, Parsed},
    part, print,
    unsupported::Unsupported,
};

/// More characters, each round of a repetition counted, make an automaton too large, and are not even tried.
pub(super) const MAX_PLACES: u64 = 100_000;

/// The pattern as Rust's engines read it.
///
/// # Errors
/// If it is not a regular expression, or cannot be translated.
pub fn translate(pattern: &str) -> Result<String, Unsupported> {
    print::print(&parsed(pattern)?)
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
    const MAX_BYTES: u64 = 48 << 20;
    /// Of those of a part, which few patterns need.
    const MAX_PART_BYTES: u64 = 16 << 20;
    static MADE: Memo<Result<Arc<Automaton>, Unsupported>> = Memo::new(MAX_BYTES);
    static PARTS_MADE: Memo<Result<Arc<Automaton>, Unsupported>> = Memo::new(MAX_PART_BYTES);
    let memo = if is_part { &PARTS_MADE } else { &MADE };
    let n_bytes = |made: &Result<Arc<Automaton>, Unsupported>| {
        let of_steps = made.as_ref().map_or(0, |automaton| automaton.next.len() * size_of::<u16>());
        (size_of::<Automaton>() + pattern.len() + of_steps) as u64
    };
    memo.get(pattern, || make(pattern, is_part).map(Arc::new), n_bytes)
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

pub(super) fn parsed(pattern: &str) -> Result<Parsed, Unsupported> {
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
