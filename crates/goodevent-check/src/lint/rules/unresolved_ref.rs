//! `unresolved-ref`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that every `$ref` leads to a schema of the registry.
    /// ## Why is this bad?
    /// A reference without a target can be neither checked nor generated.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "$ref": "types/Missing.json" } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "$ref": "types/Reason.json" } } }
    /// ```
    /// ```text orders/types/Reason.json
    /// { "description": "Why.", "enum": ["gift", "resale"] }
    /// ```
    "unresolved-ref" {
        summary: "every reference has a target",
        category: Schemas, level: Deny, fix: None, check: Analysis(())
    }
}
