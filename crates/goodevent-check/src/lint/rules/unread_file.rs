//! `unread-file`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that every file of the registry is used.
    /// ## Why is this bad?
    /// The cause is usually a misplaced file: an event in a nested folder, or settings with the wrong name.
    /// ## Example
    /// ```text orders/old/OrderSoldV1Event.json
    /// {}
    /// ```
    /// Use instead:
    /// ```text orders/types/Reason.json
    /// { "description": "Why.", "enum": ["gift"] }
    /// ```
    "unread-file" {
        summary: "every file of the registry is used",
        category: Names, level: Warn, fix: None, check: Analysis(())
    }
}
