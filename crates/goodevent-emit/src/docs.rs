//! Constraints and examples of values in words, for the documentation of types.

use std::fmt::Display;

use goodevent_model::{Bounds, Integer, Model, Shape, Text};
use goodevent_schema::ir::{Number, SchemaId, Value};

/// A description with the constraints behind it.
#[must_use]
pub fn described(description: &str, limits: &str) -> String {
    match (description.is_empty(), limits.is_empty()) {
        (false, false) => format!("{description} ({limits})"),
        (false, true) => description.to_owned(),
        (true, _) => limits.to_owned(),
    }
}

/// An example of a property in JSON: the first of its own, or that in the first example of the object around it.
#[must_use]
pub fn example(model: &Model<'_>, object: SchemaId, name: &str, property: Option<SchemaId>) -> Option<String> {
    const MAX_BYTES: usize = 60;
    let examples = |schema: SchemaId| model.graph()[schema].docs.examples.first().map(|example| &example.value);
    let around = || match examples(object)? {
        Value::Object(members) => members.iter().find(|(own, _)| **own == *name).map(|(_, value)| value),
        _ => None,
    };
    let text = property.and_then(examples).or_else(around)?.to_string();
    // Longer ones, and code spans that end within, are for the contract.
    (text.len() <= MAX_BYTES && !text.contains(['`', '|'])).then_some(text)
}

/// The constraints of a string: its format, pattern and length.
#[must_use]
pub fn text_limits(shape: &Shape) -> String {
    let text = match shape {
        Shape::Text(text) => text,
        Shape::Nullable(inner) => return text_limits(&inner.shape),
        _ => return String::new(),
    };
    let Text { min, max, format, pattern, encoding } = text;
    let all = [
        format.map(|format| format.name().to_owned()),
        encoding.map(|encoding| encoding.name().to_owned()),
        pattern.as_ref().map(|pattern| format!("`{pattern}`")),
        Some(range(*min, *max, " character")).filter(|length| !length.is_empty()),
    ];
    all.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The constraints of a value: of a string, a number or an array.
#[must_use]
pub fn limits(shape: &Shape) -> String {
    match shape {
        Shape::Nullable(inner) => limits(&inner.shape),
        // The ends of a machine type are not in the contract.
        Shape::Integer(integer, _) => match *integer {
            Integer::Signed(min, max) => range((min > i64::MIN).then_some(min), (max < i64::MAX).then_some(max), ""),
            Integer::Unsigned(min, max) => range(Some(min), (max < u64::MAX).then_some(max), ""),
            Integer::Signed128(min, max) => {
                range((min > i128::MIN).then_some(min), (max < i128::MAX).then_some(max), "")
            }
            Integer::Unsigned128(min, max) => range(Some(min), (max < u128::MAX).then_some(max), ""),
        },
        Shape::Number(Bounds { min, max, above, below }) => {
            let text = |words: &str, bound: &Option<Number>| bound.as_ref().map(|bound| format!("{words} {}", bound.0));
            let all = [text("at least", min), text("more than", above), text("at most", max), text("less than", below)];
            all.into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
        Shape::Array { min, max, .. } => range((*min > 0).then_some(*min), (*max < u64::MAX).then_some(*max), " item"),
        _ => text_limits(shape),
    }
}

/// A range of numbers, or of numbers of what `unit` is.
fn range<T: Display + PartialEq + From<u8>>(min: Option<T>, max: Option<T>, unit: &str) -> String {
    let count = |n: &T| if unit.is_empty() || *n == T::from(1) { format!("{n}{unit}") } else { format!("{n}{unit}s") };
    match (min, max) {
        (Some(min), Some(max)) if min == max => format!("exactly {}", count(&min)),
        (Some(min), Some(max)) => format!("from {min} to {}", count(&max)),
        (Some(min), None) => format!("at least {}", count(&min)),
        (None, Some(max)) => format!("at most {}", count(&max)),
        (None, None) => String::new(),
    }
}
