//! `unformatted-identifier`

use goodevent_schema::ir::{Draft, SchemaId, Types};

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that a string whose name ends with `Id` has a `format`, a `pattern` or an `enum`.
    /// ## Why is this bad?
    /// Services truncate, trim or capitalise an identifier that can be any text.
    /// ## Example
    /// ```json
    /// { "properties": { "orderId": { "format": null, "minLength": 1, "maxLength": 36 } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z" }] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "orderId": { "format": "uuid" } } }
    /// ```
    "unformatted-identifier" {
        summary: "an identifier needs a format",
        category: Formats, level: Warn, fix: Suggested, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    for property in cx.properties(id) {
        let is_id = words::split(&property.name.value).last().is_some_and(|last| last == "id");
        let keywords = &cx.schema(cx.behind_refs(property.schema)).keywords;
        let is_text = keywords.types.as_ref().is_some_and(|types| types.value == Types::STRING);
        let has_form =
            keywords.text.format.is_some() || keywords.text.pattern.is_some() || cx.is_listed(property.schema);
        if is_id && is_text && !has_form {
            let finding = cx.finding(property.name.span, format!("`{}` can be any text", property.name.value));
            // Older drafts do not know the format.
            let is_known = cx.schema(property.schema).draft >= Draft::Draft201909;
            let edit = if is_known { cx.tighten(property.schema, "format", "uuid") } else { None };
            cx.push(finding.help("add a `format`, such as `uuid`, or a `pattern`").suggest(edit));
        }
    }
}
