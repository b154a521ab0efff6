//! `unresolved-ref`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that every `$ref` leads to a schema of the registry.
    /// ## Why is this bad?
    /// What a reference does not reach is not checked, and can not be generated.
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
        summary: "every reference leads somewhere",
        category: Schemas, level: Deny, fix: None, check: Analysis(())
    }
}
