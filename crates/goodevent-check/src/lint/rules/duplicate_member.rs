//! `duplicate-member`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that no object contains the same member name twice.
    /// ## Why is this bad?
    /// Parsers ignore one of the two members, and which one depends on the parser (RFC 8259, section 4).
    /// ## Example
    /// ```text orders/types/Twice.json
    /// { "description": "Twice.", "type": "string", "maxLength": 9, "maxLength": 90, "minLength": 1 }
    /// ```
    /// Use instead:
    /// ```text orders/types/Once.json
    /// { "description": "Once.", "type": "string", "maxLength": 90, "minLength": 1 }
    /// ```
    "duplicate-member" {
        summary: "member names are unique within an object",
        category: Schemas, level: Deny, fix: None, check: Analysis(())
    }
}
