//! What the reference validator says, and where a stricter verdict is documented.

use goodevent::format::Format;
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
    /// A date with other characters than digits, some of which the reference takes for digits.
    MalformedDate,
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
    let tree = tree?;
    if has(&tree, is_wide_number) {
        return Some(Stricter::Number);
    }
    has(&tree, is_malformed_date).then_some(Stricter::MalformedDate)
}

/// Whether some value below is such a one.
fn has(node: &Node, is_it: fn(&Kind) -> bool) -> bool {
    is_it(&node.kind)
        || node.items().iter().any(|item| has(item, is_it))
        || node.members().iter().any(|member| has(&member.value, is_it))
}

/// A date or time with some of `*+,-./`, which stand before the digits in ASCII, in the place of digits: the reference
/// subtracts in words, and a borrow hides them.
fn is_malformed_date(kind: &Kind) -> bool {
    let Kind::String(text) = kind else { return false };
    let formats = [Format::Date, Format::DateTime, Format::Time];
    let n_bytes = text.len();
    [0, 11].into_iter().any(|time| {
        let date = [0, 1, 2, 3, 5, 6, 8, 9];
        let places = date.into_iter().chain([0, 1, 3, 4, 6, 7].map(|at| time + at));
        let places: Vec<usize> = places.chain([1, 2, 4, 5].map(|at| n_bytes.wrapping_sub(at))).collect();
        // Not every digit makes a date: `2,` is an hour as 20, not as 29.
        ["9", "0", "1"].into_iter().any(|digit| {
            let mend = |(at, char): (usize, char)| {
                if places.contains(&at) && "*+,-./".contains(char) { digit.to_owned() } else { char.to_string() }
            };
            let mended: String = text.char_indices().map(mend).collect();
            mended != *text && formats.iter().any(|format| format.is_valid(&mended))
        })
    })
}

/// An integer beyond 64 bits, or between two doubles.
fn is_wide_number(kind: &Kind) -> bool {
    let Kind::Number(text) = kind else { return false };
    let value: f64 = text.parse().unwrap_or(f64::INFINITY);
    let is_beyond = value.fract() == 0.0 && !(-9.223_372_036_854_775e18..9.223_372_036_854_775e18).contains(&value);
    let is_between = text.parse::<i128>().is_ok_and(|exact| value as i128 != exact);
    is_beyond || is_between
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
