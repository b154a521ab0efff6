//! Constraints in words, for comments.

use goodevent_model::{Shape, Text};

/// The constraints of a string, in words.
#[must_use]
pub fn constraints(shape: &Shape) -> String {
    let text = match shape {
        Shape::Text(text) => text,
        Shape::Nullable(inner) => return constraints(&inner.shape),
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
