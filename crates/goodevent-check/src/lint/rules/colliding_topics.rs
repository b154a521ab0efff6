//! `colliding-topics`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that no two Kafka topics differ only in `.` and `_`.
    /// ## Why is this bad?
    /// The names of metrics have `_` for both, so that one of the topics can not be told from the other.
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
        summary: "topics differ in more than punctuation",
        category: Routing, level: Deny, fix: None, check: Analysis(())
    }
}
