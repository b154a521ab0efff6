//! `invalid-fact`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that the facts of `x-event` are what they should be: days, frequencies, texts.
    /// ## Why is this bad?
    /// A day that the calendar does not have never comes.
    /// ## Example
    /// ```json
    /// { "x-event": { "since": "2026-02-30" } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "since": "2026-02-28" } }
    /// ```
    "invalid-fact" {
        summary: "the facts of `x-event` are well formed",
        category: Lifecycle, level: Deny, fix: None, check: Analysis(())
    }
}
