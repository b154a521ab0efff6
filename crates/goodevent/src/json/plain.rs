//! Members of a compact object, found in its text.

use crate::cursor::plain_len;

/// The text of a member of a compact object, where it is sure to be the one that [`Json::to_text`](super::Json::to_text) writes: a string of plain
/// ASCII, or a whole number that is not negative.
///
/// `None` says nothing but that the object has to be read.
pub(crate) fn plain_member<'a>(object: &'a [u8], pointer: &str) -> Option<&'a str> {
    let name = pointer.strip_prefix('/').filter(|name| !name.contains(['/', '~']))?.as_bytes();
    let mut rest = object.strip_prefix(b"{")?;
    loop {
        let key = plain_string(rest)?;
        let value = rest.get(key.len()..)?.strip_prefix(b":")?;
        if &key[1..key.len() - 1] == name {
            let text = match value.first()? {
                b'"' => plain_string(value)?,
                _ => &value[..value.iter().position(|byte| !byte.is_ascii_digit())?],
            };
            let is_whole = matches!(value.get(text.len()), Some(b',' | b'}'));
            // Longer numbers may be written otherwise.
            let is_plain = text.starts_with(b"\"") || (1..=15).contains(&text.len());
            return str::from_utf8(text).ok().filter(|_| is_whole && is_plain);
        }
        rest = value.get(end_of_value(value)?..)?.strip_prefix(b",")?;
    }
}

/// The string at the beginning, with its quotes, if nothing in it is escaped.
fn plain_string(text: &[u8]) -> Option<&[u8]> {
    let inner = text.strip_prefix(b"\"")?;
    let end = plain_len(inner);
    (inner.get(end) == Some(&b'"') && inner[..end].is_ascii()).then(|| &text[..end + 2])
}

/// Where the value at the beginning ends, the next one begins after a comma, or the object ends.
fn end_of_value(text: &[u8]) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    loop {
        match text.get(at)? {
            b'"' => {
                at += 1;
                at += plain_len(text.get(at..)?);
                while *text.get(at)? != b'"' {
                    at += if text[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return Some(at),
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
}
