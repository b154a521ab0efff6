//! Strings as goodevent writes them in JSON: what has to be escaped is, in the shortest way, and nothing else
//! ([RFC 8259 §7](https://www.rfc-editor.org/rfc/rfc8259#section-7)).

use std::fmt;

/// Most bytes of an escape: those of a control character, `\u0001`.
pub const MAX_ESCAPED_BYTES: u64 = 6;

/// Bytes of a character within a string.
#[must_use]
pub const fn escaped_len(char: char) -> u64 {
    match char {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => MAX_ESCAPED_BYTES,
        char => char.len_utf8() as u64,
    }
}

/// Appends the escape of a quotation mark, a backslash or a control character.
pub fn push_escape(out: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        8 => b'b',
        12 => b'f',
        _ => {
            let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble)];
            return out.extend([b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
        }
    };
    out.extend([b'\\', short]);
}

/// Writes the content of a JSON string, between its quotation marks.
///
/// # Errors
/// If `out` can't be written.
fn write_escaped(out: &mut dyn fmt::Write, text: &str) -> fmt::Result {
    let (mut start, mut escape) = (0, Vec::new());
    let escaped = text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'"' | b'\\' | 0..0x20));
    for (at, byte) in escaped {
        push_escape(&mut escape, byte);
        out.write_str(&text[start..at])?;
        escape.drain(..).try_for_each(|byte| out.write_char(byte.into()))?;
        start = at + 1;
    }
    out.write_str(&text[start..])
}

/// Writes a string with its quotation marks.
///
/// # Errors
/// If `out` can't be written.
pub fn write_quoted(out: &mut dyn fmt::Write, text: &str) -> fmt::Result {
    out.write_char('"')?;
    write_escaped(out, text)?;
    out.write_char('"')
}

/// Content of a JSON string, between its quotation marks.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    write_escaped(&mut out, text).expect("a `String` takes every text");
    out
}

/// A string with its quotation marks.
#[must_use]
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_quoted(&mut out, text).expect("a `String` takes every text");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_takes_as_many_bytes_as_are_counted() {
        for char in ('\0'..='\u{ff}').chain(['\u{2028}', '€', '😀']) {
            let escaped = escape(&char.to_string());
            assert_eq!(escaped.len() as u64, escaped_len(char), "{escaped}");
        }
        assert_eq!(quote("a\"\\/\n\u{8}\u{1f}\u{7f}é"), "\"a\\\"\\\\/\\n\\b\\u001f\u{7f}é\"");
    }
}
