//! `duplicate-event-name`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that no two contracts have the same name.
    /// ## Why is this bad?
    /// Consumers know an event by its name. Two contracts of one name are one type to them, and one of both breaks it.
    /// ## Example
    /// ```json billing/OrderPlacedV1Event.json
    /// {}
    /// ```
    /// ```toml billing/context.toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// ```
    /// Use instead:
    /// ```json billing/OrderBilledV1Event.json
    /// {}
    /// ```
    /// ```toml billing/context.toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// ```
    "duplicate-event-name" {
        summary: "one context owns an event",
        category: Names, level: Deny, fix: None, check: Analysis(())
    }
}
