//! `missing-event-suffix`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that the name of an event ends with `Event`.
    /// ## Why is this bad?
    /// The name is that of a type in every language. The suffix tells it from the thing that it is about.
    /// ## Example
    /// ```json
    /// { "title": "OrderPlacedV1" }
    /// ```
    /// Use instead:
    /// ```json
    /// { "title": "OrderPlacedV1Event" }
    /// ```
    "missing-event-suffix" {
        summary: "the name of an event ends with `Event`",
        category: Names, level: Deny, fix: None, check: Analysis(())
    }
}
