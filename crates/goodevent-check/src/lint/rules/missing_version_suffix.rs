//! `missing-version-suffix`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that a version, `V1` or higher, precedes `Event`.
    /// ## Why is this bad?
    /// A second version has to exist beside the first while consumers migrate. Without a number in the name, the two versions cannot be distinguished.
    /// ## Example
    /// ```json
    /// { "title": "OrderPlacedEvent" }
    /// ```
    /// Use instead:
    /// ```json
    /// { "title": "OrderPlacedV1Event" }
    /// ```
    "missing-version-suffix" {
        summary: "the name of an event has a version",
        category: Names, level: Deny, fix: None, check: Analysis(())
    }
}
