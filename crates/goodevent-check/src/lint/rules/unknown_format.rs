//! `unknown-format`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that each `format` is one that the draft knows.
    /// ## Why is this bad?
    /// A format that nobody knows is checked by nobody.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "minLength": 1, "maxLength": 20, "format": "time-span" } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "minLength": 1, "maxLength": 30, "format": "duration" } } }
    /// ```
    "unknown-format" {
        summary: "every format is known",
        category: Schemas, level: Warn, fix: Suggested, check: Analysis(())
    }
}
