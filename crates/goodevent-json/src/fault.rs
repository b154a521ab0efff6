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
    NotJson(Fault),
}

impl Unread {
    /// The rule that is broken: `too-large`, `not-utf8` or `not-json`.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too-large",
            Self::NotUtf8 { .. } => "not-utf8",
            Self::NotJson(_) => "not-json",
        }
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { n_bytes, max_bytes } => write!(f, "{n_bytes} bytes are more than {max_bytes}"),
            Self::NotUtf8 { offset } => write!(f, "not UTF-8 at byte {offset}"),
            Self::NotJson(fault) => fault.fmt(f),
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
        Some(fault) => Err(Unread::NotJson(fault)),
        None => Ok(text),
    }
}

/// The fault of a text whose arrays and objects nest too deep.
pub const TOO_DEEP: &str = "arrays and objects are nested deeper than 128 levels";

/// The reason why a text is not JSON, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Offset of the byte where it shows.
    pub offset: usize,
    /// Line of that byte, from 1.
    pub line: usize,
    /// Column of that byte in its line, in characters from 1.
    pub column: usize,
    /// Description of the fault: the expected part of JSON and the kind of character that was found, or the part that JSON
    /// does not allow.
    pub reason: String,
}

impl Fault {
    /// The fault of `text` at an offset, which is the beginning of a character or the end.
    #[must_use]
    pub fn at(text: &str, offset: usize, reason: impl Into<String>) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let (lines, last) = before.rsplit_once('\n').unwrap_or(("", before));
        let n_line_ends = lines.matches('\n').count() + usize::from(last.len() < before.len());
        Self { offset, line: n_line_ends + 1, column: last.chars().count() + 1, reason: reason.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, reason, .. } = self;
        write!(f, "not JSON at line {line}, column {column}: {reason}")
    }
}

/// The first fault of `text`; `None` if it is a JSON text as [`Json::parse`](crate::json::Json::parse) has it.
pub fn find(text: &str) -> Option<Fault> {
    let found = document(&mut Cursor::new(text)).err()?;
    Some(Fault::at(text, found.offset, found.reason))
}

/// A fault whose line is not counted yet.
struct Found {
    offset: usize,
    reason: String,
}

fn document(c: &mut Cursor<'_>) -> Result<(), Found> {
    if c.rest().starts_with("\u{feff}".as_bytes()) {
        return Err(fault(c, "a byte order mark, which JSON does not allow"));
    }
    value(c, 1)?;
    c.end().map_err(|No| expected(c, "the end of the text after the value"))
}

fn fault(c: &Cursor<'_>, reason: impl Into<String>) -> Found {
    Found { offset: c.offset(), reason: reason.into() }
}

/// The fault of a text that has another character here than `expected`.
fn expected(c: &Cursor<'_>, expected: &str) -> Found {
    fault(c, format!("expected {expected}, found {}", found(c.rest())))
}

/// As [`expected`], with advice about a common mistake.
fn expected_with_advice(c: &Cursor<'_>, what: &str, advice: &str) -> Found {
    let Found { offset, reason } = expected(c, what);
    Found { offset, reason: format!("{reason}: {advice}") }
}

/// The kind of the next character. Messages are logged, and a text can have personal data, so that punctuation is shown and
/// letters and digits are not.
fn found(rest: &[u8]) -> String {
    let kind = match rest.first() {
        None => "the end of the text",
        Some(b' ' | b'\t' | b'\n' | b'\r') => "white space",
        Some(b'`') => "a backtick",
        Some(byte) if byte.is_ascii_digit() => "a digit",
        Some(byte) if byte.is_ascii_alphabetic() => "a letter",
        Some(byte) if byte.is_ascii_control() => "a control character",
        Some(byte) if byte.is_ascii() => return format!("`{}`", char::from(*byte)),
        Some(_) => "a character beyond ASCII",
    };
    kind.to_owned()
}

