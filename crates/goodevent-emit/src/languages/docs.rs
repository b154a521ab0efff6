//! Constraints of values in words, for the documentation of types.

use goodevent_model::{Bounds, Integer, Shape, Text};

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

/// The constraints of a string or the range of a number.
#[must_use]
pub fn limits(shape: &Shape) -> String {
    match shape {
        Shape::Nullable(inner) => limits(&inner.shape),
        Shape::Integer(Integer::Signed(min, max), _) => {
            range((*min > i64::MIN).then(|| min.to_string()), (*max < i64::MAX).then(|| max.to_string()))
        }
        Shape::Integer(Integer::Unsigned(min, max), _) => {
            range(Some(min.to_string()), (*max < u64::MAX).then(|| max.to_string()))
        }
        Shape::Number(Bounds { min, max, above, below }) => {
            let text = |words: &str, bound: &Option<goodevent_schema::ir::Number>| {
                bound.as_ref().map(|bound| format!("{words} {}", bound.0))
            };
            let all = [text("at least", min), text("more than", above), text("at most", max), text("less than", below)];
            all.into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
        Shape::Array { min, max, .. } => {
            let all = [
                (*min > 0).then(|| format!("at least {min} items")),
                (*max < u64::MAX).then(|| format!("at most {max} items")),
            ];
            all.into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
        _ => text_limits(shape),
    }
}

fn range(min: Option<String>, max: Option<String>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("from {min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => String::new(),
    }
}
