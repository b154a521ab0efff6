//! `dangling-pointer`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that the JSON Pointers in `x-event` lead to properties.
    /// ## Why is this bad?
    /// A key that is not in the payload is the same for all events: all go to one partition, and all but one are duplicates.
    /// ## Example
    /// ```json
    /// { "x-event": { "dedupKey": ["/orderNumber"] } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "dedupKey": ["/orderId"] } }
    /// ```
    "dangling-pointer" {
        summary: "pointers lead to properties",
        category: Lifecycle, level: Deny, fix: None, check: Analysis(())
    }
}
