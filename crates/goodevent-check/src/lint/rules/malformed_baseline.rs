//! `malformed-baseline`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that every line of `goodevent.baseline` consists of a number, a rule, a file and a headline.
    /// ## Why is this bad?
    /// A line that cannot be parsed suppresses nothing, and the findings that it covered fail the run.
    /// ## Example
    /// ```text goodevent.baseline
    /// <<<<<<< main
    /// ```
    /// Use instead:
    /// ```text goodevent.baseline
    /// # Findings that were there before.
    /// ```
    "malformed-baseline" {
        summary: "the baseline can be parsed",
        category: Suppressions, level: Deny, fix: None, check: Engine(())
    }
}
