//! `circular-ref`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that no reference leads back to itself without a step into the instance.
    /// ## Why is this bad?
    /// No evaluation of such a schema ends.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "$ref": "#/$defs/why" } }, "$defs": { "why": { "$ref": "#/$defs/why" } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "$ref": "#/$defs/why" } }, "$defs": { "why": { "enum": ["gift"] } } }
    /// ```
    "circular-ref" {
        summary: "references do not go round in circles",
        category: Schemas, level: Deny, fix: None, check: Analysis(())
    }
}
