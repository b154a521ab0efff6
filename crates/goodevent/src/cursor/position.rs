//! A position in a text, and what the message may still cost.

use goodevent_json::fault::MAX_DEPTH;

use super::thorough::Thorough;

/// The input is rejected. The explain pass finds the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct No;

/// A larger message is rejected before it is read: by default no broker accepts more than this.
pub const MAX_INPUT_BYTES: usize = 1 << 20;

/// A position in a text.
///
/// Most messages are read in one go. A message with nested alternatives may need to be re-read so often that the cursor
/// gives up and starts again thoroughly: the tables first evaluate each alternative and remember the verdict, and only
/// valid alternatives are read.
#[derive(Debug)]
pub struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) depth: u32,
    /// What the message may still cost beside being read once: bytes that are read in vain or once more, and steps of
    /// evaluations.
    pub(super) left: usize,
    /// Whether a number was met that some Rust type might not hold.
    pub(super) has_wide_number: bool,
    pub(super) thorough: Option<Box<Thorough>>,
}

/// What every message may cost, and what each of its bytes may cost beside that, when it is read in one go.
const COST_AT_ONCE: (usize, usize) = (4 << 10, 16);

/// JSON type of a value, from its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Kind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

impl<'a> Cursor<'a> {
    /// Creates a cursor at the start of `text`.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0, left: max_cost(COST_AT_ONCE, text), has_wide_number: false, thorough: None }
    }

    /// A cursor that reads from here on without this one.
    pub(crate) fn ahead(&self) -> Self {
        Self { thorough: None, ..*self }
    }

    /// Whether the message cost so much that nothing more is tried.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.left == 0
    }

    /// Counts what was read in vain or once more.
    pub(crate) fn spend(&mut self, n_bytes: usize) {
        self.left = self.left.saturating_sub(n_bytes);
    }

    /// Notes a number that some Rust type might not hold.
    pub(crate) fn note_wide_number(&mut self) {
        self.has_wide_number = true;
    }

    /// Whether such a number was met, which is forgotten.
    pub(crate) fn takes_wide_number(&mut self) -> bool {
        std::mem::take(&mut self.has_wide_number)
    }

    /// Offset of the next byte.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.at
    }

    /// The text from `start` to here.
    pub fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Checks that only white space is left.
    ///
    /// # Errors
    /// [`No`] if there is more.
    pub fn end(&mut self) -> Result<(), No> {
        self.skip_space();
        if self.at == self.text.len() { Ok(()) } else { Err(No) }
    }

    /// The next byte, 0 at the end: a byte that JSON allows nowhere.
    #[inline]
    pub(crate) fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    #[inline]
    pub(crate) fn advance(&mut self, n_bytes: usize) {
        self.at += n_bytes;
    }

    #[inline]
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn skip_space(&mut self) {
        while matches!(self.byte(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }

    /// Takes `byte` behind optional white space.
    #[inline]
    pub(crate) fn expect(&mut self, byte: u8) -> Result<(), No> {
        if self.byte() != byte {
            self.skip_space();
            if self.byte() != byte {
                return Err(No);
            }
        }
        self.at += 1;
        Ok(())
    }

    /// Takes the literal `word`, such as `null`, if it is next.
    #[inline]
    pub(crate) fn take(&mut self, word: &str) -> bool {
        self.skip_space();
        self.take_bytes(word.as_bytes())
    }

    /// Takes `bytes` if they are next.
    #[inline]
    pub(crate) fn take_bytes(&mut self, bytes: &[u8]) -> bool {
        let is_next = self.rest().starts_with(bytes);
        if is_next {
            self.at += bytes.len();
        }
        is_next
    }

    /// The type of the next value.
    ///
    /// # Errors
    /// [`No`] if no value begins here.
    #[inline]
    pub fn kind(&mut self) -> Result<Kind, No> {
        self.skip_space();
        match self.byte() {
            b'"' => Ok(Kind::String),
            b'{' => Ok(Kind::Object),
            b'[' => Ok(Kind::Array),
            b'n' => Ok(Kind::Null),
            b't' | b'f' => Ok(Kind::Bool),
            b'-' | b'0'..=b'9' => Ok(Kind::Number),
            _ => Err(No),
        }
    }

    /// Consumes `null` if it is next.
    #[inline]
    pub fn null(&mut self) -> bool {
        self.take("null")
    }

    /// Reads a value or `null`.
    ///
    /// # Errors
    /// The error of `read`.
    #[inline]
    pub fn nullable<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, No>) -> Result<Option<T>, No> {
        if self.null() { Ok(None) } else { read(self).map(Some) }
    }

    /// Goes into an array or object, at its bracket.
    #[inline]
    pub(crate) fn enter(&mut self, bracket: u8) -> Result<(), No> {
        self.expect(bracket)?;
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(No) } else { Ok(()) }
    }

    #[inline]
    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }
}

pub(super) fn max_cost((of_all, of_a_byte): (usize, usize), text: &str) -> usize {
    of_all + of_a_byte * text.len()
}
