//! `missing-event-suffix`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that the name of an event ends with `Event`.
    /// ## Why is this bad?
    /// The name becomes a type name in every language. The suffix distinguishes the event from its subject.
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
