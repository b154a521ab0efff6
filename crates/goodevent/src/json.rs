//! A JSON value, for what Rust types cannot express.

use std::collections::BTreeMap;

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
