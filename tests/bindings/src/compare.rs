//! Comparison of what a language says of payloads with what Rust says.
//!
//! A *probe* is a program of the language. It reads `cases.json`, an array of cases as [`Case::to_json`] writes them, and
//! prints what the generated code says of each in turn: a line with the JSON object
//!
//! ```json
//! {"violations": [{"pointer": "", "keyword": "", "expected": "", "found": ""}], "isDecoded": true, "id": "", "encoded": ""}
//! ```
//!
//! A payload that cannot be read has `rule` and `message` of the error instead of `violations`. `id` and `encoded`, the
//! text of the decoded event, are there if it is decoded and encoded.

use goodevent::Json;
use serde_json::{Value, json};

/// A payload, and what Rust says of it.
#[derive(Debug)]
pub struct Case {
    /// Folder of the generated code; empty if there is only one.
    pub module: String,
    /// Name of the contract.
    pub contract: String,
    /// The payload, which is not necessarily UTF-8.
    pub payload: Vec<u8>,
    /// `violations`, or `rule` and `message`.
    pub outcome: Value,
    /// Whether Rust decodes it, if that was tried: a Rust type may be narrower than the contract.
    pub is_decoded: Option<bool>,
    /// The id that Rust derives, if that was asked for.
    pub id: Option<String>,
    /// Whether the schema is one of draft 4, which tells `1.0` from `1`: a schema that excludes integers accepts the
    /// payload, but no type holds its spelling, so that the event is not encoded.
    pub is_draft4: bool,
}

impl Case {
    /// The case as probes read it: `module`, `contract` and `payload`, a text or, if it is not UTF-8, an array of bytes.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let payload = match std::str::from_utf8(&self.payload) {
            Ok(text) => json!(text),
            Err(_) => json!(self.payload),
        };
        json!({ "module": self.module, "contract": self.contract, "payload": payload })
    }
}

/// The cases as the text of `cases.json`.
#[must_use]
pub fn text(cases: &[Case]) -> String {
    Value::from_iter(cases.iter().map(Case::to_json)).to_string()
}

/// Counts of cases.
#[derive(Debug, Default)]
pub struct Tally {
    /// Both languages say the same.
    pub n_alike: usize,
    /// A number is in it that a type of one language does not hold; apart from that, both say the same.
    pub n_wide: usize,
    /// Different answers.
    pub n_faults: usize,
    /// The first of them.
    pub faults: Vec<Value>,
}

/// Compares the lines that a probe printed with what Rust says. `language` is the word of its violations: "a number that a
/// JavaScript number holds".
///
/// # Panics
/// If there is not one line with a JSON object for each case.
#[must_use]
pub fn compare(cases: &[Case], printed: &str, language: &str) -> Tally {
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines.len(), cases.len(), "the probe prints a line for each case");
    let mut tally = Tally::default();
    for (case, line) in cases.iter().zip(lines) {
        let said: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let (own, has_wide) = without_wide(&said, language);
        let (rust, rust_has_wide) = without_wide(&case.outcome, language);
        let has_wide = has_wide || rust_has_wide;
        match own == rust && is_consistent(case, &said, has_wide) {
            true if has_wide => tally.n_wide += 1,
            true => tally.n_alike += 1,
            false => {
                tally.n_faults += 1;
                if tally.faults.len() < 8 {
                    let case_json = case.to_json();
                    let (is_decoded, id) = (case.is_decoded, &case.id);
                    tally.faults.push(
                        json!({ "case": case_json, "said": said, "rust": case.outcome, "isDecoded": is_decoded, "id": id }),
                    );
                }
            }
        }
    }
    tally
}

/// Compares the lines that a probe printed with what Rust says, and prints how much was compared.
///
/// # Panics
/// If there is a difference, or hardly anything was compared.
#[expect(clippy::print_stdout, reason = "`cargo xtask bindings` shows how much was compared")]
pub fn checked(cases: &[Case], printed: &str, language: &str) {
    let tally = compare(cases, printed, language);
    println!("{} cases alike, {} with numbers that a type does not hold", tally.n_alike, tally.n_wide);
    assert_eq!(tally.n_faults, 0, "{:#?}", tally.faults);
    assert!(tally.n_alike > 2_000 && tally.n_wide < tally.n_alike / 50, "{tally:?}");
}

