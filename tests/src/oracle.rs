//! What the reference validator says, and where a stricter verdict is documented.

use std::collections::BTreeMap;

use goodevent::Error;
use goodevent_schema::{
    source::SourceId,
    syntax::{self, Kind, Node},
};
use jsonschema::Validator;
use serde_json::Value;

use crate::exact;

/// Why our verdict may be stricter than the reference's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stricter {
    /// A name stands twice in an object.
    DuplicateName,
    /// The number at the place of the refusal is an integer beyond 64 bits, or one that its double does not hold.
    Number,
    /// More than an event may have.
    TooLarge,
    /// A number of more than 1,024 characters.
    LongNumber,
    /// More than five million steps.
    Undecided,
}

/// A refusal: the rule that is broken, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The keyword, or what else [`Error::rule`] says.
    pub rule: String,
    /// JSON Pointer into the payload.
    pub pointer: String,
    /// What was expected there.
    pub expected: String,
}

impl From<&Error> for Refusal {
    fn from(error: &Error) -> Self {
        let (pointer, expected) = match error {
            Error::Invalid(violation) => (violation.pointer.clone(), violation.expected.clone()),
            _ => Default::default(),
        };
        Self { rule: error.rule().to_owned(), pointer, expected }
    }
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

/// The documented case for which we refuse what the reference accepts, if the payload shows its cause where the refusal
/// says.
#[must_use]
pub fn documented(bytes: &[u8], refusal: &Refusal) -> Option<Stricter> {
    const MAX_BYTES: usize = goodevent::error::MAX_EVENT_BYTES;
    match refusal.rule.as_str() {
        "too-large" => (bytes.len() > MAX_BYTES).then_some(Stricter::TooLarge),
        "undecided" => Some(Stricter::Undecided),
        "not-json" => {
            let (tree, found) = syntax::parse(SourceId(0), bytes);
            let repeats = found.iter().any(|found| found.rule == "duplicate-member");
            let is_long = || tree.is_some_and(|tree| has_long_number(&tree));
            if repeats { Some(Stricter::DuplicateName) } else { is_long().then_some(Stricter::LongNumber) }
        }
        _ => {
            let tree = syntax::parse(SourceId(0), bytes).0?;
            let Kind::Number(text) = &tree.pointer(&refusal.pointer)?.kind else { return None };
            let is_double = refusal.expected.contains("f64");
            let is_wide = exact::is_beyond_64_bits(text) || (is_double && exact::is_between_doubles(text));
            is_wide.then_some(Stricter::Number)
        }
    }
}

fn has_long_number(node: &Node) -> bool {
    const MAX_CHARS: usize = 1_024;
    matches!(&node.kind, Kind::Number(text) if text.len() > MAX_CHARS)
        || node.items().iter().any(has_long_number)
        || node.members().iter().any(|member| has_long_number(&member.value))
}

/// Whether a document gives one `$id` to schemas that differ, so that nobody knows what a reference to it means.
#[must_use]
pub fn repeats_an_id(schema: &Value) -> bool {
    let mut ids: BTreeMap<&str, &Value> = BTreeMap::new();
    let mut queue = vec![schema];
    while let Some(value) = queue.pop() {
        let id = value.get("$id").or_else(|| value.get("id")).and_then(Value::as_str);
        if id.is_some_and(|id| ids.insert(id, value).is_some_and(|other| other != value)) {
            return true;
        }
        match value {
            Value::Array(items) => queue.extend(items),
            Value::Object(members) => queue.extend(members.values()),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Refusal, Stricter, documented};

    #[test]
    fn a_refusal_is_excused_by_its_cause_alone() {
        let of = |text: &str, rule: &str, pointer: &str| {
            let expected = "a number that a Rust f64 holds".to_owned();
            documented(text.as_bytes(), &Refusal { rule: rule.to_owned(), pointer: pointer.to_owned(), expected })
        };
        let wide = r#"{"n":9007199254740993.0,"m":1,"t":"2020-02-29"}"#;
        assert_eq!(of(wide, "type", "/n"), Some(Stricter::Number));
        // A wide number elsewhere excuses nothing, nor does one without a place.
        assert_eq!(of(wide, "type", "/m"), None);
        assert_eq!(of(wide, "format", "/t"), None);
        assert_eq!(of(wide, "number", ""), None);
        assert_eq!(of(r#"{"a":1,"a":1}"#, "not-json", ""), Some(Stricter::DuplicateName));
        assert_eq!(of(r#"{"a":1}"#, "not-json", ""), None);
        assert_eq!(of("1", "too-large", ""), None);
    }
}
