//! `invalid-name-template`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that the templates of topics, keys and queues can be rendered.
    /// ## Why is this bad?
    /// A name that can not be made is no place to send an event to.
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
        summary: "templates of names are well formed",
        category: Routing, level: Deny, fix: None, check: Analysis(())
    }
}
