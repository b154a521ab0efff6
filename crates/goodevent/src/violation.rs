//! What is wrong with a message, as data.

use std::fmt;

/// One way in which a message violates its contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where: a JSON Pointer into the message ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)); empty for the whole.
    pub pointer: String,
    /// The keyword of the contract that is violated, such as `maxLength`.
    pub keyword: &'static str,
    /// What is expected, such that "… is not *expected*" reads well: `one of "a", "b"`.
    pub expected: String,
    /// What is there: the value, shortened.
    pub found: String,
}

/// The keyword of a violation that no table explains.
const UNEXPLAINED: &str = "number";

impl Violation {
    /// Whether no table explains it.
    pub(crate) fn is_unexplained(&self) -> bool {
        self.keyword == UNEXPLAINED
    }

    /// For a message that takes too long to be decided on.
    pub(crate) fn undecided() -> Self {
        Self {
            pointer: String::new(),
            keyword: "undecided",
            expected: "a message that the contract's alternatives tell apart in reasonable time".to_owned(),
            found: "the message".to_owned(),
        }
    }

    /// For a decoder that refuses what its table accepts, which is the decoder's fault.
    pub(crate) fn unexplained() -> Self {
        Self {
            pointer: String::new(),
            keyword: UNEXPLAINED,
            expected: "a message whose numbers the Rust types hold".to_owned(),
            found: "the message".to_owned(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.is_empty() { "the message" } else { &self.pointer };
        write!(f, "{pointer}: {} is not {} ({})", self.found, self.expected, self.keyword)
    }
}
