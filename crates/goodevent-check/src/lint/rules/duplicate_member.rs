//! `duplicate-member`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that no name stands twice in an object.
    /// ## Why is this bad?
    /// One of both is ignored, and which one depends on the reader (RFC 8259, section 4).
    /// ## Example
    /// ```text orders/types/Twice.json
    /// { "description": "Twice.", "type": "string", "maxLength": 9, "maxLength": 90, "minLength": 1 }
    /// ```
    /// Use instead:
    /// ```text orders/types/Once.json
    /// { "description": "Once.", "type": "string", "maxLength": 90, "minLength": 1 }
    /// ```
    "duplicate-member" {
        summary: "a name stands once in an object",
        category: Schemas, level: Deny, fix: None, check: Analysis(())
    }
}
