//! `invalid-settings`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that `goodevent.toml` and `context.toml` have the settings that goodevent knows.
    /// ## Why is this bad?
    /// A setting that is misspelt does not set anything.
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
        summary: "settings are known",
        category: Ownership, level: Deny, fix: None, check: Analysis(())
    }
}
