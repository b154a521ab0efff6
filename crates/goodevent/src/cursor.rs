//! A cursor over the text of a message: one pass that parses, validates and types.
//!
//! It only accepts or returns [`No`]. A second, slower pass over the same bytes explains a rejection (see
//! [`explain`](crate::error::explain)), so that the fast path carries no errors.

use std::{borrow::Cow, collections::HashSet};

use crate::{
    check::{self, Node},
    text::{Formatted, Rule, Text},
    whole::Whole,
    words::Words,
};

/// The input is rejected. The explain pass finds the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct No;

pub use goodevent_json::fault::MAX_DEPTH;

/// A larger message is rejected before it is read: by default no broker accepts more than this.
pub const MAX_INPUT_BYTES: usize = 1 << 20;

/// A position in a text.
///
/// Most messages are read in one go. A message with nested alternatives may need to be re-read so often that the cursor
/// gives up and starts again [thoroughly](Self::thorough): the tables first evaluate each alternative and remember the
/// verdict, and only valid alternatives are read.
#[derive(Debug)]
pub struct Cursor<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
    /// What the message may still cost beside being read once: bytes that are read in vain or once more, and steps of
    /// evaluations.
    left: usize,
    /// Whether a number was met that some Rust type might not hold.
    has_wide_number: bool,
    thorough: Option<Box<Thorough>>,
}

/// What is known of a message that is read thoroughly.
#[derive(Debug)]
struct Thorough {
    whole: Whole,
    /// Parts of which a schema holds for valid what the Rust type does not hold: address and length of the schema, and the
    /// offset of the part.
    refused: HashSet<(usize, usize, usize)>,
}

/// What every message may cost, and what each of its bytes may cost beside that, when it is read in one go.
const COST_AT_ONCE: (usize, usize) = (4 << 10, 16);

/// The same when it is read thoroughly.
const COST_THOROUGH: (usize, usize) = (4 << 20, 96);

