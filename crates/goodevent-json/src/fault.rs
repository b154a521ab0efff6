//! Whether bytes are JSON that means the same to everybody, and where and why not.

use std::{collections::BTreeSet, fmt};

use crate::scan::{Cursor, Kind, No};

/// Arrays and objects may nest this deep, as in `serde_json`.
pub const MAX_DEPTH: u32 = 128;

/// An event and its envelope together may take this much: 64 KiB of compact JSON.
pub const MAX_EVENT_BYTES: usize = 65_536;

/// The reason for which bytes are not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// There are too many.
    TooLarge {
        /// Number of bytes of the text.
        n_bytes: usize,
        /// Largest number of bytes that is allowed.
        max_bytes: usize,
    },
    /// They are not UTF-8 ([RFC 8259 §8.1](https://www.rfc-editor.org/rfc/rfc8259#section-8.1)).
    NotUtf8 {
        /// Offset of the first wrong byte.
        offset: usize,
    },
    /// They are not JSON, or JSON that does not mean the same to everybody, such as a repeated name.
    NotJson {
        /// Offset of the byte where it shows.
        offset: usize,
        /// The fault at that offset.
        reason: &'static str,
    },
}

impl Unread {
    /// The rule that is broken: `too-large`, `not-utf8` or `not-json`.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too-large",
            Self::NotUtf8 { .. } => "not-utf8",
            Self::NotJson { .. } => "not-json",
        }
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { n_bytes, max_bytes } => write!(f, "{n_bytes} bytes are more than {max_bytes}"),
            Self::NotUtf8 { offset } => write!(f, "not UTF-8 at byte {offset}"),
            Self::NotJson { offset, reason } => write!(f, "not JSON at byte {offset}: {reason}"),
        }
    }
}

/// The JSON text that `bytes` are.
///
/// # Errors
/// If they are more than `max_bytes`, not UTF-8, or not JSON.
pub fn text(bytes: &[u8], max_bytes: usize) -> Result<&str, Unread> {
    if bytes.len() > max_bytes {
        return Err(Unread::TooLarge { n_bytes: bytes.len(), max_bytes });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| Unread::NotUtf8 { offset: error.valid_up_to() })?;
    match find(text) {
        Some(Fault { offset, reason }) => Err(Unread::NotJson { offset, reason }),
        None => Ok(text),
    }
}

/// The fault of a text whose arrays and objects nest too deep.
pub const TOO_DEEP: &str = "arrays and objects are nested deeper than 128 levels";

/// The first fault of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Offset of the byte where it shows.
    pub offset: usize,
    /// The fault at that offset.
    pub reason: &'static str,
}

/// The first fault of `text`; `None` if it is a JSON text as [`Json::parse`](crate::json::Json::parse) has it.
pub fn find(text: &str) -> Option<Fault> {
    let mut c = Cursor::new(text);
    if text.starts_with('\u{feff}') {
        return Some(fault(&c, "a byte order mark, which JSON does not allow"));
    }
    let outcome = value(&mut c, 1, "the text is empty: a value is missing");
    outcome.and_then(|()| c.end().map_err(|No| fault(&c, "more text after the end of the value"))).err()
}

fn fault(c: &Cursor<'_>, reason: &'static str) -> Fault {
    Fault { offset: c.offset(), reason }
}

/// Whether nothing is left.
fn is_end(c: &Cursor<'_>) -> bool {
    c.rest().is_empty()
}

/// Reads a value; `at_end` says what is missing if the text ends here.
fn value(c: &mut Cursor<'_>, depth: u32, at_end: &'static str) -> Result<(), Fault> {
    c.skip_space();
    if is_end(c) {
        return Err(fault(c, at_end));
    }
    let Ok(kind) = c.kind() else { return Err(fault(c, not_a_value(c))) };
    if depth > MAX_DEPTH && matches!(kind, Kind::Array | Kind::Object) {
        return Err(fault(c, TOO_DEEP));
    }
    match kind {
        Kind::Null | Kind::Bool if c.take("null") || c.take("true") || c.take("false") => Ok(()),
        Kind::Null | Kind::Bool => Err(fault(c, "expected `null`, `true` or `false`")),
        Kind::Number => {
            let start = fault(c, not_a_number(c));
            c.number().map(drop).map_err(|No| start)
        }
        Kind::String => string(c).map(drop),
        Kind::Array => array(c, depth),
        Kind::Object => object(c, depth),
    }
}

