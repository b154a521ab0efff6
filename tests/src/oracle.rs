//! The verdict of the reference validator, and the documented cases of a stricter verdict.

use std::collections::BTreeMap;

use goodevent::Error;
use goodevent_json::decimal::Decimal;
use goodevent_schema::{
    source::SourceId,
    syntax::{self, Kind},
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
    /// The number at the place of the refusal has more than 1,024 characters, or an exponent beyond ±2^60.
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
    /// The value that was expected there.
    pub expected: String,
    /// Offset of the byte where the payload is not JSON.
    pub offset: Option<usize>,
}

impl From<&Error> for Refusal {
    fn from(error: &Error) -> Self {
        let (pointer, expected) = match error {
            Error::Invalid(violation) => (violation.pointer.clone(), violation.expected.clone()),
            _ => Default::default(),
        };
        let offset = if let Error::NotJson { offset, .. } = error { Some(*offset) } else { None };
        Self { rule: error.rule().to_owned(), pointer, expected, offset }
    }
}

/// The reference for a schema, formats asserted.
///
/// # Errors
/// Why the reference does not take the schema.
pub fn reference(schema: &Value) -> Result<Validator, String> {
    jsonschema::options().should_validate_formats(true).build(schema).map_err(|error| error.to_string())
}

/// Tests if the reference accepts the bytes.
#[must_use]
pub fn accepts(reference: &Validator, bytes: &[u8]) -> bool {
    serde_json::from_slice(bytes).is_ok_and(|value: Value| reference.is_valid(&value))
}

/// The documented case for which we refuse what the reference accepts, if the payload shows its cause where the refusal
/// says.
#[must_use]
pub fn documented(bytes: &[u8], refusal: &Refusal) -> Option<Stricter> {
    const MAX_BYTES: usize = goodevent::error::MAX_EVENT_BYTES;
    /// The place of the payload itself in a reason.
    const ROOT: &str = "the message";
    match refusal.rule.as_str() {
        "too-large" => (bytes.len() > MAX_BYTES).then_some(Stricter::TooLarge),
        "undecided" => Some(Stricter::Undecided),
        "not-json" => {
            if is_long_number(&bytes[refusal.offset?..]) {
                return Some(Stricter::LongNumber);
            }
            let (_, found) = syntax::parse(SourceId(0), bytes);
            found.iter().any(|found| found.rule == "duplicate-member").then_some(Stricter::DuplicateName)
        }
        _ => {
            let tree = syntax::parse(SourceId(0), bytes).0?;
            // Of alternatives, the reason is that of the nearest one.
            let (pointer, expected) = match refusal.expected.rsplit_once("of the nearest one, ") {
                Some((_, reason)) => {
                    reason.split_once(": ").map(|(place, reason)| (place.trim_start_matches(ROOT), reason))?
                }
                None => (refusal.pointer.as_str(), refusal.expected.as_str()),
            };
            let Kind::Number(text) = &tree.pointer(pointer)?.kind else { return None };
            let is_double = expected.contains("f64");
            let is_wide = exact::is_beyond_64_bits(text) || (is_double && exact::is_between_doubles(text));
            is_wide.then_some(Stricter::Number)
        }
    }
}

/// Tests if the JSON that begins here is a number which is documented to be too long: of more characters than are read, or
/// with an exponent that nothing counts to.
fn is_long_number(bytes: &[u8]) -> bool {
    const MAX_CHARS: usize = 1_024;
    let is_part = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
    let text: Vec<u8> = bytes.iter().take_while(is_part).copied().collect();
    let tree = syntax::parse(SourceId(0), &text).0;
    let Some(Kind::Number(text)) = tree.map(|tree| tree.kind) else { return false };
    text.len() > MAX_CHARS || Decimal::parse(&text).is_none()
}

/// Tests if a document gives one `$id` to schemas that differ, so that a reference to it is ambiguous.
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

/// Tests if the reference reads a schema in another way than its specification: in draft 2019-09, `contains` evaluates no
/// item for `unevaluatedItems`
/// ([JSON Schema Core 2019-09, 9.3.1.3](https://json-schema.org/draft/2019-09/json-schema-core#rfc.section.9.3.1.3)); to the
/// reference it does, as it does in draft 2020-12.
#[must_use]
pub fn is_misread(schema: &Value) -> bool {
    fn has(schema: &Value, name: &str) -> bool {
        match schema {
            Value::Array(items) => items.iter().any(|item| has(item, name)),
            Value::Object(members) => members.iter().any(|(own, value)| own == name || has(value, name)),
            _ => false,
        }
    }
    let draft = schema.get("$schema").and_then(Value::as_str).unwrap_or_default();
    draft.contains("2019-09") && has(schema, "contains") && has(schema, "unevaluatedItems")
}