fn value(c: &mut Cursor<'_>, depth: u32) -> Result<(), Found> {
    c.skip_space();
    let Ok(kind) = c.kind() else { return Err(not_a_value(c)) };
    if depth > MAX_DEPTH && matches!(kind, Kind::Array | Kind::Object) {
        return Err(fault(c, TOO_DEEP));
    }
    match kind {
        Kind::Null | Kind::Bool if c.take("null") || c.take("true") || c.take("false") => Ok(()),
        Kind::Null | Kind::Bool => Err(fault(c, "expected `null`, `true` or `false`, found another word")),
        Kind::Number => {
            let start = c.clone();
            c.number().map_err(|No| not_a_number(start))
        }
        Kind::String => string(c).map(drop),
        Kind::Array => array(c, depth),
        Kind::Object => object(c, depth),
    }
}

const NO_NAN: &str = "JSON has no `NaN` and no `Infinity`";

/// The fault of a text in which no value begins here.
fn not_a_value(c: &Cursor<'_>) -> Found {
    let advice = match c.byte() {
        b'/' => return fault(c, COMMENT),
        b'\'' => "JSON writes strings in double quotes",
        b'+' => "a number begins with a digit or `-`",
        b'.' => "a number begins with a digit or `-`: write `0.5`, not `.5`",
        b'N' | b'I' => NO_NAN,
        _ => return expected(c, "a value"),
    };
    expected_with_advice(c, "a value", advice)
}

const COMMENT: &str = "a comment, which JSON does not allow";

/// The fault of a text whose number at `c` is not one.
fn not_a_number(mut c: Cursor<'_>) -> Found {
    let start = c.clone();
    c.advance(usize::from(c.byte() == b'-'));
    let is_led_by_zero = c.byte() == b'0';
    match c.digits() {
        0 if c.byte() == b'I' => return expected_with_advice(&c, "a digit after `-`", NO_NAN),
        0 => return expected(&c, "a digit after `-`"),
        2.. if is_led_by_zero => return fault(&start, "a number with a leading zero"),
        _ => {}
    }
    if c.byte() == b'.' {
        c.advance(1);
        if c.digits() == 0 {
            return expected(&c, "a digit after `.`");
        }
    }
    if matches!(c.byte(), b'e' | b'E') {
        c.advance(1);
        c.advance(usize::from(matches!(c.byte(), b'+' | b'-')));
        if c.digits() == 0 {
            return expected(&c, "a digit in the exponent");
        }
    }
    fault(&start, "a number that has more than 1,024 characters, or an exponent beyond 2^60")
}

fn string(c: &mut Cursor<'_>) -> Result<String, Found> {
    let start = c.clone();
    c.string().map_err(|No| not_a_string(start))
}

/// The fault of a text whose string at `c` is not one.
fn not_a_string(mut c: Cursor<'_>) -> Found {
    let start = c.clone();
    c.advance(1);
    while let Some(byte) = c.rest().first() {
        match byte {
            b'"' => break,
            0..0x20 => return fault(&c, "a control character in a string: write it as an escape"),
            b'\\' => match c.rest().get(1) {
                Some(b'u') => match unicode(&c) {
                    Ok(n_bytes) => c.advance(n_bytes),
                    Err(found) => return found,
                },
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => c.advance(2),
                Some(_) => return fault(&c, "an escape that JSON does not have"),
                None => break,
            },
            _ => c.advance(1),
        }
    }
    fault(&start, "a string that does not end")
}

