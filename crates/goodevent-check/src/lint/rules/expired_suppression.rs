//! `expired-suppression`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that the day in `until` has not passed.
    /// ## Why is this bad?
    /// It was agreed on for so long and no longer.
    /// ## Example
    /// ```json
    /// { "x-event": { "frequency": null, "allow": [{ "rule": "missing-frequency", "reason": "Not published yet.", "until": "2020-01-31" }] } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "frequency": null, "allow": [{ "rule": "missing-frequency", "reason": "Not published yet.", "until": "2099-01-31" }] } }
    /// ```
    "expired-suppression" {
        summary: "what was allowed for a time is over",
        category: Suppressions, level: Deny, fix: None, check: Engine(())
    }
}
