//! `unknown-rule`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that settings of levels name rules and categories that there are.
    /// ## Why is this bad?
    /// A level for a rule that does not exist changes nothing, least of all what it was meant to.
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
        summary: "settings name rules that there are",
        category: Suppressions, level: Deny, fix: None, check: Engine(())
    }
}
