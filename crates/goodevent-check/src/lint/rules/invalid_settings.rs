//! `invalid-settings`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that `goodevent.toml` and `context.toml` contain only settings that goodevent supports.
    /// ## Why is this bad?
    /// A misspelt setting has no effect.
    /// ## Example
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// topics = "orders"
    /// ```
    /// Use instead:
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// [topics]
    /// topic = "orders"
    /// ```
    "invalid-settings" {
        summary: "settings are valid",
        category: Ownership, level: Deny, fix: None, check: Analysis(())
    }
}
