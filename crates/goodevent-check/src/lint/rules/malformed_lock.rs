//! `malformed-lock`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that every line of `goodevent.lock` consists of a contract and its digest, and that no contract occurs twice.
    /// ## Why is this bad?
    /// A lock that cannot be parsed protects no contract. After a merge conflict, keep the lines of both sides.
    /// ## Example
    /// ```text goodevent.lock
    /// <<<<<<< main
    /// ```
    /// Use instead:
    /// ```text goodevent.lock
    /// # Digests of released contracts.
    /// ```
    "malformed-lock" {
        summary: "the lock can be parsed",
        category: Lifecycle, level: Deny, fix: None, check: Analysis(())
    }
}
