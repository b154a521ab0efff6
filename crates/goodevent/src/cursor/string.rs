//! Strings under the cursor ([RFC 8259 §7](https://www.rfc-editor.org/rfc/rfc8259#section-7)).

use std::borrow::Cow;

use super::position::{Cursor, No};
use crate::{
    text::{Formatted, Rule, Text},
    words::Words,
};

impl<'a> Cursor<'a> {
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
