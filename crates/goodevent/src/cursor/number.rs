//! Numbers under the cursor ([RFC 8259 §6](https://www.rfc-editor.org/rfc/rfc8259#section-6)).

use std::str::FromStr;

use goodevent_json::decimal::{self, Decimal, Held, MAX_NUMBER_BYTES};

use super::position::{Cursor, No};
use crate::{json::Number, number::NumberRule};

/// The spelling of a number.
#[derive(Clone, Copy)]
struct Digits<'a> {
    text: &'a str,
    has_fraction_or_exponent: bool,
}

impl<'a> Cursor<'a> {
    /// Reads an integer within bounds. `1.0` and `1e2` are integers.
    ///
    /// # Errors
    /// [`No`] if there is none, or it is out of bounds.
    #[inline]
    pub fn i64(&mut self, min: i64, max: i64) -> Result<i64, No> {
        self.skip_space();
        let value = match self.few_digits() {
            Some(value) => value as i64,
            None => self.long_integer(Decimal::as_i128)?,
        };
        if min <= value && value <= max { Ok(value) } else { Err(No) }
    }

    /// Reads an integer within non-negative bounds.
    ///
    /// # Errors
    /// [`No`] if there is none, or it is out of bounds.
    #[inline]
    pub fn u64(&mut self, min: u64, max: u64) -> Result<u64, No> {
        self.skip_space();
        let value = match self.few_digits() {
            Some(value) => value,
            None => self.long_integer(Decimal::as_u128)?,
        };
        if min <= value && value <= max { Ok(value) } else { Err(No) }
    }

    /// Reads an integer of 128 bits within bounds.
    ///
    /// # Errors
    /// [`No`] if there is none, or it is out of bounds.
    pub fn i128(&mut self, min: i128, max: i128) -> Result<i128, No> {
        self.skip_space();
        let value = self.long_integer(Decimal::as_i128)?;
        if min <= value && value <= max { Ok(value) } else { Err(No) }
    }

    /// Reads an integer of 128 bits within non-negative bounds.
    ///
    /// # Errors
    /// [`No`] if there is none, or it is out of bounds.
    pub fn u128(&mut self, min: u128, max: u128) -> Result<u128, No> {
        self.skip_space();
        let value = self.long_integer(Decimal::as_u128)?;
        if min <= value && value <= max { Ok(value) } else { Err(No) }
    }