/// What a step of an evaluation costs, as measured against a byte.
const COST_A_STEP: usize = 16;

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

    /// Stands at the beginning of a text that takes too long to be read in one go; `None` if it is not JSON.
    pub(crate) fn thorough(text: &'a str) -> Option<Self> {
        let thorough = Thorough { whole: Whole::parse(text)?, refused: HashSet::new() };
        let left = max_cost(COST_THOROUGH, text);
        Some(Self { left, thorough: Some(Box::new(thorough)), ..Self::new(text) })
    }

    /// A cursor that reads from here on without this one.
    pub(crate) fn ahead(&self) -> Self {
        Self { thorough: None, ..*self }
    }

    /// Whether the message cost so much that nothing more is tried.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.left == 0
    }

    /// Reads a value that `read` accepts and the schema allows: the table validates constraints that `read` ignores.
    ///
    /// # Errors
    /// [`No`] if either rejects the value, or the message exceeds its budget.
    pub fn checked<T>(&mut self, node: &'static Node, read: impl FnOnce(&mut Self) -> Result<T, No>) -> Result<T, No> {
        if self.thorough.is_some() {
            return if self.may_be(node, true) { read(self) } else { Err(No) };
        }
        let mut ahead = Self { has_wide_number: false, ..self.ahead() };
        let value = read(self)?;
        self.spend(self.at - ahead.at);
        let json = ahead.json()?;
        let ledger = check::Ledger::default();
        let (is_valid, n_steps) = check::decide(node, &json, &ledger, self.left / COST_A_STEP, ahead.has_wide_number);
        if self.spend_steps(n_steps) && is_valid { Ok(value) } else { Err(No) }
    }

    /// Whether the next value may be read as `node`: as far as the tables know, if the message is read thoroughly.
    #[inline]
    fn may_be(&mut self, node: &'static Node, is_held: bool) -> bool {
        self.thorough.is_none() || self.is_valid(node, is_held)
    }

    /// Whether the tables hold the next value for valid, and the Rust types hold its numbers if that `is_held` matters.
    #[cold]
    fn is_valid(&mut self, node: &'static Node, is_held: bool) -> bool {
        self.skip_space();
        let Some(Thorough { whole, refused }) = self.thorough.as_deref() else { return true };
        if refused.contains(&question(node, self.at)) {
            return false;
        }
        let (is_valid, n_steps) = whole.decide(self.text, node, self.at, self.left / COST_A_STEP, is_held);
        self.spend_steps(n_steps) && is_valid
    }

    /// Counts steps of an evaluation; `false` if they are too many.
    fn spend_steps(&mut self, n_steps: usize) -> bool {
        self.spend(n_steps * COST_A_STEP);
        if self.left < COST_A_STEP {
            self.left = 0;
        }
        self.left > 0
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

    /// Tries to read the next value, and returns to this position if `read` rejects it. `node` is its schema, if that
    /// has parts.
    ///
    /// # Errors
    /// The error of `read`, or [`No`] if the message exceeds its budget.
    pub fn attempt<T>(
        &mut self,
        node: Option<&'static Node>,
        read: impl FnOnce(&mut Self) -> Result<T, No>,
    ) -> Result<T, No> {
        if self.left == 0 || !node.is_none_or(|node| self.may_be(node, false)) {
            return Err(No);
        }
        let (at, depth) = (self.at, self.depth);
        let value = read(self);
        if value.is_err() {
            self.spend(self.at - at + 1);
            (self.at, self.depth) = (at, depth);
            if let (Some(thorough), Some(node)) = (&mut self.thorough, node) {
                thorough.refused.insert(question(node, at));
            }
        }
        value
    }

    /// Reads a string: a slice of the input, or unescaped.
    ///
    /// # Errors
    /// [`No`] if no valid string is next; a lone surrogate is invalid.
    #[inline]
    pub fn string(&mut self) -> Result<Cow<'a, str>, No> {
        match self.plain() {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => self.escaped().map(Cow::Owned),
        }
    }

    /// A string without escapes; the cursor stays before any other.
    pub(crate) fn plain(&mut self) -> Option<&'a str> {
        if self.byte() != b'"' {
            self.skip_space();
            if self.byte() != b'"' {
                return None;
            }
        }
        let start = self.at + 1;
        let mut rest = self.text.as_bytes().get(start..)?;
        let n_plain = loop {
            let Some((chunk, behind)) = rest.split_first_chunk::<8>() else {
                break plain_len(rest);
            };
            if let Some(n_plain) = first_special(chunk) {
                break n_plain;
            }
            rest = behind;
        };
        let end = self.text.len() - rest.len() + n_plain;
        if rest.get(n_plain) != Some(&b'"') {
            return None;
        }
        self.at = end + 1;
        self.text.get(start..end)
    }

    /// What stands between two quotation marks that are so far from each other; it may have escapes.
    #[inline]
    fn plain_of(&self, n_bytes: usize) -> Option<&'a str> {
        let start = self.at + 1;
        let is_framed = self.byte() == b'"' && self.text.as_bytes().get(start + n_bytes) == Some(&b'"');
        if is_framed { self.text.get(start..start + n_bytes) } else { None }
    }

    /// Reads a string that satisfies `rule`.
    ///
    /// # Errors
    /// [`No`] if there is none, or it violates the rule.
    #[inline]
    pub fn text<S: Text<'a>>(&mut self, rule: impl Rule) -> Result<S, No> {
        if let Some(n_bytes) = rule.n_bytes()
            && let Some(text) = self.plain_of(n_bytes).filter(|text| rule.allows(text))
        {
            self.at += n_bytes + 2;
            return Ok(S::from_borrowed(text));
        }
        match self.plain() {
            Some(text) if rule.allows(text) => Ok(S::from_borrowed(text)),
            Some(_) => Err(No),
            None => self.escaped_text(rule).map(S::from_owned),
        }
    }

    #[cold]
    fn escaped_text(&mut self, rule: impl Rule) -> Result<String, No> {
        self.escaped().and_then(|text| if rule.allows(&text) { Ok(text) } else { Err(No) })
    }

    /// Reads a string that satisfies `rule`, as the type that its format is mapped to.
    ///
    /// # Errors
    /// [`No`] if there is none, it violates the rule, or the type cannot hold it.
    pub fn parsed<T: Formatted>(&mut self, rule: impl Rule) -> Result<T, No> {
        let text = self.string()?;
        if !rule.allows(&text) {
            return Err(No);
        }
        T::parse(&text).ok_or(No)
    }

    /// Reads a string and returns its index in `values`.
    ///
    /// # Errors
    /// [`No`] if it is not one of them.
    pub fn one_of(&mut self, values: &Words) -> Result<usize, No> {
        match self.word(values) {
            Some(value_idx) => Ok(value_idx),
            None => values.find(&self.string()?).ok_or(No),
        }
    }

    /// Takes a string if it is surely one of `words`, and says which.
    #[inline]
    pub(crate) fn word(&mut self, words: &Words) -> Option<usize> {
        self.skip_space();
        let (b'"', text) = self.rest().split_first()? else { return None };
        let (word_idx, n_bytes) = words.ahead(text)?;
        self.at += n_bytes + 2;
        Some(word_idx)
    }

    /// Consumes the string `value`.
    ///
    /// # Errors
    /// [`No`] if something else comes next.
    pub fn constant(&mut self, value: &str) -> Result<(), No> {
        if self.string()? == value { Ok(()) } else { Err(No) }
    }

    /// A string with escapes.
    #[cold]
    fn escaped(&mut self) -> Result<String, No> {
        self.expect(b'"')?;
        let mut text = String::new();
        loop {
            let plain = plain_len(self.rest());
            if text.capacity() - text.len() < plain {
                // Escapes come in company, and each of them is short.
                text.reserve(plain + 64);
            }
            let start = self.at;
            self.at += plain;
            text.push_str(self.since(start));
            match self.byte() {
                b'"' => {
                    self.at += 1;
                    return Ok(text);
                }
                b'\\' => {
                    self.at += 1;
                    text.push(self.escape()?);
                }
                _ => return Err(No),
            }
        }
    }

    /// The character behind a backslash ([RFC 8259 §7](https://www.rfc-editor.org/rfc/rfc8259#section-7)).
    fn escape(&mut self) -> Result<char, No> {
        let byte = self.byte();
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.hex()?;
                if !(0xD800..0xDC00).contains(&unit) {
                    return char::from_u32(unit).ok_or(No);
                }
                if !self.rest().starts_with(b"\\u") {
                    return Err(No);
                }
                self.at += 2;
                let low = self.hex()?.checked_sub(0xDC00).filter(|low| *low < 0x400).ok_or(No)?;
                char::from_u32(0x10000 + ((unit - 0xD800) << 10) + low).ok_or(No)?
            }
            _ => return Err(No),
        })
    }

    fn hex(&mut self) -> Result<u32, No> {
        let digits = self.rest().first_chunk::<4>().ok_or(No)?;
        self.at += 4;
        digits.iter().try_fold(0, |unit, digit| Ok(unit << 4 | char::from(*digit).to_digit(16).ok_or(No)?))
    }
}

