//! What the reference validator says, and where a stricter verdict is documented.

use goodevent_schema::{
    source::SourceId,
    syntax::{self, Kind, Node},
};
use jsonschema::Validator;
use serde_json::Value;

/// Why our verdict may be stricter than the reference's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stricter {
    /// A name stands twice in an object.
    DuplicateName,
    /// A number that no Rust type of ours holds.
    Number,
}

/// The reference for a schema, formats asserted.
///
/// # Errors
/// Why the reference does not take the schema.
pub fn reference(schema: &Value) -> Result<Validator, String> {
    jsonschema::options().should_validate_formats(true).build(schema).map_err(|error| error.to_string())
}

/// Whether the reference accepts the bytes.
#[must_use]
pub fn accepts(reference: &Validator, bytes: &[u8]) -> bool {
    serde_json::from_slice(bytes).is_ok_and(|value: Value| reference.is_valid(&value))
}

/// The documented case in which we refuse what the reference accepts.
#[must_use]
pub fn stricter(bytes: &[u8]) -> Option<Stricter> {
    let (tree, found) = syntax::parse(SourceId(0), bytes);
    if found.iter().any(|found| found.rule == "duplicate-member") {
        return Some(Stricter::DuplicateName);
    }
    tree.is_some_and(|tree| has_wide_number(&tree)).then_some(Stricter::Number)
}

/// Whether some integer is beyond 64 bits, or between two doubles.
fn has_wide_number(node: &Node) -> bool {
    match &node.kind {
        Kind::Number(text) => {
            let value: f64 = text.parse().unwrap_or(f64::INFINITY);
            let is_beyond =
                value.fract() == 0.0 && !(-9.223_372_036_854_775e18..9.223_372_036_854_775e18).contains(&value);
            let is_between = text.parse::<i128>().is_ok_and(|exact| value as i128 != exact);
            is_beyond || is_between
        }
        Kind::Array(items) => items.iter().any(has_wide_number),
        Kind::Object(members) => members.iter().any(|member| has_wide_number(&member.value)),
        _ => false,
    }
}

/// Whether two values are equal as JSON Schema compares them.
#[must_use]
pub fn are_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            let whole =
                |number: &serde_json::Number| number.as_i64().map(i128::from).or(number.as_u64().map(i128::from));
            match (whole(left), whole(right)) {
                (Some(left), Some(right)) => left == right,
                _ => left.as_f64() == right.as_f64(),
            }
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| are_equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, left)| right.get(name).is_some_and(|right| are_equal(left, right)))
        }
        _ => left == right,
    }
}
