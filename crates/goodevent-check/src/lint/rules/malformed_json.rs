//! `malformed-json`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that a file is JSON as RFC 8259 has it: no comments, no commas at the end, nothing behind the text.
    /// ## Why is this bad?
    /// Tools that forgive do not forgive the same.
    /// ## Example
    /// ```text orders/types/Broken.json
    /// { "description": "Broken.", "type": "string", }
    /// ```
    /// Use instead:
    /// ```text orders/types/Whole.json
    /// { "description": "Whole.", "type": "string", "maxLength": 9, "minLength": 1 }
    /// ```
    "malformed-json" {
        summary: "a schema is JSON",
        category: Schemas, level: Deny, fix: None, check: Analysis(())
    }
}
