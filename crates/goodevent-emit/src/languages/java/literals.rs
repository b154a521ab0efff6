//! Texts as expressions: a constant of Java holds at most 65,535 bytes, and a text can be longer.

use crate::escape::Language;

/// A constant of a class file has at most 65,535 bytes; a unit of UTF-16 takes up to three.
const MAX_CONSTANT_UNITS: usize = 20_000;

/// Parts of a text that are short enough for a constant each, as literals.
pub(super) fn literals(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut n_units = 0;
    for char in text.chars() {
        if n_units + char.len_utf16() > MAX_CONSTANT_UNITS {
            parts.push(String::new());
            n_units = 0;
        }
        n_units += char.len_utf16();
        parts.last_mut().expect("there is a part from the start").push(char);
    }
    parts.iter().map(|part| Language::Java.text(part)).collect()
}

/// An expression with the value of a text.
pub(super) fn literal(text: &str) -> String {
    let parts = literals(text);
    match parts.as_slice() {
        [part] => part.clone(),
        _ => format!("String.join(\"\", {})", parts.join(", ")),
    }
}
