//! `unformatted-timestamp`

use goodevent_schema::ir::{SchemaId, Types};

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that a string whose name ends with `At`, `Utc`, `Time` or `Timestamp` has the format `date-time` or `time`.
    /// ## Why is this bad?
    /// A string without a format can be `yesterday`.
    /// ## Example
    /// ```json
    /// { "properties": { "placedTimeUtc": { "format": null, "minLength": 20 } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z" }] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "placedTimeUtc": { "format": "date-time" } } }
    /// ```
    "unformatted-timestamp" {
        summary: "a timestamp needs the format `date-time`",
        category: Formats, level: Warn, fix: Suggested, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    for property in cx.properties(id) {
        let words = words::split(&property.name.value);
        let is_time = words.len() > 1
            && words.last().is_some_and(|last| ["at", "utc", "time", "timestamp"].contains(&last.as_str()));
        let keywords = &cx.schema(cx.behind_refs(property.schema)).keywords;
        let is_text = keywords.types.as_ref().is_some_and(|types| types.value == Types::STRING);
        if is_time && is_text && keywords.text.format.is_none() && !cx.is_listed(property.schema) {
            let finding = cx.finding(
                property.name.span,
                format!("`{}` looks like a timestamp, but can be any text", property.name.value),
            );
            // Of the others another rule asks for a name that says it.
            let is_utc = words.last().is_some_and(|last| last == "utc");
            let edit = if is_utc { cx.tighten(property.schema, "format", "date-time") } else { None };
            cx.push(finding.help("add `\"format\": \"date-time\"`").suggest(edit));
        }
    }
}
