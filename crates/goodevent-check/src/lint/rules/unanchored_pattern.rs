//! `unanchored-pattern`

use goodevent_schema::ir::SchemaId;

use crate::lint::{anchors, context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that a `pattern` states where in the text it matches: with `^` at the start or `$` at the end, in all alternatives.
    /// ## Why is this bad?
    /// JSON Schema searches for a pattern anywhere in the text, so that `[0-9]{3}` matches `abc123456`, and `^a|b$` matches `ax` and `xb`.
    /// ## Note
    /// A prefix (`^pkg:`), a suffix (`\.json$`), a search for one character (`\S`) and an explicit search (`.*@.*`) are accepted.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "pattern": "[A-Z]{3}", "maxLength": 3 } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "pattern": "^[A-Z]{3}$" } } }
    /// ```
    "unanchored-pattern" {
        summary: "a pattern is anchored",
        category: Formats, level: Warn, fix: Suggested, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    let Some(pattern) = &cx.schema(id).keywords.text.pattern else { return };
    let Some(flaw) = anchors::flaw(&pattern.value) else { return };
    let finding = cx.finding(pattern.span, flaw.headline()).label(flaw.label());
    let Some(whole) = anchors::whole(&pattern.value) else {
        return cx.push(finding.help("anchor it with `^` at the start or `$` at the end"));
    };
    let edit = cx.tighten(id, "pattern", whole.as_str());
    cx.push(finding.help(format!("write `{whole}` if the pattern describes the whole text")).suggest(edit));
}
