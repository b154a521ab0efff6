//! The parts of an instance that may be shown: nothing that its contract marks as personal data.

use std::fmt;

use goodevent_json::violation::{MAX_SHOWN_CHARS, shortened};

use super::{Check, Node, scope::Scope};
use crate::json::Json;

/// The text that `Debug` shows instead of personal data.
#[derive(Clone, Copy)]
pub struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<personal data>")
    }
}

impl Scope<'_> {
    /// The scope inside of `node` at `pointer`, which may say what is personal from there on.
    pub(super) fn marked(mut self, node: &Node, pointer: &str) -> Self {
        // A resource's number may stand before it.
        let marks = node.iter().take(2).find_map(|check| match check {
            Check::Personal(pointers) => Some((*pointers, pointer.len())),
            _ => None,
        });
        self.personal = marks.or(self.personal);
        self
    }

    /// The value at `pointer`, shortened; of what may be personal only its kind.
    pub(super) fn shown(&self, pointer: &str, json: &Json) -> String {
        let Some((marked, from)) = self.personal else { return shown(json) };
        let place = pointer.get(from..).unwrap_or_default();
        // A member or an item may be personal though the whole is not.
        let is_whole = matches!(json, Json::Object(_) | Json::Array(_));
        if is_whole || marked.iter().any(|marked| meets(marked, place)) { kind(json).to_owned() } else { shown(json) }
    }

    /// The value of a member or item that the contract does not have, which may be a personal one under a wrong name.
    pub(super) fn shown_unknown(&self, json: &Json) -> String {
        if self.personal.is_some() { kind(json).to_owned() } else { shown(json) }
    }
}

/// Whether one of two places lies in the other, or is it; indices of items may be left out of the marked one.
fn meets(marked: &str, place: &str) -> bool {
    let mut marked = marked.split('/').skip(1).peekable();
    for token in place.split('/').skip(1) {
        match marked.peek() {
            None => return true,
            Some(own) if *own == token => drop(marked.next()),
            Some(_) if token.bytes().all(|byte| byte.is_ascii_digit()) => {}
            Some(_) => return false,
        }
    }
    true
}

/// The value by its kind, which says nothing personal.
pub(crate) fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "the boolean",
        Json::Number(_) => "the number",
        Json::String(_) => "the string",
        Json::Array(_) => "the array",
        Json::Object(_) => "the object",
    }
}

/// A value, shortened.
pub(crate) fn shown(json: &Json) -> String {
    shortened(&json.start_of_text(MAX_SHOWN_CHARS + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{STRING, violations};

    static NAME: [Check; 2] = [STRING, Check::MinLength(3)];
    static GUEST: [Check; 3] = [
        Check::Properties(&[("name", &NAME)]),
        Check::AdditionalProperties(&[Check::False]),
        Check::Required(&["name"]),
    ];
    static ANY_GUEST: [Check; 1] = [Check::AnyOf(&[&GUEST, &[crate::check::NUMBER]])];
    static PAYLOAD: [Check; 2] = [
        Check::Personal(&["/guest/name", "/guests/name"]),
        Check::Properties(&[
            ("guest", &GUEST),
            ("guests", &[Check::Items(0, &GUEST)]),
            ("other", &ANY_GUEST),
            ("hotel", &NAME),
        ]),
    ];
    static MESSAGE: [Check; 1] = [Check::Properties(&[("payload", &PAYLOAD)])];

    #[test]
    fn no_violation_shows_a_personal_value() {
        let bodies = [
            r#"{"guest":{"name":"Xy"}}"#,
            r#"{"guest":{"nam":"Xylophon"}}"#,
            r#"{"guest":"Xylophon"}"#,
            r#"{"guest":["Xylophon"]}"#,
            r#"{"guest":{"name":["Xylophon"]}}"#,
            r#"{"guests":[{"name":"Xyl"},{"name":"Xy"},{"nom":"Xylophon"}]}"#,
            r#"{"other":{"nom":"Xylophon"}}"#,
            r#"["Xylophon"]"#,
        ];
        for body in bodies {
            for (node, text) in [(&PAYLOAD[..], body.to_owned()), (&MESSAGE[..], format!("{{\"payload\":{body}}}"))] {
                let json = Json::parse(text.as_bytes()).expect("it is JSON");
                for violation in violations(node, &json) {
                    assert!(!violation.to_string().contains("Xy"), "{text}: {violation}");
                }
            }
        }
    }

    #[test]
    fn what_is_not_personal_is_shown() {
        let json = Json::parse(br#"{"hotel":"Xy"}"#).expect("it is JSON");
        let found = violations(&PAYLOAD, &json);
        assert_eq!(found[0].to_string(), "/hotel: \"Xy\" is not at least 3 characters long (minLength)");
    }

    #[test]
    fn a_mark_is_about_what_lies_above_and_below() {
        for (marked, place) in
            [("/a", "/a"), ("/a", "/a/b"), ("/a/b", "/a"), ("/a", ""), ("/a/b", "/a/0/b"), ("/a", "/0/a")]
        {
            assert!(meets(marked, place), "{marked} {place}");
        }
        for (marked, place) in [("/a", "/b"), ("/a", "/ab"), ("/a/b", "/a/c"), ("/a/b", "/a/0/c")] {
            assert!(!meets(marked, place), "{marked} {place}");
        }
    }
}
