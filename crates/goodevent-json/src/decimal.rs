//! Numbers by their digits: read, compared, divided and printed exactly, whatever their size.
//!
//! Nothing here is written out: `1e1000000000` is one digit and a power of ten.

use std::{cmp::Ordering, fmt};

/// A decimal number of any size: `0.DIGITS` times ten to the power of `point`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    is_negative: bool,
    /// ASCII digits; neither the first nor the last is `0`, and zero has none.
    digits: Vec<u8>,
    point: i64,
}

/// The Rust type that holds a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Held {
    /// An integer that is not negative, written without fraction and exponent.
    U64(u64),
    /// A negative integer, written without fraction and exponent.
    I64(i64),
    /// A number that is printed as the text which was read, or as one of the same value.
    F64(f64),
    /// A number that only its digits hold.
    Digits,
}

/// A number of more characters is not read: each comparison looks at all of them.
pub const MAX_NUMBER_BYTES: usize = 1_024;

/// A power of ten beyond this is not looked into; what is left of an `i64` is for counts of digits.
const MAX_EXPONENT: i64 = 1 << 60;

/// Divisors have at most this many digits, so that a remainder and one digit more fit into 128 bits.
pub const MAX_DIVISOR_DIGITS: usize = 37;

/// The type that holds the JSON number `text`; `None` if its exponent is beyond ±2^60.
#[must_use]
pub fn held(text: &str) -> Option<Held> {
    let is_integer = !text.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E'));
    if is_integer {
        if let Ok(value) = text.parse() {
            return Some(Held::U64(value));
        }
        // `-0` is a double: an integer would lose its sign.
        if let Some(value) = text.parse().ok().filter(|value| *value != 0) {
            return Some(Held::I64(value));
        }
    }
    match exact_f64(text) {
        Ok(value) => Some(Held::F64(value)),
        Err(is_readable) => is_readable.then_some(Held::Digits),
    }
}

/// The double that is printed as the JSON number `text`, or as a text of the same value.
///
/// # Errors
/// Whether the number is one at all: `false` if its exponent is beyond ±2^60.
pub fn exact_f64(text: &str) -> Result<f64, bool> {
    let value: f64 = text.parse().map_err(|_| false)?;
    // 15 digits survive the way through a double and back, away from the ends of its range; integers are printed in digits.
    let magnitude = value.abs();
    let n_bytes = text.len() - usize::from(text.starts_with('-'));
    if n_bytes <= 16 && (1e-200..9e15).contains(&magnitude) && !text.contains(['e', 'E']) {
        return Ok(value);
    }
    let exact = Decimal::parse(text).ok_or(false)?;
    // An integer of 64 bits has 20 digits at most, and the shortest text of a double 17.
    if exact.n_significant() > 20 {
        return Err(true);
    }
    let is_same = value.is_finite() && Decimal::of_f64(value) == exact;
    if is_same { Ok(value) } else { Err(true) }
}

