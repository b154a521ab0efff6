//! An engine that backtracks, for patterns that no automaton decides.

use std::sync::Arc;

use goodevent_json::budget::MAX_PATTERN_BYTES;

use super::{
    compile::{parsed, translate},
    memo::Memo,
    unsupported::Unsupported,
};

/// The compiled pattern.
#[derive(Debug)]
pub struct Engine(fancy_regex::Regex);

impl Engine {
    /// Whether `text` matches; `None` if that takes too long to decide.
    pub(super) fn is_match(&self, text: &str) -> Option<bool> {
        self.0.is_match(text).ok()
    }
}

/// The engine that backtracks; made once, however often it is asked for, since a large one takes long to make.
pub(super) fn backtracking(pattern: &str) -> Made {
    /// Places of the patterns whose engines are kept; a place takes about a hundred bytes.
    const MAX_KEPT: u64 = 500_000;
    static MADE: Memo<Made> = Memo::new(MAX_KEPT);
    let make = || {
        let mut builder = fancy_regex::RegexBuilder::new(&translate(pattern).map_err(Some)?);
        builder.delegate_size_limit(MAX_PATTERN_BYTES).build().map(|engine| Arc::new(Engine(engine))).map_err(|_| None)
    };
    MADE.get(pattern, make, |_| 1 + parsed(pattern).map_or(0, |parsed| parsed.node.n_places()))
}

/// An engine, or why there is none, if that is known.
type Made = Result<Arc<Engine>, Option<Unsupported>>;
