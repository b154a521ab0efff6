//! `unknown-format`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that each `format` is defined by the draft.
    /// ## Why is this bad?
    /// No validator checks an unknown format.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "minLength": 1, "maxLength": 30, "format": "durations" } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "P1D", "placedTimeUtc": "2021-11-08T12:33:00Z" }] }
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
