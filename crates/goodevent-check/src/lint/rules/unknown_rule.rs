//! `unknown-rule`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that the settings of levels name existing rules and categories.
    /// ## Why is this bad?
    /// A level for a rule that does not exist has no effect.
    /// ## Example
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// [rules]
    /// missing-frequenzy = "warn"
    /// ```
    /// Use instead:
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// [rules]
    /// missing-frequency = "warn"
    /// ```
    "unknown-rule" {
        summary: "levels name existing rules",
        category: Suppressions, level: Deny, fix: None, check: Engine(())
    }
}
