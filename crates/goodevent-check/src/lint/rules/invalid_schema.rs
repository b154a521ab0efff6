//! `invalid-schema`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that a contract is a valid schema of its draft.
    /// ## Why is this bad?
    /// Tools either reject a schema that its metaschema rejects, or disagree about its meaning.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "text" } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "minLength": 1, "maxLength": 20 } } }
    /// ```
    "invalid-schema" {
        summary: "a contract is a valid JSON Schema",
        category: Schemas, level: Deny, fix: None, check: Analysis(())
    }
}
