//! `unanchored-pattern`

use goodevent_schema::{diagnostic::Edit, ir::SchemaId};
use serde_json::Value;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that a `pattern` begins with `^` and ends with `$`.
    /// ## Why is this bad?
    /// JSON Schema looks for a pattern anywhere in a text, so that `[0-9]{3}` matches `abc123456`.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "pattern": "[A-Z]{3}", "maxLength": 3 } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "pattern": "^[A-Z]{3}$" } } }
    /// ```
    "unanchored-pattern" {
        summary: "a pattern describes all of a text",
        category: Formats, level: Warn, fix: Suggested, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    if let Some(pattern) = &cx.schema(id).keywords.text.pattern {
        let text = pattern.value.as_str();
        let is_whole = text.starts_with('^') && text.ends_with('$') && !text.ends_with("\\$");
        if !is_whole {
            let finding = cx.finding(pattern.span, "the pattern matches anywhere in the text");
            let inner = text.trim_start_matches('^').trim_end_matches('$');
            let whole = if inner.contains('|') { format!("^(?:{inner})$") } else { format!("^{inner}$") };
            let edit = Edit { span: pattern.span, text: Value::from(whole.as_str()).to_string() };
            cx.push(finding.help(format!("write `{whole}`")).suggest([edit]));
        }
    }
}
