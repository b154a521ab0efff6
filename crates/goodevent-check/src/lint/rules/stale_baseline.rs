//! `stale-baseline`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that every finding in `goodevent.baseline` still occurs.
    /// ## Why is this bad?
    /// A fixed finding must not return unnoticed.
    /// ## Example
    /// ```text goodevent.baseline
    /// 1 missing-owner orders/context.toml the context `orders` has no owner
    /// ```
    /// Use instead:
    /// ```text goodevent.baseline
    /// # Findings that were there before.
    /// ```
    "stale-baseline" {
        summary: "the baseline lists only findings that still occur",
        category: Suppressions, level: Warn, fix: Safe, check: Engine(())
    }
}