/// Bytes of the escaped character at `c`, one or two escapes.
fn unicode(c: &Cursor<'_>) -> Result<usize, Found> {
    let rest = c.rest();
    let unit = |at: usize| {
        let digits = rest.get(at..at + 6)?.strip_prefix(b"\\u")?;
        let text = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u16::from_str_radix(text, 16).ok()
    };
    match (unit(0), unit(6)) {
        (None, _) => {
            let mut digits = c.clone();
            digits.advance(2);
            digits.advance(digits.rest().iter().take_while(|byte| byte.is_ascii_hexdigit()).count());
            Err(expected(&digits, "four hexadecimal digits after `\\u`"))
        }
        (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => Ok(12),
        (Some(0xd800..0xe000), _) => Err(fault(c, "a lone surrogate, which is not a character")),
        (Some(_), _) => Ok(6),
    }
}

fn array(c: &mut Cursor<'_>, depth: u32) -> Result<(), Found> {
    c.advance(1);
    c.skip_space();
    if c.byte() == b']' {
        c.advance(1);
        return Ok(());
    }
    loop {
        value(c, depth + 1)?;
        if c.expect(b']').is_ok() {
            return Ok(());
        }
        c.expect(b',').map_err(|No| expected(c, "`,` or `]` after an item"))?;
        c.skip_space();
        if c.byte() == b']' {
            return Err(expected_with_advice(c, "a value", "JSON allows no comma after the last item"));
        }
    }
}

fn object(c: &mut Cursor<'_>, depth: u32) -> Result<(), Found> {
    const NAME: &str = "a name in double quotes";
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
            b'}' => return Err(expected_with_advice(c, NAME, "JSON allows no comma after the last member")),
            b'/' => return Err(fault(c, COMMENT)),
            _ => return Err(expected(c, NAME)),
        }
        if !names.insert(string(c)?) {
            return Err(fault(&start, "the object has this name already"));
        }
        c.expect(b':').map_err(|No| expected(c, "`:` after a name"))?;
        value(c, depth + 1)?;
        if c.expect(b'}').is_ok() {
            return Ok(());
        }
        c.expect(b',').map_err(|No| expected(c, "`,` or `}` after a member"))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAULTS: [(&str, usize, &str); 56] = [
        ("", 0, "expected a value, found the end of the text"),
        ("  ", 2, "expected a value, found the end of the text"),
        ("{", 1, "expected a name in double quotes, found the end of the text"),
        (r#"{"a":1,"#, 7, "expected a name in double quotes, found the end of the text"),
        (r#"{"a""#, 4, "expected `:` after a name, found the end of the text"),
        (r#"{"a":"#, 5, "expected a value, found the end of the text"),
        (r#"{"a":1"#, 6, "expected `,` or `}` after a member, found the end of the text"),
        ("[", 1, "expected a value, found the end of the text"),
        ("[1", 2, "expected `,` or `]` after an item, found the end of the text"),
        ("[1,", 3, "expected a value, found the end of the text"),
        ("[1,]", 3, "expected a value, found `]`: JSON allows no comma after the last item"),
        ("[,1]", 1, "expected a value, found `,`"),
        (r#"{"a":]}"#, 5, "expected a value, found `]`"),
        (r#"{"a":}"#, 5, "expected a value, found `}`"),
        (r#"{"a"::1}"#, 5, "expected a value, found `:`"),
        (r#"{"a":1,}"#, 7, "expected a name in double quotes, found `}`: JSON allows no comma after the last member"),
        (r#"{"a":1,"a":2}"#, 7, "the object has this name already"),
        (r#"{"a" 1}"#, 5, "expected `:` after a name, found a digit"),
        (r#"{"a":1 "b":2}"#, 7, "expected `,` or `}` after a member, found `\"`"),
        (r#"{"a":1;"b":2}"#, 6, "expected `,` or `}` after a member, found `;`"),
        ("[1 2]", 3, "expected `,` or `]` after an item, found a digit"),
        ("[1 é]", 3, "expected `,` or `]` after an item, found a character beyond ASCII"),
        ("[1 \u{1}]", 3, "expected `,` or `]` after an item, found a control character"),
        ("[1 `]", 3, "expected `,` or `]` after an item, found a backtick"),
        ("{a:1}", 1, "expected a name in double quotes, found a letter"),
        ("{'a':1}", 1, "expected a name in double quotes, found `'`"),
        ("{1:1}", 1, "expected a name in double quotes, found a digit"),
        ("['a']", 1, "expected a value, found `'`: JSON writes strings in double quotes"),
        ("nul", 0, "expected `null`, `true` or `false`, found another word"),
        (r#"{"a":tru}"#, 5, "expected `null`, `true` or `false`, found another word"),
        ("Anna", 0, "expected a value, found a letter"),
        ("1e99999999999999999999", 0, "a number that has more than 1,024 characters, or an exponent beyond 2^60"),
        ("01", 0, "a number with a leading zero"),
        ("-", 1, "expected a digit after `-`, found the end of the text"),
        ("[- 1]", 2, "expected a digit after `-`, found white space"),
        ("-x", 1, "expected a digit after `-`, found a letter"),
        ("-Infinity", 1, "expected a digit after `-`, found a letter: JSON has no `NaN` and no `Infinity`"),
        ("1.", 2, "expected a digit after `.`, found the end of the text"),
        ("[1.e5]", 3, "expected a digit after `.`, found a letter"),
        ("[1e]", 3, "expected a digit in the exponent, found `]`"),
        ("[1.5E+]", 6, "expected a digit in the exponent, found `]`"),
        ("+1", 0, "expected a value, found `+`: a number begins with a digit or `-`"),
        ("[.5]", 1, "expected a value, found `.`: a number begins with a digit or `-`: write `0.5`, not `.5`"),
        ("NaN", 0, "expected a value, found a letter: JSON has no `NaN` and no `Infinity`"),
        ("0x1", 1, "expected the end of the text after the value, found a letter"),
        (r#""\ud800""#, 1, "a lone surrogate, which is not a character"),
        (r#""\u12"#, 5, "expected four hexadecimal digits after `\\u`, found the end of the text"),
        (r#""\u12é4""#, 5, "expected four hexadecimal digits after `\\u`, found a character beyond ASCII"),
        (r#""\x""#, 1, "an escape that JSON does not have"),
        ("\"a\nb\"", 2, "a control character in a string: write it as an escape"),
        (r#"["x]"#, 1, "a string that does not end"),
        ("{} x", 3, "expected the end of the text after the value, found a letter"),
        (r#"{"a":1}}"#, 7, "expected the end of the text after the value, found `}`"),
        ("\u{feff}{}", 0, "a byte order mark, which JSON does not allow"),
        ("[/* no */]", 1, "a comment, which JSON does not allow"),
        ("{// no\n}", 1, "a comment, which JSON does not allow"),
    ];

    #[test]
    fn a_fault_is_at_a_line_and_a_column_of_characters() {
        for (before, line, column) in [
            ("", 1, 1),
            ("é", 1, 2),
            ("a\u{1f600}b", 1, 4),
            ("\n", 2, 1),
            ("é\r\n", 2, 1),
            ("\n\n\u{1f600} ", 3, 3),
            ("a\rb", 1, 4),
        ] {
            let text = format!("{before}x\ny");
            let Fault { offset, line: own_line, column: own_column, .. } = Fault::at(&text, before.len(), "");
            assert_eq!((offset, own_line, own_column), (before.len(), line, column), "{text:?}");
        }
        assert_eq!(Fault::at("a\nb", 3, "no").to_string(), "not JSON at line 2, column 2: no");
    }

    #[test]
    fn a_fault_is_found_exactly_where_parsing_fails() {
        let deep = "[".repeat(129) + &"]".repeat(129);
        for (text, offset, reason) in FAULTS.into_iter().chain([(&*deep, 128, TOO_DEEP)]) {
            let found = find(text).map(|fault| (fault.offset, fault.reason));
            assert_eq!(found, Some((offset, reason.to_owned())), "{text}");
        }
        for text in ["[]", "{}", r#" {"a": [null, true, -1.5e3, "x\ud83d\ude00"]} "#, "0", "-0.0e+1"] {
            assert_eq!(find(text), None);
        }
    }
}