/// The reason for which no value begins here.
fn not_a_value(c: &Cursor<'_>) -> &'static str {
    match c.byte() {
        b',' => "expected a value before `,`",
        b':' => "expected a value before `:`",
        b']' => "expected a value before `]`: JSON allows no comma after the last item",
        b'}' => "expected a value before `}`",
        b'\'' => "expected `\"`: JSON writes strings in double quotes",
        b'/' => "a comment, which JSON does not allow",
        b'+' => "a number begins with a digit or `-`",
        b'.' => "a number begins with a digit or `-`: write `0.5`, not `.5`",
        b'N' | b'I' => "JSON has no `NaN` and no `Infinity`",
        _ => "expected a value",
    }
}

/// The reason for which the text here is not a number.
fn not_a_number(c: &Cursor<'_>) -> &'static str {
    let rest = c.rest();
    let digits = rest.strip_prefix(b"-").unwrap_or(rest);
    let end = |bytes: &[u8]| bytes.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(bytes.len());
    let (whole, behind) = digits.split_at(end(digits));
    match (whole, behind) {
        ([], [b'I', ..]) => "JSON has no `NaN` and no `Infinity`",
        ([], _) => "expected a digit after `-`",
        ([b'0', _, ..], _) => "a number with a leading zero",
        (_, [b'.', rest @ ..]) if end(rest) == 0 => "expected a digit after `.`",
        _ => "a number that is malformed, has more than 1,024 characters, or an exponent beyond 2^60",
    }
}

fn string(c: &mut Cursor<'_>) -> Result<String, Fault> {
    let start = c.offset();
    let rest = c.rest();
    match c.string() {
        Ok(text) => Ok(text),
        Err(No) => Err(not_a_string(rest, start)),
    }
}

/// The fault of the string that `rest` begins with, which stands at `start`.
fn not_a_string(rest: &[u8], start: usize) -> Fault {
    let mut at = 1;
    let fault = |at: usize, reason| Fault { offset: start + at, reason };
    while let Some(byte) = rest.get(at) {
        match byte {
            b'"' => break,
            0..0x20 => return fault(at, "a control character in a string: write it as an escape"),
            b'\\' => match rest.get(at + 1) {
                Some(b'u') => match unicode(rest, at) {
                    Ok(n_bytes) => at += n_bytes,
                    Err(reason) => return fault(at, reason),
                },
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => at += 2,
                Some(_) => return fault(at, "an escape that JSON does not have"),
                None => break,
            },
            _ => at += 1,
        }
    }
    fault(0, "a string that does not end")
}

/// Bytes of the escaped character at `at`, one or two escapes.
fn unicode(rest: &[u8], at: usize) -> Result<usize, &'static str> {
    let unit = |at: usize| {
        let digits = rest.get(at..at + 6)?.strip_prefix(b"\\u")?;
        let text = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u16::from_str_radix(text, 16).ok()
    };
    match (unit(at), unit(at + 6)) {
        (None, _) => Err("expected four hexadecimal digits after `\\u`"),
        (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => Ok(12),
        (Some(0xd800..0xe000), _) => Err("a lone surrogate, which is not a character"),
        (Some(_), _) => Ok(6),
    }
}

fn array(c: &mut Cursor<'_>, depth: u32) -> Result<(), Fault> {
    const OPEN: &str = "the text ends inside of an array";
    c.advance(1);
    c.skip_space();
    if c.byte() == b']' {
        c.advance(1);
        return Ok(());
    }
    loop {
        value(c, depth + 1, OPEN)?;
        if c.expect(b']').is_ok() {
            return Ok(());
        }
        c.expect(b',').map_err(|No| fault(c, if is_end(c) { OPEN } else { "expected `,` or `]` after an item" }))?;
    }
}

fn object(c: &mut Cursor<'_>, depth: u32) -> Result<(), Fault> {
    const OPEN: &str = "the text ends inside of an object";
    c.advance(1);
    c.skip_space();
    if c.byte() == b'}' {
        c.advance(1);
        return Ok(());
    }
    let mut names = BTreeSet::new();
    loop {
        c.skip_space();
        let start = c.clone();
        match c.byte() {
            b'"' => {}
            b'}' => return Err(fault(c, "expected a name before `}`: JSON allows no comma after the last member")),
            b'\'' => return Err(fault(c, "expected `\"`: JSON writes names in double quotes")),
            b'/' => return Err(fault(c, "a comment, which JSON does not allow")),
            _ if is_end(c) => return Err(fault(c, OPEN)),
            _ => return Err(fault(c, "expected a name in double quotes")),
        }
        if !names.insert(string(c)?) {
            return Err(fault(&start, "the object has this name already"));
        }
        c.expect(b':').map_err(|No| fault(c, if is_end(c) { OPEN } else { "expected `:` after a name" }))?;
        value(c, depth + 1, OPEN)?;
        if c.expect(b'}').is_ok() {
            return Ok(());
        }
        c.expect(b',').map_err(|No| fault(c, if is_end(c) { OPEN } else { "expected `,` or `}` after a member" }))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_found_exactly_where_parsing_fails() {
        let deep = "[".repeat(129) + &"]".repeat(129);
        for (text, offset, words) in [
            ("", 0, "empty"),
            ("  ", 2, "empty"),
            ("{", 1, "ends inside of an object"),
            (r#"{"a":1,"#, 7, "ends inside of an object"),
            (r#"{"a""#, 4, "ends inside of an object"),
            (r#"{"a":"#, 5, "ends inside of an object"),
            ("[1", 2, "ends inside of an array"),
            ("[1,]", 3, "no comma after the last item"),
            (r#"{"a":1,}"#, 7, "no comma after the last member"),
            (r#"{"a":1,"a":2}"#, 7, "name already"),
            (r#"{"a" 1}"#, 5, "expected `:`"),
            (r#"{"a":1 "b":2}"#, 7, "expected `,` or `}`"),
            ("[1 2]", 3, "expected `,` or `]`"),
            ("{a:1}", 1, "in double quotes"),
            ("{'a':1}", 1, "in double quotes"),
            ("['a']", 1, "in double quotes"),
            ("nul", 0, "`null`"),
            (r#"{"a":tru}"#, 5, "`true`"),
            ("1e99999999999999999999", 0, "exponent"),
            ("01", 0, "leading zero"),
            ("-", 0, "digit after `-`"),
            ("1.", 0, "digit after `.`"),
            ("+1", 0, "digit or `-`"),
            ("[.5]", 1, "`0.5`"),
            ("NaN", 0, "NaN"),
            ("0x1", 1, "more text"),
            (r#""\ud800""#, 1, "lone surrogate"),
            (r#""\u12"#, 1, "four hexadecimal digits"),
            (r#""\x""#, 1, "escape"),
            ("\"a\nb\"", 2, "control character"),
            (r#"["x]"#, 1, "does not end"),
            ("{} x", 3, "more text"),
            (r#"{"a":1}}"#, 7, "more text"),
            ("\u{feff}{}", 0, "byte order mark"),
            ("[/* no */]", 1, "comment"),
            (&deep, 128, "128 levels"),
        ] {
            let found = find(text);
            assert_eq!(found.map(|fault| fault.offset), Some(offset), "{text}: {found:?}");
            assert!(found.is_some_and(|fault| fault.reason.contains(words)), "{text}: {found:?}");
        }
        for text in ["[]", "{}", r#" {"a": [null, true, -1.5e3, "x\ud83d\ude00"]} "#, "0", "-0.0e+1"] {
            assert_eq!(find(text), None);
        }
    }
}
