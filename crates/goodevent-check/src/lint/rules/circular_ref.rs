//! `circular-ref`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that no chain of references returns to its start without descending into the instance.
    /// ## Why is this bad?
    /// The evaluation of such a schema never ends.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "$ref": "#/$defs/why" } }, "$defs": { "why": { "$ref": "#/$defs/why" } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "$ref": "#/$defs/why" } }, "$defs": { "why": { "enum": ["gift"] } } }
    /// ```
    "circular-ref" {
        summary: "references must not form a cycle",
        category: Schemas, level: Deny, fix: None, check: Analysis(())
    }
}
