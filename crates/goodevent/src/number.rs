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
        let value = match self.few_digits() {
            Some(value) => value,
            None => self.number()?.as_u64().ok_or(No)?,
        };
        if min <= value && value <= max { Ok(value) } else { Err(No) }
    }

    /// An integer between bounds, written without fraction and exponent as draft 4 has it.
    ///
    /// # Errors
    /// [`No`] if there is none, or it lies outside.
    pub fn plain_i64(&mut self, min: i64, max: i64) -> Result<i64, No> {
        self.plainly(|c| c.i64(min, max))
    }

    /// An integer between bounds that are not negative, written without fraction and exponent as draft 4 has it.
    ///
    /// # Errors
    /// [`No`] if there is none, or it lies outside.
    pub fn plain_u64(&mut self, min: u64, max: u64) -> Result<u64, No> {
        self.plainly(|c| c.u64(min, max))
    }

    fn plainly<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, No>) -> Result<T, No> {
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
        match self.few_digits() {
            Some(value) => Ok(Number::U64(value)),
            None => self.long_number(),
        }
    }

    /// A number of one to seven digits, if it comes next and the text does not end soon.
    ///
    /// All digits at once, after Daniel Lemire ([Number parsing at a gigabyte per
    /// second](https://doi.org/10.1002/spe.2984), section 5), as the number of digits is hard to predict.
    #[inline]
    fn few_digits(&mut self) -> Option<u64> {
        const ONES: u64 = u64::MAX / 255;
        let text = self.rest();
        let digits = u64::from_le_bytes(*text.first_chunk()?) ^ (ONES * b'0' as u64);
        // The top bit of each byte that is no digit; a carry only spoils those above the first.
        let others = (digits.wrapping_add(ONES * 0x76) | digits) & (ONES << 7);
        let n_digits = (others.trailing_zeros() / 8) as usize;
        let leads_with_zero = text[0] == b'0' && n_digits > 1;
        if !(1..8).contains(&n_digits) || leads_with_zero || matches!(text[n_digits], b'.' | b'e' | b'E') {
            return None;
        }
        // The last digit comes to the top, zeros to the bottom.
        let digits = digits << (64 - 8 * n_digits);
        let pairs = (digits.wrapping_mul(10).wrapping_add(digits >> 8)) & 0x00FF_00FF_00FF_00FF;
        let fours = (pairs.wrapping_mul(100).wrapping_add(pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
        self.advance(n_digits);
        Some((fours.wrapping_mul(10_000).wrapping_add(fours >> 32)) & 0xFFFF_FFFF)
    }

    /// A number with a sign, fraction or exponent, or of many digits.
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
    fn digits_are_read_at_once_as_one_by_one() {
        for n_digits in 1..12 {
            for first in 1..10_u64 {
                let value = (0..n_digits).fold(0, |value, digit_idx| value * 10 + (first + 3 * digit_idx) % 10);
                let text = value.to_string();
                assert_eq!(number(&text).and_then(|number| number.as_u64()), Some(value), "{text}");
                assert_eq!(Cursor::new(&format!("{text},12345678")).u64(0, u64::MAX), Ok(value), "{text}");
                assert_eq!(Cursor::new(&format!("-{text} ,ÿÿÿÿÿ")).i64(i64::MIN, 0), Ok(-(value as i64)), "{text}");
            }
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
