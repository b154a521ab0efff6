//! `malformed-json`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that a file is JSON as defined by RFC 8259: no comments, no trailing commas, nothing after the value.
    /// ## Why is this bad?
    /// Lenient parsers do not agree on what they accept.
    /// ## Example
    /// ```text orders/types/Broken.json
    /// { "description": "Broken.", "type": "string", }
    /// ```
    /// Use instead:
    /// ```text orders/types/Whole.json
    /// { "description": "Whole.", "type": "string", "maxLength": 9, "minLength": 1 }
    /// ```
    "malformed-json" {
        summary: "a schema is valid JSON",
        category: Schemas, level: Deny, fix: None, check: Analysis(())
    }
}