impl Decimal {
    /// The JSON number `text`; `None` if its exponent is beyond ±2^60.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (is_negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let n_trailing = digits.iter().rev().take_while(|digit| **digit == b'0').count();
        digits.truncate(digits.len() - n_trailing);
        let n_leading = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..n_leading);
        if digits.is_empty() {
            return Some(Self { is_negative: false, digits, point: 0 });
        }
        let exponent: i64 = exponent.parse().ok()?;
        if exponent.abs() > MAX_EXPONENT {
            return None;
        }
        Some(Self { is_negative, digits, point: exponent + whole.len() as i64 - n_leading as i64 })
    }

    /// The printed value of `value`: an integer of 64 bits in full, otherwise the shortest decimal that denotes the
    /// double. Zero replaces NaN and infinities.
    #[must_use]
    pub fn of_f64(value: f64) -> Self {
        const END: f64 = 18_446_744_073_709_551_616.0;
        let is_whole = value.fract() == 0.0 && (-END / 2.0..END).contains(&value);
        let text = if is_whole { (value as i128).to_string() } else { format!("{value:e}") };
        let zero = Self { is_negative: false, digits: Vec::new(), point: 0 };
        if value.is_finite() { Self::parse(&text).unwrap_or(zero) } else { zero }
    }

    /// Whether the number has no fraction.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        self.digits.len() as i64 <= self.point
    }

    /// Whether the number is less than zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.is_negative
    }

    /// Digits between the first and the last that are not zero.
    #[must_use]
    pub fn n_significant(&self) -> usize {
        self.digits.len()
    }

    /// Digits of the number as it would be written without exponent, the `0` before a point apart.
    #[must_use]
    pub fn n_digits(&self) -> u64 {
        self.point.max(self.digits.len() as i64).max(self.digits.len() as i64 - self.point).unsigned_abs()
    }

    /// The number without its sign, if it is an integer of at most 128 bits.
    #[must_use]
    pub fn magnitude(&self) -> Option<u128> {
        if !self.is_integer() || self.point > 39 {
            return None;
        }
        let zeros = (self.digits.len() as i64..self.point).map(|_| b'0');
        let mut digits = self.digits.iter().copied().chain(zeros);
        digits.try_fold(0_u128, |value, digit| value.checked_mul(10)?.checked_add(u128::from(digit - b'0')))
    }

    /// The number, if it is an integer of the range.
    #[must_use]
    pub fn as_i128(&self) -> Option<i128> {
        let magnitude = self.magnitude()?;
        match self.is_negative {
            true => 0_i128.checked_sub_unsigned(magnitude),
            false => magnitude.try_into().ok(),
        }
    }

    /// The number, if it is an integer of the range.
    #[must_use]
    pub fn as_u128(&self) -> Option<u128> {
        self.magnitude().filter(|magnitude| !self.is_negative || *magnitude == 0)
    }

    /// Whether the number divided by `divisor` is an integer; `None` if `divisor` has too many digits to decide.
    #[must_use]
    pub fn is_multiple_of(&self, divisor: &Self) -> Option<bool> {
        if divisor.digits.len() > MAX_DIVISOR_DIGITS {
            return None;
        }
        if self.digits.is_empty() || divisor.digits.is_empty() {
            return Some(self.digits.is_empty() && !divisor.digits.is_empty());
        }
        // The last digits of both are not zero, so that the divisor's can't stand further left.
        let places = |number: &Self| number.point - number.digits.len() as i64;
        let shift = u64::try_from(places(self) - places(divisor)).ok();
        let Some(shift) = shift else { return Some(false) };
        let divisor = divisor.digits.iter().fold(0, |value, digit| value * 10 + u128::from(digit - b'0'));
        let remainder = self.digits.iter().fold(0, |rest, digit| (rest * 10 + u128::from(digit - b'0')) % divisor);
        Some(product(remainder, power_of_ten(shift, divisor), divisor) == 0)
    }
}

/// `left * right` modulo `modulus`, which is less than 2^127.
fn product(mut left: u128, mut right: u128, modulus: u128) -> u128 {
    let mut sum = 0;
    while right > 0 {
        if right & 1 == 1 {
            sum = (sum + left) % modulus;
        }
        left = (left * 2) % modulus;
        right >>= 1;
    }
    sum
}

fn power_of_ten(mut exponent: u64, modulus: u128) -> u128 {
    let (mut power, mut square) = (1 % modulus, 10 % modulus);
    while exponent > 0 {
        if exponent & 1 == 1 {
            power = product(power, square, modulus);
        }
        square = product(square, square, modulus);
        exponent >>= 1;
    }
    power
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |number: &Self| match (number.digits.is_empty(), number.is_negative) {
            (true, _) => 0,
            (false, is_negative) => {
                if is_negative {
                    -1
                } else {
                    1
                }
            }
        };
        let magnitudes = || self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits));
        sign(self).cmp(&sign(other)).then_with(|| match sign(self) {
            0 => Ordering::Equal,
            1 => magnitudes(),
            _ => magnitudes().reverse(),
        })
    }
}

impl fmt::Display for Decimal {
    /// The one text of a value: in digits where that is short, else with an exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MAX_PLAIN: i64 = 40;
        let sign = if self.is_negative { "-" } else { "" };
        let digits = std::str::from_utf8(&self.digits).unwrap_or_default();
        let n_digits = digits.len() as i64;
        if digits.is_empty() {
            f.write_str("0")
        } else if n_digits <= self.point && self.point <= MAX_PLAIN {
            write!(f, "{sign}{digits}{}", "0".repeat((self.point - n_digits) as usize))
        } else if 0 < self.point && self.point < n_digits {
            let (whole, fraction) = digits.split_at(self.point as usize);
            write!(f, "{sign}{whole}.{fraction}")
        } else if -5 < self.point && self.point <= 0 {
            write!(f, "{sign}0.{}{digits}", "0".repeat(self.point.unsigned_abs() as usize))
        } else {
            let (first, rest) = digits.split_at(1);
            let dot = if rest.is_empty() { "" } else { "." };
            write!(f, "{sign}{first}{dot}{rest}e{}", self.point - 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).expect("the exponent is not beyond all bounds")
    }

