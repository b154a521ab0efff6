//! `colliding-topics`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that no two Kafka topics differ only in `.` and `_`.
    /// ## Why is this bad?
    /// Kafka replaces both characters with `_` in the names of its metrics, so the two topics share their metrics.
    /// ## Example
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// [topics]
    /// broker = "kafka"
    /// topic = "orders.placed"
    /// ```
    /// ```json billing/OrderBilledV1Event.json
    /// {}
    /// ```
    /// ```toml billing/context.toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// service = "orders"
    /// [topics]
    /// broker = "kafka"
    /// topic = "orders_placed"
    /// ```
    /// Use instead:
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// [topics]
    /// broker = "kafka"
    /// topic = "orders.placed"
    /// ```
    /// ```json billing/OrderBilledV1Event.json
    /// {}
    /// ```
    /// ```toml billing/context.toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// service = "orders"
    /// [topics]
    /// broker = "kafka"
    /// topic = "orders.billed"
    /// ```
    "colliding-topics" {
        summary: "Kafka topics differ in more than punctuation",
        category: Routing, level: Deny, fix: None, check: Analysis(())
    }
}
