//! Numbers as they are written, exactly.

use std::cmp::Ordering;

use goodevent_schema::ir::Number;
use num_bigint::BigInt;

/// A decimal number of any size: `mantissa` times ten to the power of `exponent`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Decimal {
    mantissa: BigInt,
    exponent: i32,
}

/// Numbers with more digits than this, written out, are not looked into.
const MAX_DIGITS: i32 = 1_100;

impl Decimal {
    /// The number, unless it is out of all proportion.
    pub(crate) fn of(number: &Number) -> Option<Self> {
        let (mantissa, exponent) = match number.0.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (number.0.as_str(), 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
        let is_sane = exponent.abs() <= MAX_DIGITS && mantissa.len() <= MAX_DIGITS as usize;
        let mantissa: BigInt = format!("{whole}{fraction}").parse().ok().filter(|_| is_sane)?;
        Some(Self { mantissa, exponent }.trimmed())
    }

    pub(crate) fn scaled_from(mantissa: BigInt, n_places: u32) -> Self {
        Self { mantissa, exponent: -(n_places as i32) }.trimmed()
    }

    /// In the one form that equal numbers share.
    fn trimmed(mut self) -> Self {
        let (zero, ten) = (BigInt::ZERO, BigInt::from(10));
        if self.mantissa == zero {
            return Self { mantissa: zero, exponent: 0 };
        }
        while &self.mantissa % &ten == zero {
            self.mantissa /= &ten;
            self.exponent += 1;
        }
        self
    }

    /// Digits behind the point.
    pub(crate) fn n_places(&self) -> u32 {
        u32::try_from(-self.exponent).unwrap_or(0)
    }

    /// The number times ten to the power of `n_places`, which are enough.
    pub(crate) fn scaled(&self, n_places: u32) -> BigInt {
        let power = i64::from(self.exponent) + i64::from(n_places);
        &self.mantissa * BigInt::from(10).pow(u32::try_from(power).unwrap_or(0))
    }

    pub(crate) fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    pub(crate) fn is_multiple_of(&self, divisor: &Self) -> bool {
        let n_places = self.n_places().max(divisor.n_places());
        let divisor = divisor.scaled(n_places);
        divisor != BigInt::ZERO && self.scaled(n_places) % divisor == BigInt::ZERO
    }

    /// As JSON has it.
    pub(crate) fn print(&self) -> Number {
        if self.exponent >= 0 {
            return Number(self.scaled(0).to_string().into());
        }
        let n_places = self.n_places() as usize;
        let sign = if self.mantissa < BigInt::ZERO { "-" } else { "" };
        let digits = format!("{:0>width$}", self.mantissa.magnitude().to_string(), width = n_places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - n_places);
        Number(format!("{sign}{whole}.{fraction}").into())
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let n_places = self.n_places().max(other.n_places());
        self.scaled(n_places).cmp(&other.scaled(n_places))
    }
}
