//! Exact decimal numbers.

use std::cmp::Ordering;

use num_bigint::BigInt;

use crate::ir::Number;

/// A decimal number of any size: `mantissa` times ten to the power of `exponent`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Decimal {
    mantissa: BigInt,
    exponent: i32,
}

/// Numbers with more digits than this, written out, are not looked into.
const MAX_DIGITS: i32 = 1_100;

impl Decimal {
    /// The number, unless it is out of all proportion.
    #[must_use]
    pub fn of(number: &Number) -> Option<Self> {
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

    /// The number with `units` times ten to the power of minus `n_places`.
    #[must_use]
    pub fn scaled_from(mantissa: BigInt, n_places: u32) -> Self {
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
    #[must_use]
    pub fn n_places(&self) -> u32 {
        u32::try_from(-self.exponent).unwrap_or(0)
    }

    /// The number times ten to the power of `n_places`, which are enough.
    #[must_use]
    pub fn scaled(&self, n_places: u32) -> BigInt {
        let power = i64::from(self.exponent) + i64::from(n_places);
        &self.mantissa * BigInt::from(10).pow(u32::try_from(power).unwrap_or(0))
    }

    /// Whether the number has no fraction.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    /// Whether the number divided by `divisor` is an integer.
    #[must_use]
    pub fn is_multiple_of(&self, divisor: &Self) -> bool {
        let n_places = self.n_places().max(divisor.n_places());
        let divisor = divisor.scaled(n_places);
        divisor != BigInt::ZERO && self.scaled(n_places) % divisor == BigInt::ZERO
    }

    /// As JSON has it.
    #[must_use]
    pub fn print(&self) -> Number {
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

/// A bound of numbers, and whether it is one of them.
pub type Bound<'d> = Option<(&'d Decimal, bool)>;

/// A double that is printed as a number between two: what doubles are printed as is in the order of the doubles, so that
/// those beside a bound decide.
#[must_use]
pub fn double_between(least: Bound<'_>, most: Bound<'_>) -> Option<f64> {
    let Some((bound, _)) = least.or(most) else { return Some(0.0) };
    let near: f64 = bound.print().0.parse().unwrap_or(0.0);
    let near = near.clamp(f64::MIN, f64::MAX);
    let (up, down) = (near.next_up(), near.next_down());
    let is_between = |value: &Decimal| {
        least.is_none_or(|(least, is_included)| if is_included { value >= least } else { value > least })
            && most.is_none_or(|(most, is_included)| if is_included { value <= most } else { value < most })
    };
    [near, up, down, up.next_up(), down.next_down()].into_iter().filter(|value| value.is_finite()).find(|value| {
        let printed = goodevent_json::decimal::Decimal::of_f64(*value).to_string();
        Decimal::of(&Number(printed.into())).is_some_and(|value| is_between(&value))
    })
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
