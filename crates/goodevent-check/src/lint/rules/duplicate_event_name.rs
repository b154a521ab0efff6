//! `duplicate-event-name`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that no two contracts have the same name.
    /// ## Why is this bad?
    /// Consumers identify an event by its name. They treat two contracts of one name as one type, and fail on one of them.
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
        summary: "an event name belongs to one context",
        category: Names, level: Deny, fix: None, check: Analysis(())
    }
}
