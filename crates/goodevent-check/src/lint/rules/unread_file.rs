//! `unread-file`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that every file of the registry has a part in it.
    /// ## Why is this bad?
    /// Mostly it is a slip of the name: an event in a folder too deep, or settings that are not read.
    /// ## Example
    /// ```text orders/old/OrderSoldV1Event.json
    /// {}
    /// ```
    /// Use instead:
    /// ```text orders/types/Reason.json
    /// { "description": "Why.", "enum": ["gift"] }
    /// ```
    "unread-file" {
        summary: "every file is read",
        category: Names, level: Warn, fix: None, check: Analysis(())
    }
}
