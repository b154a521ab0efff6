//! `invalid-topic-name`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that the broker of a context accepts the names of topics, keys and queues.
    /// ## Why is this bad?
    /// The broker rejects the name when the service starts, or truncates it.
    /// ## Example
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// [topics]
    /// broker = "kafka"
    /// topic = "orders/{{kebab}}"
    /// ```
    /// Use instead:
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// [topics]
    /// broker = "kafka"
    /// topic = "orders.{{kebab}}"
    /// ```
    "invalid-topic-name" {
        summary: "the broker accepts the names of topics, keys and queues",
        category: Routing, level: Deny, fix: None, check: Analysis(())
    }
}