fn max_cost((of_all, of_a_byte): (usize, usize), text: &str) -> usize {
    of_all + of_a_byte * text.len()
}

fn question(node: &Node, at: usize) -> (usize, usize, usize) {
    (node.as_ptr() as usize, node.len(), at)
}

/// Number of bytes before the first quote, backslash or control character.
#[inline]
pub(crate) fn plain_len(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((chunk, behind)) = rest.split_first_chunk::<8>() {
        if let Some(n_plain) = first_special(chunk) {
            return bytes.len() - rest.len() + n_plain;
        }
        rest = behind;
    }
    // Less than eight bytes are left: they are looked at together with some before them, which are plain.
    match bytes.last_chunk::<8>() {
        Some(chunk) => first_special(chunk).map_or(bytes.len(), |n_plain| bytes.len() - 8 + n_plain),
        None => bytes.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20)).count(),
    }
}

/// The place of the first quote, backslash or control character.
///
/// A byte's top bit is set in `mask` if the byte is one of them. Bytes outside ASCII never are; a borrow can only spoil
/// the bytes above the first hit, which don't count.
#[inline]
fn first_special(chunk: &[u8; 8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    const TOPS: u64 = ONES << 7;
    let word = u64::from_le_bytes(*chunk);
    let quotes = word ^ (ONES * b'"' as u64);
    let escapes = word ^ (ONES * b'\\' as u64);
    let mask = (quotes.wrapping_sub(ONES) | escapes.wrapping_sub(ONES) | word.wrapping_sub(ONES * 0x20)) & !word & TOPS;
    (mask != 0).then(|| (mask.trailing_zeros() / 8) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        check::Check,
        decode::{self, Decode},
    };

    #[test]
    fn plain_text_ends_at_the_first_special_byte() {
        for special in (0..0x20).chain([b'"', b'\\']) {
            for n_before in 0..40 {
                for filler in [b'a', b' ', b'!', b'#', b'[', b']', 0x7F, 0x80, 0xA2, 0xDC, 0xFF] {
                    let mut bytes = vec![filler; n_before];
                    bytes.push(special);
                    bytes.extend([filler; 17]);
                    assert_eq!(plain_len(&bytes), n_before, "{special} behind {n_before} of {filler}");
                }
            }
        }
        assert_eq!(plain_len(&[b'x'; 45]), 45);
    }

    /// Two alternatives that differ in what comes last, as arrays of two items.
    static TREE: [Check; 1] = [Check::AnyOf(&[&LEFT, &RIGHT])];
    static LEFT: [Check; 2] =
        [Check::PrefixItems(&[&SUBTREE, &[Check::Const(check::Value::String("l"))]]), check::ARRAY];
    static RIGHT: [Check; 2] =
        [Check::PrefixItems(&[&SUBTREE, &[Check::Const(check::Value::String("r"))]]), check::ARRAY];
    static SUBTREE: [Check; 1] = [Check::AnyOf(&[&TREE, &[check::NULL]])];

    #[derive(Debug)]
    struct Tree;

    impl<'a> Decode<'a> for Tree {
        fn read(c: &mut Cursor<'a>) -> Result<Self, No> {
            let side = |c: &mut Cursor<'a>, side: &str| {
                c.expect(b'[')?;
                if !c.null() {
                    Self::read(c)?;
                }
                c.expect(b',')?;
                c.constant(side)?;
                c.expect(b']')
            };
            c.checked(&TREE, |c| {
                c.attempt(Some(&LEFT), |c| side(c, "l"))
                    .or_else(|No| c.attempt(Some(&RIGHT), |c| side(c, "r")))
                    .map(|()| Self)
            })
        }
    }

    #[test]
    fn alternatives_within_alternatives_are_decided_on_once() {
        for (last, is_valid) in [("r", true), ("l", true), ("x", false)] {
            for n_levels in [1, 3, 120] {
                let deep = "[".repeat(n_levels) + "null,\"" + last + "\"]" + &",\"r\"]".repeat(n_levels - 1);
                assert_eq!(decode::read::<Tree>(deep.as_bytes()).is_ok(), is_valid, "{n_levels} levels within {last}");
                let mut at_once = Cursor::new(&deep);
                let is_read = Tree::read(&mut at_once).is_ok();
                assert_eq!((is_read, at_once.is_exhausted()), (is_valid && n_levels < 100, n_levels > 100));
            }
        }
    }

    #[test]
    fn escapes_are_resolved_and_lone_surrogates_refused() {
        let string = |text| Cursor::new(text).string().map(Cow::into_owned);
        assert_eq!(string(r#""\u00e9\n\"\/ \ud83d\ude00""#).as_deref(), Ok("é\n\"/ 😀"));
        for refused in
            [r#""\ud83d""#, r#""\ude00""#, r#""\ud83dx""#, r#""\ud83d\u0041""#, r#""\x""#, r#""\u12""#, "\"a", "\"\n\""]
        {
            assert_eq!(string(refused), Err(No), "{refused}");
        }
    }
}
