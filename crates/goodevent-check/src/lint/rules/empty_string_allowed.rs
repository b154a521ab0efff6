//! `empty-string-allowed`

use goodevent_schema::ir::{SchemaId, Types};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that a string has a `minLength` of at least 1. A string with an `enum`, a `pattern` or a `format` is not reported.
    /// ## Why is this bad?
    /// An empty string is a missing value in disguise.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "maxLength": 20 } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "minLength": 1, "maxLength": 20 } } }
    /// ```
    "empty-string-allowed" {
        summary: "a string is not empty",
        category: Payload, level: Warn, fix: Suggested, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    let keywords = &cx.schema(id).keywords;
    let is_text = keywords.types.as_ref().is_some_and(|types| types.value.contains(Types::STRING));
    let is_described = keywords.text.pattern.is_some() || keywords.text.format.is_some() || cx.is_listed(id);
    if is_text && !is_described && keywords.text.min_length.as_ref().is_none_or(|min| min.value == 0) {
        let finding = cx.finding(cx.keyword(id, "type"), "the text may be empty");
        let edit = cx.tighten(id, "minLength", 1);
        cx.push(finding.help("add `\"minLength\": 1`, or explain what an empty string means").suggest(edit));
    }
}
