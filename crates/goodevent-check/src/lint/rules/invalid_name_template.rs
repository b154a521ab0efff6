//! `invalid-name-template`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that the templates of topics, keys and queues can be rendered.
    /// ## Why is this bad?
    /// Without a rendered name there is no destination for the event.
    /// ## Example
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// [topics]
    /// topic = "orders.{{kontext}}"
    /// ```
    /// Use instead:
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// [topics]
    /// topic = "orders.{{context}}"
    /// ```
    "invalid-name-template" {
        summary: "name templates can be rendered",
        category: Routing, level: Deny, fix: None, check: Analysis(())
    }
}