    #[test]
    fn a_value_has_one_form_and_one_text() {
        for (texts, printed) in [
            (&["0", "-0", "0.000", "0e99999999999999999999", "-0.0E+5"][..], "0"),
            (&["12", "12.0", "1.2e1", "1200e-2", "0.0012E+0004", "1.20000e01"], "12"),
            (&["-0.5", "-5e-1", "-0.50"], "-0.5"),
            (&["123456789012345678e1", "1234567890123456780"], "1234567890123456780"),
            (&["1e400", "10e399", "0.1e401"], "1e400"),
            (&["1.25e-7", "0.000000125"], "1.25e-7"),
            (&["1e1000000000000"], "1e1000000000000"),
            (&["4503599627370497.4"], "4503599627370497.4"),
        ] {
            for text in texts {
                assert_eq!(decimal(text), decimal(texts[0]), "{text}");
                assert_eq!(decimal(text).to_string(), printed, "{text}");
                assert_eq!(decimal(printed), decimal(text));
            }
        }
        assert_eq!(Decimal::parse("1e99999999999999999999"), None);
        assert_eq!(Decimal::parse("1e-2000000000000000000"), None);
    }

    #[test]
    fn numbers_are_in_order() {
        let ordered = [
            "-1e400",
            "-9223372036854775809",
            "-9223372036854775808",
            "-1.5",
            "-1.4999999999999999999",
            "-1e-400",
            "0",
            "1e-400",
            "1e-5",
            "0.1",
            "0.10000000000000000001",
            "1",
            "9007199254740992.9",
            "9007199254740993",
            "18446744073709551616",
            "1e400",
            "1.0000001e400",
        ];
        for (left_idx, left) in ordered.iter().enumerate() {
            for (right_idx, right) in ordered.iter().enumerate() {
                assert_eq!(decimal(left).cmp(&decimal(right)), left_idx.cmp(&right_idx), "{left} {right}");
            }
        }
    }

    #[test]
    fn decimals_divide_as_on_paper() {
        let is_multiple = |number: &str, divisor: &str| decimal(number).is_multiple_of(&decimal(divisor));
        for (number, divisor, expected) in [
            ("0.0075", "0.0001", true),
            ("0.00751", "0.0001", false),
            ("19.99", "0.01", true),
            ("1e300", "10", true),
            ("1e-300", "10", false),
            ("-9", "3", true),
            ("0", "0.3", true),
            ("4.5", "1.5", true),
            ("18446744073709551615", "2", false),
            ("9007199254740993", "9007199254740993", true),
            ("9007199254740992", "9007199254740993", false),
            ("18014398509481986", "9007199254740993", true),
            ("1e1000000000000", "3", false),
            ("3e1000000000000", "3", true),
            ("1e1000000000000", "1024", true),
            ("7", "1e-1000000000000", true),
        ] {
            assert_eq!(is_multiple(number, divisor), Some(expected), "{number} {divisor}");
        }
        assert_eq!(is_multiple("1", "12345678901234567890123456789012345678"), None);
        assert_eq!(is_multiple("1", "0"), Some(false));
    }

    #[test]
    fn a_double_holds_what_it_is_printed_as() {
        for text in ["0.1", "1.5", "-0", "1e23", "9007199254740992.0", "1e19", "5e-324", "1.7976931348623157e308"] {
            assert!(matches!(held(text), Some(Held::F64(_))), "{text}");
        }
        for text in [
            "9007199254740993.0",
            "123456789012345678e1",
            "4503599627370497.4",
            "1e400",
            "1e-400",
            "123456789012345e5",
            "0.1000000000000000055511151231257827",
            "-9223372036854775809",
            "18446744073709551616",
        ] {
            assert_eq!(held(text), Some(Held::Digits), "{text}");
        }
        assert_eq!(held("18446744073709551615"), Some(Held::U64(u64::MAX)));
        assert_eq!(held("-9223372036854775808"), Some(Held::I64(i64::MIN)));
        assert_eq!(held("1e99999999999999999999"), None);
    }

    #[test]
    fn integers_fit_or_do_not() {
        assert_eq!(decimal("340282366920938463463374607431768211455").as_u128(), Some(u128::MAX));
        assert_eq!(decimal("340282366920938463463374607431768211456").as_u128(), None);
        assert_eq!(decimal("-170141183460469231731687303715884105728").as_i128(), Some(i128::MIN));
        assert_eq!(decimal("-170141183460469231731687303715884105729").as_i128(), None);
        assert_eq!(decimal("-1").as_u128(), None);
        assert_eq!(decimal("1.5").as_i128(), None);
        assert_eq!(decimal("1e400").as_i128(), None);
    }
}
