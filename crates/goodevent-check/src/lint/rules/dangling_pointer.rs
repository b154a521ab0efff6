//! `dangling-pointer`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that every JSON Pointer in `x-event` leads to a property.
    /// ## Why is this bad?
    /// A key that points to nothing has the same value for every event: all events share one partition, and the broker drops all but the first as duplicates.
    /// ## Example
    /// ```json
    /// { "x-event": { "dedupKey": ["/orderNumber"] } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "dedupKey": ["/orderId"] } }
    /// ```
    "dangling-pointer" {
        summary: "pointers in `x-event` lead to properties",
        category: Lifecycle, level: Deny, fix: None, check: Analysis(())
    }
}
