//! `unexplained-suppression`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that each entry of `allow` in `x-event` has a `reason`.
    /// ## Why is this bad?
    /// The next reader has to be able to judge whether the suppression is still justified.
    /// ## Example
    /// ```json
    /// { "x-event": { "frequency": null, "allow": [{ "rule": "missing-frequency", "reason": "" }] } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "frequency": null, "allow": [{ "rule": "missing-frequency", "reason": "It is not published yet." }] } }
    /// ```
    "unexplained-suppression" {
        summary: "a suppression needs a reason",
        category: Suppressions, level: Deny, fix: None, check: Engine(())
    }
}
