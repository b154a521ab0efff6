//! `not-utf8`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that a file is encoded in UTF-8.
    /// ## Why is this bad?
    /// JSON that is exchanged between systems must be UTF-8 (RFC 8259, section 8.1), and so must TOML.
    /// ## Example
    /// ```latin1 orders/types/Umlaut.json
    /// { "description": "Größe.", "enum": ["small"] }
    /// ```
    /// Use instead:
    /// ```text orders/types/Umlaut.json
    /// { "description": "Größe.", "enum": ["small"] }
    /// ```
    "not-utf8" {
        summary: "files are encoded in UTF-8",
        category: Schemas, level: Deny, fix: None, check: Analysis(())
    }
}
