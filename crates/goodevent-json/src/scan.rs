//! A cursor over a text that may be JSON; it reads what both halves read, and nothing else.

use crate::decimal::{Decimal, MAX_NUMBER_BYTES};

/// The next character is not the expected one.
#[derive(Debug)]
pub(crate) struct No;

/// The first character of a value.
pub(crate) enum Kind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

#[derive(Clone)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The next byte, 0 at the end: a byte that JSON allows nowhere.
    pub(crate) fn byte(&self) -> u8 {
        self.rest().first().copied().unwrap_or(0)
    }

    pub(crate) fn advance(&mut self, n_bytes: usize) {
        self.at += n_bytes;
    }

    pub(crate) fn skip_space(&mut self) {
        while matches!(self.byte(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }

    pub(crate) fn expect(&mut self, byte: u8) -> Result<(), No> {
        self.skip_space();
        if self.byte() != byte {
            return Err(No);
        }
        self.at += 1;
        Ok(())
    }

    pub(crate) fn take(&mut self, word: &str) -> bool {
        self.skip_space();
        let is_next = self.rest().starts_with(word.as_bytes());
        self.at += if is_next { word.len() } else { 0 };
        is_next
    }

    pub(crate) fn end(&mut self) -> Result<(), No> {
        self.skip_space();
        if self.rest().is_empty() { Ok(()) } else { Err(No) }
    }

    pub(crate) fn kind(&mut self) -> Result<Kind, No> {
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

    pub(crate) fn number(&mut self) -> Result<(), No> {
        let start = self.at;
        self.at += usize::from(self.byte() == b'-');
        let is_led_by_zero = self.byte() == b'0';
        let n_whole = self.digits();
        let mut is_number = n_whole > 0 && (n_whole == 1 || !is_led_by_zero);
        if self.byte() == b'.' {
            self.at += 1;
            is_number &= self.digits() > 0;
        }
        if matches!(self.byte(), b'e' | b'E') {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), b'+' | b'-'));
            is_number &= self.digits() > 0;
        }
        let number = &self.text[start..self.at];
        let is_read = is_number && number.len() <= MAX_NUMBER_BYTES && Decimal::parse(number).is_some();
        if is_read { Ok(()) } else { Err(No) }
    }

    /// Goes behind the next digits, and counts them.
    pub(crate) fn digits(&mut self) -> usize {
        let n_digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += n_digits;
        n_digits
    }

    /// A string, without its escapes.
    pub(crate) fn string(&mut self) -> Result<String, No> {
        self.expect(b'"')?;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let n_plain = rest.find(|char| matches!(char, '"' | '\\' | '\0'..='\x1f')).unwrap_or(rest.len());
            text.push_str(&rest[..n_plain]);
            self.at += n_plain;
            match self.byte() {
                b'"' => {
                    self.at += 1;
                    return Ok(text);
                }
                b'\\' => text.push(self.escape()?),
                _ => return Err(No),
            }
        }
    }

    /// The character that a backslash and what follows stand for
    /// ([RFC 8259 §7](https://www.rfc-editor.org/rfc/rfc8259#section-7)).
    fn escape(&mut self) -> Result<char, No> {
        self.at += 1;
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
                let unit = self.unit()?;
                if !(0xD800..0xDC00).contains(&unit) {
                    return char::from_u32(unit).ok_or(No);
                }
                if !self.rest().starts_with(b"\\u") {
                    return Err(No);
                }
                self.at += 2;
                let low = self.unit()?.checked_sub(0xDC00).filter(|low| *low < 0x400).ok_or(No)?;
                char::from_u32(0x10000 + ((unit - 0xD800) << 10) + low).ok_or(No)?
            }
            _ => return Err(No),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, No> {
        let digits = self.rest().get(..4).ok_or(No)?;
        self.at += 4;
        digits.iter().try_fold(0, |unit, digit| Ok(unit << 4 | char::from(*digit).to_digit(16).ok_or(No)?))
    }
}
