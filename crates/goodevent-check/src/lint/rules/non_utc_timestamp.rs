//! `non-utc-timestamp`

use goodevent_schema::ir::{Format, SchemaId};

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that the name of a property with the format `date-time` ends with `Utc`.
    /// ## Why is this bad?
    /// A timestamp with an offset is unambiguous, but consumers still compare, sort and truncate it as text.
    /// ## Example
    /// ```json
    /// { "properties": { "placedTimeUtc": null, "placedTime": { "description": "When.", "type": "string", "format": "date-time", "maxLength": 30 } }, "required": ["orderId", "reason", "placedTime"] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc"] }
    /// ```
    "non-utc-timestamp" {
        summary: "a timestamp is in UTC, and its name ends with `Utc`",
        category: Formats, level: Warn, fix: None, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    for property in cx.properties(id) {
        let text = &cx.schema(cx.behind_refs(property.schema)).keywords.text;
        let format = &text.format;
        // A pattern can ask for the letter of UTC.
        let ends_in_utc = text.pattern.as_ref().is_some_and(|pattern| pattern.value.ends_with("Z$"));
        let is_time = format.as_ref().is_some_and(|format| format.value == Format::DateTime);
        let says_utc = words::split(&property.name.value).last().is_some_and(|last| last == "utc");
        if is_time && !says_utc && !ends_in_utc {
            let headline = format!("`{}` does not state that it is in UTC", property.name.value);
            cx.push(
                cx.finding(property.name.span, headline)
                    .help(format!("call it `{}`", words::extended(&property.name.value, "Utc"))),
            );
        }
    }
}
