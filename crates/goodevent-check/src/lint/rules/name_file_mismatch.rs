//! `name-file-mismatch`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that the `title` of a contract equals the name of its file.
    /// ## Why is this bad?
    /// Consumers read the title, and generated code uses the name of the file. A search for one does not find the other.
    /// ## Example
    /// ```json orders/OrderShippedV1Event.json
    /// { "title": "OrderSentV1Event" }
    /// ```
    /// Use instead:
    /// ```json orders/OrderShippedV1Event.json
    /// { "title": "OrderShippedV1Event" }
    /// ```
    "name-file-mismatch" {
        summary: "the title equals the name of the file",
        category: Names, level: Warn, fix: Safe, check: Analysis(())
    }
}
