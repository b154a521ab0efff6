//! `invalid-fact`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that the members of `x-event` are well formed: dates, frequencies, strings.
    /// ## Why is this bad?
    /// A date that does not exist in the calendar never arrives.
    /// ## Example
    /// ```json
    /// { "x-event": { "since": "2026-02-30" } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "since": "2026-02-28" } }
    /// ```
    "invalid-fact" {
        summary: "the members of `x-event` are well formed",
        category: Lifecycle, level: Deny, fix: None, check: Analysis(())
    }
}
