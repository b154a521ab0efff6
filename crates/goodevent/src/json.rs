//! A JSON value, for what Rust types cannot express.

use std::{cmp::Ordering, collections::BTreeMap};

/// A JSON value, kept as it came: open objects' extra members, and what no Rust type can express.
///
/// Two values are equal if JSON Schema says so: numbers by value, objects by their members
/// ([JSON Schema Core 4.2.2](https://json-schema.org/draft/2020-12/json-schema-core#section-4.2.2)).
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Json {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(BTreeMap<String, Json>),
}

/// A JSON number: an integer of 64 bits, or a double.
#[derive(Debug, Clone, Copy)]
pub enum Number {
    /// An integer that is not negative.
    U64(u64),
    /// A negative integer.
    I64(i64),
    /// Any other number, `1.0` among them. Finite.
    F64(f64),
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Number {
    /// Compares the values exactly, also across the variants.
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (*self, *other) {
            (Self::F64(left), Self::F64(right)) => left.partial_cmp(&right),
            (Self::F64(left), right) => compare(right.whole(), left).map(Ordering::reverse),
            (left, Self::F64(right)) => compare(left.whole(), right),
            (left, right) => left.whole().partial_cmp(&right.whole()),
        }
    }
}

impl Number {
    /// The value of an integer variant; of a double, its whole part.
    fn whole(self) -> i128 {
        match self {
            Self::U64(value) => value.into(),
            Self::I64(value) => value.into(),
            Self::F64(value) => value as i128,
        }
    }
}

/// Compares an integer of at most 65 bits with a double, without rounding the integer.
fn compare(left: i128, right: f64) -> Option<Ordering> {
    if right.is_nan() {
        return None;
    }
    let whole = right.trunc() as i128;
    Some(left.cmp(&whole).then_with(|| {
        let fraction = right - right.trunc();
        0.0_f64.partial_cmp(&fraction).unwrap_or(Ordering::Equal)
    }))
}
