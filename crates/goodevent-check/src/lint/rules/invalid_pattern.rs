//! `invalid-pattern`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that each `pattern` is a regular expression of ECMA-262.
    /// ## Why is this bad?
    /// A pattern that no engine accepts makes the whole contract unusable.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "maxLength": 9, "pattern": "^[a-z+$" } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "maxLength": 9, "pattern": "^[a-z]+$" } } }
    /// ```
    "invalid-pattern" {
        summary: "a pattern is a valid regular expression",
        category: Schemas, level: Deny, fix: None, check: Analysis(())
    }
}
