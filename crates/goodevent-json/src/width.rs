//! The numbers that each Rust type holds.

use std::fmt;

use crate::decimal::{Decimal, Held, exact_f64, held};

/// The range of a Rust number type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// Integers from -2^63 to 2^63 - 1.
    I64,
    /// Integers from 0 to 2^64 - 1.
    U64,
    /// Integers from -2^127 to 2^127 - 1.
    I128,
    /// Integers from 0 to 2^128 - 1.
    U128,
    /// Doubles.
    F64,
    /// Integers of 64 bits and doubles: what is kept as JSON though the contract describes it.
    Json,
}

impl Width {
    /// Whether a type of this width holds the JSON number `text`.
    #[must_use]
    pub fn fits(self, text: &str) -> bool {
        let whole = || Decimal::parse(text);
        let is_signed =
            || whole().and_then(|number| number.as_i128()).is_some_and(|value| i64::try_from(value).is_ok());
        let is_unsigned =
            || whole().and_then(|number| number.as_u128()).is_some_and(|value| u64::try_from(value).is_ok());
        match self {
            Self::I64 => is_signed(),
            Self::U64 => is_unsigned(),
            Self::I128 => whole().is_some_and(|number| number.as_i128().is_some()),
            Self::U128 => whole().is_some_and(|number| number.as_u128().is_some()),
            Self::F64 => exact_f64(text).is_ok(),
            Self::Json => held(text) != Some(Held::Digits) || is_signed() || is_unsigned(),
        }
    }
}

impl fmt::Display for Width {
    /// The name of the type.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::I64 => "i64",
            Self::U64 => "u64",
            Self::I128 => "i128",
            Self::U128 => "u128",
            Self::F64 => "f64",
            Self::Json => "i64, u64 or f64",
        })
    }
}
