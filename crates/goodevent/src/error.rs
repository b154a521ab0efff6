//! Reasons of rejected messages.

use std::fmt;

use goodevent_json::{
    fault::{self, Fault, Unread},
    violation::Violation,
};

use crate::{
    check::{self, Node},
    cursor::Cursor,
    decode::{self, Decode},
    envelope::Mismatch,
    json::Json,
    locate,
};

pub use goodevent_json::fault::MAX_EVENT_BYTES;

/// Upper bound of the bytes that an envelope adds to its payload, so that the size of messages is known in advance.
pub const MAX_ENVELOPE_BYTES: usize = 2_048;

/// Reason why a message violates its contract.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The message exceeds the size limit.
    TooLarge {
        /// Its size.
        n_bytes: usize,
        /// Limit in bytes.
        max_bytes: usize,
    },
    /// The envelope exceeds its limit.
    EnvelopeTooLarge {
        /// Its size.
        n_bytes: usize,
        /// Limit in bytes.
        max_bytes: usize,
    },
    /// It is not UTF-8 ([RFC 8259 §8.1](https://www.rfc-editor.org/rfc/rfc8259#section-8.1)).
    NotUtf8 {
        /// Offset of the first wrong byte.
        offset: usize,
    },
    /// The message is not JSON, or JSON that parsers interpret differently, such as a repeated name.
    NotJson {
        /// Offset of the byte where it shows.
        offset: usize,
        /// Line of that byte, from 1.
        line: usize,
        /// Column of that byte in its line, in characters from 1.
        column: usize,
        /// Description of the fault: "expected `,` or `}` after a member, found a letter". It shows no letter and no digit of
        /// the message, which can have personal data.
        reason: String,
    },
    /// The message is an event of another type, or has another envelope than the decoder reads.
    Mismatch(Box<Mismatch>),
    /// The message violates the contract, with the first violation; [`violations`](crate::Event::violations) lists all.
    Invalid(Box<Violation>),
}

impl Error {
    /// The violated rule, for metrics: the keyword of the contract, such as `maxLength`, or else `too-large`,
    /// `envelope-too-large`, `not-utf8`, `not-json`, `other-type` or `other-envelope`.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too-large",
            Self::EnvelopeTooLarge { .. } => "envelope-too-large",
            Self::NotUtf8 { .. } => "not-utf8",
            Self::NotJson { .. } => "not-json",
            Self::Mismatch(mismatch) => mismatch.rule(),
            Self::Invalid(violation) => violation.keyword,
        }
    }

    /// JSON Pointer to the violating value; empty for the whole message.
    #[must_use]
    pub fn pointer(&self) -> &str {
        match self {
            Self::Mismatch(mismatch) => mismatch.pointer(),
            Self::Invalid(violation) => &violation.pointer,
            Self::TooLarge { .. } | Self::EnvelopeTooLarge { .. } | Self::NotUtf8 { .. } | Self::NotJson { .. } => "",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { n_bytes, max_bytes } => write!(f, "{n_bytes} bytes are more than {max_bytes}"),
            Self::EnvelopeTooLarge { n_bytes, max_bytes } => {
                write!(f, "{n_bytes} bytes around the payload are more than {max_bytes}")
            }
            Self::NotUtf8 { offset } => write!(f, "not UTF-8 at byte {offset}"),
            Self::NotJson { line, column, reason, .. } => {
                write!(f, "not JSON at line {line}, column {column}: {reason}")
            }
            Self::Mismatch(mismatch) => mismatch.fmt(f),
            Self::Invalid(violation) => violation.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

/// A text is not a value of an enum of the contract. The error does not repeat the text, which can be personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownValue {
    expected: &'static [&'static str],
}

