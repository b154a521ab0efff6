//! `unused-suppression`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that each entry of `allow` in `x-event` covers a finding.
    /// ## Why is this bad?
    /// A suppression without a finding would hide the next one.
    /// ## Example
    /// ```json
    /// { "x-event": { "allow": [{ "rule": "generic-verb", "reason": "Everybody calls it so." }] } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "allow": null } }
    /// ```
    "unused-suppression" {
        summary: "every suppression covers a finding",
        category: Suppressions, level: Warn, fix: Safe, check: Engine(())
    }
}
