//! Contracts of which much changed at once: each with the version that it was before.

use super::registries::{Registry, Scale, of};

/// Many listed values, members, items and branches, and what was different.
pub(super) fn changed(scale: Scale) -> Vec<Registry> {
    let n = if scale == Scale::Small { 300 } else { 10_000 };
    let all = |item: &dyn Fn(usize) -> String| (0..n).map(item).collect::<Vec<_>>().join(",\n");
    let but_last = |item: &dyn Fn(usize) -> String| (0..n - 1).map(item).collect::<Vec<_>>().join(",\n");
    let pair = |name: &str, was: String, is: String| Registry {
        before: Some(of(name, &was).contract),
        ..of(format!("changed {name}"), &is)
    };
    let listed = |name: &str, item: &dyn Fn(usize) -> String| {
        let schema = |list: String| format!(r#""properties": {{"a": {{"enum": [{list}]}}}}"#);
        pair(name, schema(all(item)), schema(but_last(item)))
    };
    let members = |name: &str, was: &str, is: &str| {
        let names = all(&|at| format!(r#""m{at}""#));
        let schema = |own: &str| {
            let own = all(&|at| format!(r#""m{at}": {own}"#));
            format!(r#""required": [{names}], "properties": {{{own}}}"#)
        };
        pair(name, schema(was), schema(is))
    };
    let parts = |name: &str, keyword: &str, was: &dyn Fn(usize) -> String, is: &dyn Fn(usize) -> String| {
        let schema =
            |own: &dyn Fn(usize) -> String| format!(r#""properties": {{"a": {{"{keyword}": [{}]}}}}"#, all(own));
        pair(name, schema(was), schema(is))
    };
    let bounded = |by: usize| move |at: usize| format!(r#"{{"type": "integer", "minimum": {}}}"#, at + by);
    let unique = |own: &str| {
        format!(
            r#""required": ["a"], "properties": {{"a": {{"type": "array", "minItems": {n}, "uniqueItems": true, "items": {{"type": "{own}"}}}}}}"#
        )
    };
    vec![
        listed("enum of integers", &|at| at.to_string()),
        listed("enum of numbers", &|at| format!("{at}.5e1")),
        listed("enum of texts", &|at| format!(r#""v{at}""#)),
        listed("enum of objects", &|at| format!(r#"{{"a": {at}, "b": [{at}]}}"#)),
        members("bounds of members", r#"{"type": "string", "minLength": 1}"#, r#"{"type": "string", "minLength": 2}"#),
        members("types of members", r#"{"type": "string"}"#, r#"{"type": "integer"}"#),
        parts("prefixItems", "prefixItems", &bounded(0), &bounded(1)),
        parts("anyOf", "anyOf", &bounded(0), &bounded(1)),
        pair("unique items", unique("integer"), unique("string")),
    ]
}
