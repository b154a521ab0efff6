//! `expired-suppression`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that the date in `until` has not passed.
    /// ## Why is this bad?
    /// The suppression was agreed upon until that date only.
    /// ## Example
    /// ```json
    /// { "x-event": { "frequency": null, "allow": [{ "rule": "missing-frequency", "reason": "Not published yet.", "until": "2020-01-31" }] } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "frequency": null, "allow": [{ "rule": "missing-frequency", "reason": "Not published yet.", "until": "2099-01-31" }] } }
    /// ```
    "expired-suppression" {
        summary: "a temporary suppression has not expired",
        category: Suppressions, level: Deny, fix: None, check: Engine(())
    }
}
