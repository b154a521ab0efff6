//! Registries as large as the limits allow, each of one thing: what they take up must stay within bounds all the same.

use std::time::Duration;

use super::registries::{EVENT, Registry, each, of};
use crate::limits::Limits;

/// The limits of a command over one of these. The time grows with the size, and is only to end.
pub const LIMITS: Limits = Limits { cpu: Duration::from_secs(60), bytes: 1_000_000_000 };

/// A file has at most this many values, and some that hold the others.
const N_VALUES: usize = goodevent_schema::syntax::MAX_VALUES - 20;

/// Files of which so many are more than a registry may have values.
const N_FILES: usize = 7;

/// A file of one kind of value each, and a registry of such files.
#[must_use]
pub fn large() -> Vec<Registry> {
    let one = |name: &str, members: &str| of(format!("large {name}"), members);
    let of_a = |keyword: &str, items: &str| format!(r#""properties": {{"a": {{"{keyword}": [{items}]}}}}"#);
    let properties = |n_values: usize, schema: &dyn Fn(usize) -> String| {
        format!(r#""properties": {{{}}}"#, each(N_VALUES / n_values, |at| format!(r#""p{at}": {}"#, schema(at))))
    };
    let definitions = |schema: &dyn Fn(usize) -> String| {
        format!(r#""$defs": {{{}}}"#, each(N_VALUES / 2, |at| format!(r#""p{at}": {}"#, schema(at))))
    };
    let kinds = vec![
        one("const", &format!(r#""properties": {{"a": {{"const": [{}]}}}}"#, each(N_VALUES, |_| "0".to_owned()))),
        one("examples", &format!(r#""examples": [{}]"#, each(N_VALUES, |_| "0".to_owned()))),
        one("enum of numbers", &of_a("enum", &each(N_VALUES, |at| at.to_string()))),
        one("enum of texts", &of_a("enum", &each(N_VALUES, |at| format!(r#""v{at}""#)))),
        one("properties", &properties(1, &|_| "{}".to_owned())),
        one("properties of a type", &properties(2, &|_| r#"{"type": "string"}"#.to_owned())),
        one("properties of no type", &properties(2, &|_| r#"{"type": 5}"#.to_owned())),
        one(
            "references",
            &format!(r##"{}, "$defs": {{"a": {{}}}}"##, properties(2, &|_| r##"{"$ref": "#/$defs/a"}"##.to_owned())),
        ),
        one("references to nothing", &properties(2, &|at| format!(r##"{{"$ref": "#/$defs/a{at}"}}"##))),
        one("definitions", &definitions(&|_| r#"{"type": "string"}"#.to_owned())),
        one("ids", &definitions(&|at| format!(r#"{{"$id": "x{at}"}}"#))),
        one("anchors", &definitions(&|at| format!(r#"{{"$anchor": "x{at}"}}"#))),
        one("required", &format!(r#""required": [{}]"#, each(N_VALUES, |at| format!(r#""v{at}""#)))),
        one("keywords", &each(N_VALUES, |at| format!(r#""kw{at}": 0"#))),
        one("keywords twice", &each(N_VALUES, |at| format!(r#""kw{}": 0"#, at / 2))),
        one("anyOf", &of_a("anyOf", &each(N_VALUES, |_| "{}".to_owned()))),
        one("oneOf", &of_a("oneOf", &each(N_VALUES / 2, |at| format!(r#"{{"const": {at}}}"#)))),
        one("allOf", &of_a("allOf", &each(N_VALUES / 2, |at| format!(r#"{{"minLength": {at}}}"#)))),
        one("prefixItems", &of_a("prefixItems", &each(N_VALUES, |_| "{}".to_owned()))),
        one("too many", &format!(r#""examples": [{}]"#, each(N_VALUES + 40, |_| "0".to_owned()))),
        one("description", &format!(r#""description": "{}""#, "word ".repeat(3_000_000))),
    ];
    kinds.into_iter().chain([files()]).collect()
}

/// Files that are as large as may be, and together larger.
fn files() -> Registry {
    let members =
        each(N_VALUES / 4, |at| format!(r#""p{at}": {{"type": "string", "description": "One.", "maxLength": {at}}}"#));
    let file = |at: usize| {
        let name = EVENT.replace("Thing", &format!("Thing{at}"));
        let text = format!(r#"{{"title": "{name}", "type": "object", "properties": {{{members}}}}}"#);
        (format!("{name}.json"), text)
    };
    Registry {
        others: (0..N_FILES).map(file).collect(),
        ..of("large files", &format!(r#""properties": {{{members}}}"#))
    }
}
