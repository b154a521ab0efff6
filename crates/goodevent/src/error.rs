//! Why a message was refused.

use std::fmt;

use crate::{
    check::{self, Node},
    cursor::MAX_INPUT_BYTES,
    fault,
    json::Json,
    violation::Violation,
};

/// An event and its envelope together may take this much: 64 KiB of compact JSON.
pub const MAX_EVENT_BYTES: usize = 65_536;

/// An envelope may add this much to its payload, so that it is known beforehand which events fit.
pub const MAX_ENVELOPE_BYTES: usize = 2_048;

/// Why a message is not what its contract says.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// It is larger than allowed.
    TooLarge {
        /// Its size.
        n_bytes: usize,
        /// What is allowed.
        max_bytes: usize,
    },
    /// What is around the payload is larger than allowed.
    EnvelopeTooLarge {
        /// Its size.
        n_bytes: usize,
        /// What is allowed.
        max_bytes: usize,
    },
    /// It is not UTF-8 ([RFC 8259 §8.1](https://www.rfc-editor.org/rfc/rfc8259#section-8.1)).
    NotUtf8 {
        /// Offset of the first wrong byte.
        offset: usize,
    },
    /// It is not JSON, or JSON that does not mean the same to everybody, such as a repeated name.
    NotJson {
        /// Offset of the byte where it shows.
        offset: usize,
        /// What is wrong there.
        reason: &'static str,
    },
    /// It violates the contract, here for the first time; [`violations`](crate::Event::violations) lists the rest.
    Invalid(Box<Violation>),
}

impl Error {
    /// The rule that is broken, as metrics count it: the keyword of the contract, such as `maxLength`, or else `too-large`,
    /// `envelope-too-large`, `not-utf8` or `not-json`.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too-large",
            Self::EnvelopeTooLarge { .. } => "envelope-too-large",
            Self::NotUtf8 { .. } => "not-utf8",
            Self::NotJson { .. } => "not-json",
            Self::Invalid(violation) => violation.keyword,
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
            Self::NotJson { offset, reason } => write!(f, "not JSON at byte {offset}: {reason}"),
            Self::Invalid(violation) => violation.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

/// A text is none of the values that an enum of the contract has. It does not repeat the text, which may be personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownValue {
    expected: &'static [&'static str],
}

impl UnknownValue {
    /// For an enum of these values.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(expected: &'static [&'static str]) -> Self {
        Self { expected }
    }

    /// The values that there are, as the contract writes them.
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

/// Why `bytes` were refused by the decoder that `node` describes.
#[cold]
#[must_use]
pub fn explain(node: &Node, bytes: &[u8]) -> Error {
    match look(node, bytes) {
        Err(error) => error,
        Ok(violations) => {
            let violation = violations.into_iter().next();
            Error::Invalid(Box::new(violation.unwrap_or_else(Violation::unexplained)))
        }
    }
}

/// What an envelope's decoder refuses though its table does not: the value at `pointer`.
pub(crate) fn malformed(pointer: &str, expected: &str, bytes: &[u8]) -> Error {
    let found = Json::parse(bytes).and_then(|json| Some(json.pointer(pointer)?.to_text())).unwrap_or_default();
    refused(pointer.to_owned(), "format", expected, &found.chars().take(60).collect::<String>())
}

/// A violation that no table tells.
pub(crate) fn refused(pointer: String, keyword: &'static str, expected: &str, found: &str) -> Error {
    Error::Invalid(Box::new(Violation { pointer, keyword, expected: expected.to_owned(), found: found.to_owned() }))
}

/// Every violation of `bytes`; none if they are valid.
///
/// # Errors
/// If they are not even JSON.
pub fn look(node: &Node, bytes: &[u8]) -> Result<Vec<Violation>, Error> {
    if bytes.len() > MAX_INPUT_BYTES {
        return Err(Error::TooLarge { n_bytes: bytes.len(), max_bytes: MAX_INPUT_BYTES });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| Error::NotUtf8 { offset: error.valid_up_to() })?;
    match (Json::parse(bytes), fault::find(text)) {
        (Some(json), _) => Ok(check::violations(node, &json)),
        (None, Some(fault)) => Err(Error::NotJson { offset: fault.offset, reason: fault.reason }),
        (None, None) => Err(Error::NotJson { offset: 0, reason: "not a JSON text" }),
    }
}