    /// Reads an integer with `read`, written without fraction and exponent as draft 4 requires.
    ///
    /// # Errors
    /// [`No`] if `read` rejects it, or it has another spelling.
    pub fn plainly<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, No>) -> Result<T, No> {
        self.skip_space();
        let start = self.offset();
        let value = read(self)?;
        let text = self.since(start);
        // `-0` is a double, as the tables have it.
        let is_plain = !text.contains(['.', 'e', 'E']) && text != "-0";
        if is_plain { Ok(value) } else { Err(No) }
    }

    /// Reads a number that satisfies `rule` and that a double holds: the double prints as the text that was read, or as
    /// another text of the same value.
    ///
    /// # Errors
    /// [`No`] if there is none.
    #[inline]
    pub fn f64(&mut self, rule: &NumberRule) -> Result<f64, No> {
        self.skip_space();
        let value = match self.few_digits() {
            Some(value) => value as f64,
            None => self.long_double()?,
        };
        if rule.allows(value) { Ok(value) } else { Err(No) }
    }

    /// Any number.
    ///
    /// # Errors
    /// [`No`] if there is none, it is longer than 1,024 characters, or its exponent is beyond ±2^60.
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
        let digits = self.digits()?;
        let number = match decimal::held(digits.text).ok_or(No)? {
            Held::U64(value) => Number::U64(value),
            Held::I64(value) => Number::I64(value),
            Held::F64(value) => Number::F64(value),
            Held::Digits => Number::Digits(digits.text.into()),
        };
        if number.is_wide() {
            self.note_wide_number();
        }
        Ok(number)
    }

    /// The same, as an integer; `read` takes those that are written with fraction or exponent.
    #[inline(never)]
    fn long_integer<T, V>(&mut self, read: fn(&Decimal) -> Option<V>) -> Result<T, No>
    where
        T: FromStr + TryFrom<V>,
    {
        let digits = self.digits()?;
        if !digits.has_fraction_or_exponent
            && let Ok(value) = digits.text.parse()
        {
            return Ok(value);
        }
        let value = Decimal::parse(digits.text).as_ref().and_then(read).ok_or(No)?;
        value.try_into().map_err(|_| No)
    }

    /// The same, as a double.
    #[inline(never)]
    fn long_double(&mut self) -> Result<f64, No> {
        let text = self.digits()?.text;
        let value: f64 = text.parse().map_err(|_| No)?;
        let is_printed_so =
            value.is_finite() && value.fract() != 0.0 && zmij::Buffer::new().format_finite(value) == text;
        if is_printed_so { Ok(value) } else { decimal::exact_f64(text).map_err(|_| No) }
    }

    /// The text of a number.
    #[inline]
    fn digits(&mut self) -> Result<Digits<'a>, No> {
        let text = self.rest();
        let mut n_bytes = usize::from(text.first() == Some(&b'-'));
        let n_whole = n_digits(&text[n_bytes..]);
        if n_whole == 0 || (n_whole > 1 && text[n_bytes] == b'0') {
            return Err(No);
        }
        n_bytes += n_whole;
        let mut has_fraction_or_exponent = false;
        if text.get(n_bytes) == Some(&b'.') {
            n_bytes += 1 + some(n_digits(&text[n_bytes + 1..]))?;
            has_fraction_or_exponent = true;
        }
        if matches!(text.get(n_bytes), Some(b'e' | b'E')) {
            n_bytes += 1 + usize::from(matches!(text.get(n_bytes + 1), Some(b'+' | b'-')));
            n_bytes += some(n_digits(&text[n_bytes..]))?;
            has_fraction_or_exponent = true;
        }
        if n_bytes > MAX_NUMBER_BYTES {
            return Err(No);
        }
        let start = self.offset();
        self.advance(n_bytes);
        Ok(Digits { text: self.since(start), has_fraction_or_exponent })
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
        assert!(matches!(number("18446744073709551616"), Some(Number::Digits(_))));
        assert!(matches!(number("1e400"), Some(Number::Digits(_))));
        assert!(matches!(number("0e99999999999999999999"), Some(Number::F64(0.0))));
        assert!(matches!(number("1.50e+2"), Some(Number::F64(150.0))));
        for refused in ["", "-", "01", "-01", "1.", ".5", "1e", "1e+", "+1", "1e99999999999999999999", "0x1", "1 2"] {
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
        assert_eq!(Cursor::new("123456789012345678e1").u64(0, u64::MAX), Ok(1_234_567_890_123_456_780));
        assert_eq!(Cursor::new("9007199254740993.0").i64(0, i64::MAX), Ok(9_007_199_254_740_993));
        assert_eq!(Cursor::new("1e38").i128(0, i128::MAX), Ok(10_i128.pow(38)));
        assert_eq!(Cursor::new("1.0").plainly(|c| c.i64(0, 9)), Err(No));
        for text in ["-9223372036854775809", "-9223372036854776832", "4503599627370497.4", "1e400", "1e1000000000"] {
            assert_eq!(Cursor::new(text).i64(i64::MIN, i64::MAX), Err(No), "{text}");
        }
    }

    #[test]
    fn a_double_is_read_if_it_is_printed_with_the_same_value() {
        for text in ["0.1", "0.30000000000000004", "1e23", "-0.0", "9007199254740994.0", "1E+2", "9223372036854775808"]
        {
            assert!(Cursor::new(text).f64(&NumberRule::ANY).is_ok(), "{text}");
        }
        for text in ["9007199254740993", "0.10000000000000000001", "100000000000000000001", "1e400", "1e-400"] {
            assert_eq!(Cursor::new(text).f64(&NumberRule::ANY), Err(No), "{text}");
        }
    }
}