impl UnknownValue {
    /// Creates the error of an enum with these values.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(expected: &'static [&'static str]) -> Self {
        Self { expected }
    }

    /// Valid values, in the spelling of the contract.
    #[must_use]
    pub const fn expected(self) -> &'static [&'static str] {
        self.expected
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MAX_VALUES: usize = 10;
        f.write_str("expected one of ")?;
        for (value_idx, value) in self.expected.iter().take(MAX_VALUES).enumerate() {
            write!(f, "{}{value:?}", if value_idx > 0 { ", " } else { "" })?;
        }
        match self.expected.len().checked_sub(MAX_VALUES) {
            Some(n_more) if n_more > 0 => write!(f, ", {n_more} more"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for UnknownValue {}

/// Reason why the decoder of `T`, which `node` describes, rejects `bytes`.
#[cold]
#[must_use]
pub fn explain<'a, T: Decode<'a>>(node: &Node, bytes: &'a [u8], max_bytes: usize) -> Error {
    match parse(bytes, max_bytes) {
        Err(error) => error,
        Ok(json) => {
            let violation = check::first_violation(node, &json).unwrap_or_else(|| stopped::<T>(bytes));
            Error::Invalid(Box::new(violation))
        }
    }
}

/// Every violation of `bytes`; none if the decoder of `T`, which `node` describes, accepts them.
///
/// If the decoder rejects the bytes and the table accepts them, the value at which the decoder stopped is the violation.
///
/// # Errors
/// If the bytes are not JSON, or too many.
pub fn violations<'a, T: Decode<'a>>(node: &Node, bytes: &'a [u8]) -> Result<Vec<Violation>, Error> {
    if bytes.len() <= MAX_EVENT_BYTES && decode::read::<T>(bytes).is_ok() {
        return Ok(Vec::new());
    }
    let violations = check::violations(node, &parse(bytes, MAX_EVENT_BYTES)?);
    Ok(if violations.is_empty() { vec![stopped::<T>(bytes)] } else { violations })
}

/// The JSON text `bytes`.
///
/// # Errors
/// If it is none, or too large.
pub(crate) fn parse(bytes: &[u8], max_bytes: usize) -> Result<Json, Error> {
    if bytes.len() <= max_bytes
        && let Some(json) = Json::parse(bytes)
    {
        return Ok(json);
    }
    Err(match fault::text(bytes, max_bytes) {
        Err(unread) => unread.into(),
        Ok(text) => Fault::at(text, 0, "not a JSON text").into(),
    })
}

impl From<Unread> for Error {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::TooLarge { n_bytes, max_bytes } => Self::TooLarge { n_bytes, max_bytes },
            Unread::NotUtf8 { offset } => Self::NotUtf8 { offset },
            Unread::NotJson(fault) => fault.into(),
        }
    }
}

impl From<Fault> for Error {
    fn from(Fault { offset, line, column, reason }: Fault) -> Self {
        Self::NotJson { offset, line, column, reason }
    }
}

impl From<Mismatch> for Error {
    fn from(mismatch: Mismatch) -> Self {
        Self::Mismatch(Box::new(mismatch))
    }
}

/// The violation where the decoder of `T` stops.
fn stopped<'a, T: Decode<'a>>(bytes: &'a [u8]) -> Violation {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let mut c = Cursor::new(text);
    let mut is_read = T::read(&mut c).is_ok();
    if c.is_exhausted()
        && let Some(thorough) = Cursor::thorough(text)
    {
        c = thorough;
        is_read = T::read(&mut c).is_ok();
    }
    if !is_read && c.is_exhausted() {
        return Violation::undecided(locate::at(text, c.offset()).map(|located| located.pointer).unwrap_or_default());
    }
    unexplained(text, c.offset())
}

/// The violation of a decoder or an encoder at an offset, if no table has it.
pub(crate) fn unexplained(text: &str, offset: usize) -> Violation {
    let located = locate::at(text, offset);
    let (pointer, found) = match &located {
        Some(located) => (located.pointer.clone(), check::kind(&located.json).to_owned()),
        None => (String::new(), "the message".to_owned()),
    };
    let expected = "a value that the Rust type holds".to_owned();
    Violation { pointer, keyword: "type", expected, found }
}

/// A violation that no table tells.
pub(crate) fn refused(pointer: String, keyword: &'static str, expected: &str, found: &str) -> Error {
    Error::Invalid(Box::new(Violation { pointer, keyword, expected: expected.to_owned(), found: found.to_owned() }))
}