/// Tests if a payload has a number that the reference, which computes with doubles, does not compare exactly: an integer
/// beyond 2^53, or a fraction that is no double.
#[must_use]
pub fn is_beyond_the_reference(payload: &str) -> bool {
    fn is_beyond(node: &syntax::Node) -> bool {
        let is_inexact = |text: &str| {
            let double = text.parse::<f64>().unwrap_or(f64::INFINITY);
            double.abs() >= 9_007_199_254_740_992.0 || Decimal::parse(text) != Decimal::parse(&format!("{double:e}"))
        };
        matches!(&node.kind, Kind::Number(text) if is_inexact(text))
            || node.items().iter().any(is_beyond)
            || node.members().iter().any(|member| is_beyond(&member.value))
    }
    syntax::parse(SourceId(0), payload.as_bytes()).0.is_some_and(|tree| is_beyond(&tree))
}

#[cfg(test)]
mod tests {
    use super::{Refusal, Stricter, documented};

    #[test]
    fn a_refusal_is_excused_by_its_cause_alone() {
        let of = |text: &str, rule: &str, pointer: &str| {
            let expected = "a number that a Rust f64 holds".to_owned();
            let offset = (rule == "not-json").then_some(0);
            documented(
                text.as_bytes(),
                &Refusal { rule: rule.to_owned(), pointer: pointer.to_owned(), expected, offset },
            )
        };
        let wide = r#"{"n":9007199254740993.0,"m":1,"t":"2020-02-29"}"#;
        assert_eq!(of(wide, "type", "/n"), Some(Stricter::Number));
        // A wide number elsewhere excuses nothing, nor does one without a place.
        assert_eq!(of(wide, "type", "/m"), None);
        assert_eq!(of(wide, "format", "/t"), None);
        assert_eq!(of(wide, "number", ""), None);
        let nearest = |pointer: &str| {
            let expected =
                format!("any of 2 alternatives; of the nearest one, {pointer}: 1e20 is not an integer (type)");
            let pointer = "/a".to_owned();
            documented(
                br#"{"a":{"b":1e20,"c":1}}"#,
                &Refusal { rule: "anyOf".to_owned(), pointer, expected, offset: None },
            )
        };
        assert_eq!(nearest("/a/b"), Some(Stricter::Number));
        assert_eq!(nearest("/a/c"), None);
        let expected =
            "any of 2 alternatives; of the nearest one, the message: 1e+300 is not a multiple of 3".to_owned();
        let root = Refusal { rule: "anyOf".to_owned(), pointer: String::new(), expected, offset: None };
        assert_eq!(documented(b"1e+300", &root), Some(Stricter::Number));
        assert_eq!(documented(b"[1e+300]", &root), None);
        assert_eq!(of(r#"{"a":1,"a":1}"#, "not-json", ""), Some(Stricter::DuplicateName));
        assert_eq!(of(r#"{"a":1}"#, "not-json", ""), None);
        assert_eq!(of("1", "too-large", ""), None);
    }

    #[test]
    fn a_long_number_is_excused_where_it_is_refused_and_for_its_length() {
        let (fits, long) = ("1".repeat(1_024), "1".repeat(1_025));
        for (number, is_documented) in [
            (fits.clone(), false),
            (format!("-{}", &fits[1..]), false),
            (long, true),
            (format!("-{fits}"), true),
            (format!("0.{fits}"), true),
            (format!("{fits}e0"), true),
            ("1e1152921504606840000".to_owned(), false),
            ("1e1152921504606850000".to_owned(), true),
            ("1e-99999999999999999999".to_owned(), true),
        ] {
            for (before, behind) in [("", ""), ("[", "]"), ("{\"a\":", "}"), ("{\"b\":[1,2],\"a\": ", " }")] {
                let text = format!("{before}{number}{behind}");
                // The decoder itself says where.
                let error = match contracts::CONTRACTS[0].violations(text.as_bytes()) {
                    Ok(_) => {
                        assert!(!is_documented, "{text} is read");
                        continue;
                    }
                    Err(error) => error,
                };
                assert!(is_documented, "{text} is refused");
                let refusal = Refusal::from(&error);
                assert_eq!(documented(text.as_bytes(), &refusal), Some(Stricter::LongNumber), "{text}: {error}");
                // The same number elsewhere excuses nothing.
                let elsewhere = format!("[{number},{text}]");
                let refusal = Refusal { offset: Some(0), ..refusal };
                assert_eq!(documented(elsewhere.as_bytes(), &refusal), None, "{elsewhere}");
            }
        }
    }
}
