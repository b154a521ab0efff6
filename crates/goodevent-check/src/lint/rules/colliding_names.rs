//! `colliding-names`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that no two contexts, and no two events or shared types of one folder, have names that consist of the same words or differ only in case.
    /// ## Why is this bad?
    /// `Orders`, `orders` and `ORDERS` map to one module in generated code, and to one folder on macOS and Windows. An event `ORDERPlaced` beside a released `OrderPlaced` would take over its module.
    /// ## Example
    /// ```json Orders/OrderBilledV1Event.json
    /// {}
    /// ```
    /// ```toml Orders/context.toml
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
    "colliding-names" {
        summary: "names of contexts, events and shared types differ in more than case and punctuation",
        category: Names, level: Deny, fix: None, check: Analysis(())
    }
}
