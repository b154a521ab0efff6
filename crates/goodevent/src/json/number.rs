//! Numbers, exactly.

use std::{cmp::Ordering, fmt};

use goodevent_json::decimal::{self, Decimal};

/// A JSON number, exactly. `D` is how digits are kept that no machine type holds.
///
/// Two numbers are equal if their values are, whatever holds them and however they were written.
#[derive(Debug, Clone, Copy)]
pub enum Number<D = Box<str>> {
    /// An integer that is not negative.
    U64(u64),
    /// A negative integer.
    I64(i64),
    /// A finite double. Its value is the text that it is printed as: an integer of 64 bits in full, else the shortest
    /// decimal.
    F64(f64),
    /// Any other JSON number, as it is written.
    Digits(D),
}

impl<D: AsRef<str>> Number<D> {
    /// The value, if it is an integer in the range.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.as_i128()?.try_into().ok()
    }

    /// The value, if it is an integer in the range.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        self.as_i128()?.try_into().ok()
    }

    /// The value, if it is an integer in the range.
    #[must_use]
    pub fn as_i128(&self) -> Option<i128> {
        match self {
            Self::U64(value) => Some((*value).into()),
            Self::I64(value) => Some((*value).into()),
            Self::F64(_) | Self::Digits(_) => self.decimal().as_i128(),
        }
    }

    /// The value, if it is an integer in the range.
    #[must_use]
    pub fn as_u128(&self) -> Option<u128> {
        self.decimal().as_u128()
    }

    /// The value, if a double is printed as it.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::F64(value) => Some(*value),
            Self::U64(value) if *value <= SAFE => Some(*value as f64),
            Self::I64(value) if value.unsigned_abs() <= SAFE => Some(*value as f64),
            _ => decimal::exact_f64(&self.to_string()).ok(),
        }
    }

    /// Whether the value has no fraction.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        match self {
            Self::U64(_) | Self::I64(_) => true,
            Self::F64(value) => value.fract() == 0.0,
            Self::Digits(_) => self.decimal().is_integer(),
        }
    }

    /// Whether it is beyond what each of `i64`, `u64` and `f64` holds.
    pub(crate) fn is_wide(&self) -> bool {
        match self {
            Self::U64(value) => *value > SAFE,
            Self::I64(value) => value.unsigned_abs() > SAFE,
            Self::F64(value) => value.fract() == 0.0 && value.abs() > SAFE as f64,
            Self::Digits(_) => true,
        }
    }

    /// Whether the number is written without fraction and exponent.
    pub(crate) fn is_plain(&self) -> bool {
        match self {
            Self::U64(_) | Self::I64(_) => true,
            Self::F64(_) => false,
            Self::Digits(digits) => !digits.as_ref().contains(['.', 'e', 'E']),
        }
    }

    /// The value by its digits; zero for digits that are no JSON number.
    pub(crate) fn decimal(&self) -> Decimal {
        match self {
            Self::U64(value) => Decimal::parse(&value.to_string()),
            Self::I64(value) => Decimal::parse(&value.to_string()),
            Self::F64(value) => Some(Decimal::of_f64(*value)),
            Self::Digits(digits) => Decimal::parse(digits.as_ref()),
        }
        .unwrap_or_else(|| Decimal::of_f64(0.0))
    }
}

impl Number<&'static str> {
    /// The number of a table as one of a value.
    pub(crate) fn owned(self) -> Number {
        match self {
            Self::U64(value) => Number::U64(value),
            Self::I64(value) => Number::I64(value),
            Self::F64(value) => Number::F64(value),
            Self::Digits(digits) => Number::Digits(digits.into()),
        }
    }
}

impl<D: AsRef<str>> fmt::Display for Number<D> {
    /// As the number is encoded.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::U64(value) => value.fmt(f),
            Self::I64(value) => value.fmt(f),
            Self::F64(value) if value.is_finite() => print_f64(*value, |text| f.write_str(text)),
            Self::F64(_) => f.write_str("null"),
            Self::Digits(_) => self.decimal().fmt(f),
        }
    }
}

/// Integers up to this are doubles.
const SAFE: u64 = 1 << 53;

impl<D: AsRef<str>, E: AsRef<str>> PartialEq<Number<E>> for Number<D> {
    fn eq(&self, other: &Number<E>) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl<D: AsRef<str>, E: AsRef<str>> PartialOrd<Number<E>> for Number<D> {
    /// Compares the values exactly, also across the variants.
    fn partial_cmp(&self, other: &Number<E>) -> Option<Ordering> {
        match (self, other) {
            (Self::U64(left), Number::U64(right)) => Some(left.cmp(right)),
            (Self::I64(left), Number::I64(right)) => Some(left.cmp(right)),
            (Self::U64(_), Number::I64(_)) => Some(Ordering::Greater),
            (Self::I64(_), Number::U64(_)) => Some(Ordering::Less),
            (Self::F64(left), Number::F64(right)) => left.partial_cmp(right),
            (Self::F64(left), _) if !left.is_finite() => left.partial_cmp(&0.0),
            (_, Number::F64(right)) if !right.is_finite() => 0.0.partial_cmp(right),
            (Self::F64(left), Number::U64(right)) if *right <= SAFE => left.partial_cmp(&(*right as f64)),
            (Self::U64(left), Number::F64(right)) if *left <= SAFE => (*left as f64).partial_cmp(right),
            _ => Some(self.decimal().cmp(&other.decimal())),
        }
    }
}

/// Prints a finite double, so that a value has one text whatever type holds it: an integer of 64 bits as one, else the
/// shortest decimal.
#[inline]
pub(crate) fn print_f64<T>(value: f64, print: impl FnOnce(&str) -> T) -> T {
    match whole(value) {
        Some(value) => print(itoa::Buffer::new().format(value)),
        None => print(zmij::Buffer::new().format_finite(value)),
    }
}

/// A double that is an integer of 64 bits, which -0.0 is not.
fn whole(value: f64) -> Option<i128> {
    const END: f64 = 18_446_744_073_709_551_616.0;
    let is_negative_zero = value == 0.0 && value.is_sign_negative();
    let is_whole = value.fract() == 0.0 && !is_negative_zero && (-END / 2.0..END).contains(&value);
    is_whole.then_some(value as i128)
}
