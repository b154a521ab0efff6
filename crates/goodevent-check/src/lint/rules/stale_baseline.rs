//! `stale-baseline`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that what `goodevent.baseline` knows is still found.
    /// ## Why is this bad?
    /// What was mended must not come back unnoticed.
    /// ## Example
    /// ```text goodevent.baseline
    /// 1 missing-owner orders/context.toml the context `orders` has no owner
    /// ```
    /// Use instead:
    /// ```text goodevent.baseline
    /// # Findings that were there before.
    /// ```
    "stale-baseline" {
        summary: "the baseline knows nothing that is gone",
        category: Suppressions, level: Warn, fix: Safe, check: Engine(())
    }
}
