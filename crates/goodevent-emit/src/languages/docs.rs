//! Constraints of values in words, for the documentation of types.

use std::fmt::Display;

use goodevent_model::{Bounds, Integer, Shape, Text};
use goodevent_schema::ir::Number;

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
        min.map(|min| format!("at least {min} characters")),
        max.map(|max| format!("at most {max} characters")),
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
        Shape::Array { min, max, .. } => range((*min > 0).then_some(*min), (*max < u64::MAX).then_some(*max), " items"),
        _ => text_limits(shape),
    }
}

fn range<T: Display>(min: Option<T>, max: Option<T>, unit: &str) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("from {min} to {max}{unit}"),
        (Some(min), None) => format!("at least {min}{unit}"),
        (None, Some(max)) => format!("at most {max}{unit}"),
        (None, None) => String::new(),
    }
}
