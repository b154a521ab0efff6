//! Numbers under the cursor ([RFC 8259 §6](https://www.rfc-editor.org/rfc/rfc8259#section-6)).

use crate::{
    cursor::{Cursor, No},
    json::Number,
};

/// Bounds of a `number`; all of them hold.
#[derive(Debug)]
pub struct NumberRule {
    /// `minimum`.
    pub min: Option<Number>,
    /// `maximum`.
    pub max: Option<Number>,
    /// `exclusiveMinimum`.
    pub above: Option<Number>,
    /// `exclusiveMaximum`.
    pub below: Option<Number>,
}

impl NumberRule {
    /// Any number.
    pub const ANY: Self = Self { min: None, max: None, above: None, below: None };

    /// Whether `number` lies within the bounds.
    #[must_use]
    pub fn allows(&self, number: Number) -> bool {
        self.min.is_none_or(|min| number >= min)
            && self.max.is_none_or(|max| number <= max)
            && self.above.is_none_or(|above| number > above)
            && self.below.is_none_or(|below| number < below)
    }
}

impl Cursor<'_> {
    /// An integer between bounds. `1.0` and `1e2` are integers.
    ///
    /// # Errors
    /// [`No`] if there is none, or it lies outside.
    #[inline]
    pub fn i64(&mut self, min: i64, max: i64) -> Result<i64, No> {
        let value = self.number()?.as_i64().ok_or(No)?;
        if min <= value && value <= max { Ok(value) } else { Err(No) }
    }

    /// An integer between bounds that are not negative.
    ///
    /// # Errors
    /// [`No`] if there is none, or it lies outside.
    #[inline]
    pub fn u64(&mut self, min: u64, max: u64) -> Result<u64, No> {
        let value = self.number()?.as_u64().ok_or(No)?;
        if min <= value && value <= max { Ok(value) } else { Err(No) }
    }

    /// An integer between bounds, written without fraction and exponent as draft 4 has it.
    ///
    /// # Errors
    /// [`No`] if there is none, or it lies outside.
    pub fn plain_i64(&mut self, min: i64, max: i64) -> Result<i64, No> {
        self.plain(|c| c.i64(min, max))
    }

    /// An integer between bounds that are not negative, written without fraction and exponent as draft 4 has it.
    ///
    /// # Errors
    /// [`No`] if there is none, or it lies outside.
    pub fn plain_u64(&mut self, min: u64, max: u64) -> Result<u64, No> {
        self.plain(|c| c.u64(min, max))
    }

    fn plain<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, No>) -> Result<T, No> {
        self.skip_space();
        let start = self.offset();
        let value = read(self)?;
        let is_plain = !self.since(start).contains(['.', 'e', 'E']);
        if is_plain { Ok(value) } else { Err(No) }
    }

    /// A number that keeps to `rule` and that a double holds: an integer beyond 2^53 only if it is one of the doubles.
    ///
    /// # Errors
    /// [`No`] if there is none.
    #[inline]
    pub fn f64(&mut self, rule: &NumberRule) -> Result<f64, No> {
        let number = self.number()?;
        if !rule.allows(number) {
            return Err(No);
        }
        number.as_f64().ok_or(No)
    }

    /// Any number that 64 bits hold.
    ///
    /// # Errors
    /// [`No`] if there is none, or it is too large for a double.
    #[inline]
    pub fn number(&mut self) -> Result<Number, No> {
        self.skip_space();
        let bytes = self.rest();
        let is_negative = bytes.first() == Some(&b'-');
        let digits = &bytes[usize::from(is_negative)..];
        let (mut value, mut n_digits) = (0_u64, 0);
        while let Some(digit @ b'0'..=b'9') = digits.get(n_digits) {
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            n_digits += 1;
        }
        let goes_on = matches!(digits.get(n_digits), Some(b'.' | b'e' | b'E'));
        let leads_with_zero = n_digits > 1 && digits[0] == b'0';
        if goes_on || leads_with_zero || !(1..=18).contains(&n_digits) || (is_negative && value == 0) {
            return self.long_number();
        }
        self.advance(n_digits + usize::from(is_negative));
        Ok(if is_negative { Number::I64(-value.cast_signed()) } else { Number::U64(value) })
    }

    /// A number with fraction or exponent, or of many digits.
    #[inline(never)]
    fn long_number(&mut self) -> Result<Number, No> {
        let text = self.rest();
        let mut n_bytes = usize::from(text.first() == Some(&b'-'));
        let n_whole = n_digits(&text[n_bytes..]);
        if n_whole == 0 || (n_whole > 1 && text[n_bytes] == b'0') {
            return Err(No);
        }
        n_bytes += n_whole;
        let mut is_integer = true;
        if text.get(n_bytes) == Some(&b'.') {
            n_bytes += 1 + some(n_digits(&text[n_bytes + 1..]))?;
            is_integer = false;
        }
        if matches!(text.get(n_bytes), Some(b'e' | b'E')) {
            n_bytes += 1 + usize::from(matches!(text.get(n_bytes + 1), Some(b'+' | b'-')));
            n_bytes += some(n_digits(&text[n_bytes..]))?;
            is_integer = false;
        }
        let start = self.offset();
        self.advance(n_bytes);
        let text = self.since(start);
        if is_integer {
            if let Ok(value) = text.parse() {
                return Ok(Number::U64(value));
            }
            // `-0` is a double: an integer would lose its sign.
            if let Some(value) = text.parse().ok().filter(|value| *value != 0) {
                return Ok(Number::I64(value));
            }
        }
        let value: f64 = text.parse().map_err(|_| No)?;
        if value.is_finite() { Ok(Number::F64(value)) } else { Err(No) }
    }
}

fn n_digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn some(n_digits: usize) -> Result<usize, No> {
    if n_digits == 0 { Err(No) } else { Ok(n_digits) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<Number> {
        let mut c = Cursor::new(text);
        let number = c.number().ok()?;
        c.end().ok().map(|()| number)
    }

    #[test]
    fn numbers_are_read_as_json_has_them() {
        assert!(matches!(number("0"), Some(Number::U64(0))));
        assert!(matches!(number("-12"), Some(Number::I64(-12))));
        assert!(matches!(number("-0"), Some(Number::F64(zero)) if zero.is_sign_negative()));
        assert!(matches!(number("18446744073709551615"), Some(Number::U64(u64::MAX))));
        assert!(matches!(number("-9223372036854775808"), Some(Number::I64(i64::MIN))));
        assert!(matches!(number("18446744073709551616"), Some(Number::F64(_))));
        assert!(matches!(number("1.50e+2"), Some(Number::F64(150.0))));
        for refused in ["", "-", "01", "-01", "1.", ".5", "1e", "1e+", "+1", "1e400", "0x1", "1 2"] {
            assert!(number(refused).is_none(), "{refused}");
        }
    }

    #[test]
    fn integers_may_be_written_as_decimals() {
        assert_eq!(Cursor::new("1.0").i64(0, 9), Ok(1));
        assert_eq!(Cursor::new("1e2").u64(0, 100), Ok(100));
        assert_eq!(Cursor::new("1.5").i64(0, 9), Err(No));
        assert_eq!(Cursor::new("-1").u64(0, 9), Err(No));
        assert_eq!(Cursor::new("9007199254740993").f64(&NumberRule::ANY), Err(No));
    }
}
