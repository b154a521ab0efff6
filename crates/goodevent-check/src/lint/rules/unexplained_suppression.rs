//! `unexplained-suppression`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that each entry of `allow` in `x-event` has a `reason`.
    /// ## Why is this bad?
    /// Whoever reads it next has to know whether it still holds.
    /// ## Example
    /// ```json
    /// { "x-event": { "frequency": null, "allow": [{ "rule": "missing-frequency", "reason": "" }] } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "frequency": null, "allow": [{ "rule": "missing-frequency", "reason": "It is not published yet." }] } }
    /// ```
    "unexplained-suppression" {
        summary: "what is allowed has a reason",
        category: Suppressions, level: Deny, fix: None, check: Engine(())
    }
}