/// Rule, message and violations, apart from numbers that a type does not hold, and whether there are such numbers: the
/// types of languages hold different ones, and everything else has to be the same.
fn without_wide(outcome: &Value, language: &str) -> (Value, bool) {
    let is_wide = |violation: &Value| {
        let held = violation["expected"].as_str().and_then(|expected| expected.strip_prefix("a number that a "));
        held.and_then(|held| held.strip_suffix(" holds"))
            .is_some_and(|held| held.starts_with("Rust ") || held == format!("{language} number"))
    };
    let mut rest = json!({ "rule": outcome["rule"], "message": outcome["message"] });
    let Some(violations) = outcome["violations"].as_array() else { return (rest, false) };
    let narrow: Vec<&Value> = violations.iter().filter(|violation| !is_wide(violation)).collect();
    let has_wide = narrow.len() < violations.len();
    rest["violations"] = json!(narrow);
    (rest, has_wide)
}

/// Whether the code decodes exactly what has no violation, to an event with the same JSON and the same id.
fn is_consistent(case: &Case, said: &Value, has_wide: bool) -> bool {
    let is_valid = said["violations"].as_array().is_some_and(Vec::is_empty);
    let is_decoded = said["isDecoded"] == true;
    let is_as_in_rust = has_wide || case.is_decoded.is_none_or(|expected| expected == is_decoded);
    let encoded = said["encoded"].as_str().unwrap_or_default();
    let is_unwritten = || case.is_draft4 && said["encoded"].is_null();
    let is_whole = || Json::parse(encoded.as_bytes()).is_some_and(|event| Some(event) == Json::parse(&case.payload));
    let has_id = || case.id.as_deref().is_none_or(|id| said["id"] == id);
    is_decoded == is_valid && is_as_in_rust && (!is_decoded || is_unwritten() || (is_whole() && has_id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(outcome: Value, is_decoded: bool) -> Case {
        let (module, contract, payload) = (String::new(), "A".to_owned(), b"{\"a\":1.0}".to_vec());
        Case {
            module,
            contract,
            payload,
            outcome,
            is_decoded: Some(is_decoded),
            id: Some("x".to_owned()),
            is_draft4: false,
        }
    }

    fn tally(case: Case, said: &Value) -> [usize; 3] {
        let tally = compare(&[case], &said.to_string(), "Latin");
        [tally.n_alike, tally.n_wide, tally.n_faults]
    }

    #[test]
    fn every_difference_is_a_fault() {
        let valid = || case(json!({ "violations": [] }), true);
        let said = json!({ "violations": [], "isDecoded": true, "id": "x", "encoded": "{\"a\":1}" });
        assert_eq!(tally(valid(), &said), [1, 0, 0]);
        let differences = [
            ("violations", json!([{ "pointer": "/a" }])),
            ("isDecoded", json!(false)),
            ("id", json!("y")),
            ("encoded", json!("{\"a\":2}")),
            ("encoded", json!("{")),
            ("encoded", Value::Null),
            ("rule", json!("not-json")),
        ];
        for (name, other) in differences {
            let mut said = said.clone();
            said[name] = other;
            assert_eq!(tally(valid(), &said), [0, 0, 1], "{said}");
        }
        let unread = json!({ "rule": "not-json", "message": "no", "isDecoded": false });
        assert_eq!(tally(case(json!({ "rule": "not-json", "message": "no" }), false), &unread), [1, 0, 0]);
        assert_eq!(tally(case(json!({ "rule": "not-json", "message": "other" }), false), &unread), [0, 0, 1]);
    }

    #[test]
    fn numbers_that_a_type_does_not_hold_are_counted_apart() {
        let wide = json!([{ "pointer": "/a", "keyword": "type", "expected": "a number that a Latin number holds" }]);
        let said = json!({ "violations": wide, "isDecoded": false });
        assert_eq!(tally(case(json!({ "violations": [] }), true), &said), [0, 1, 0]);
        let other = json!({ "violations": [{ "pointer": "/b" }] });
        assert_eq!(tally(case(other, false), &said), [0, 0, 1]);
    }
}
