//! `malformed-lock`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that every line of `goodevent.lock` is a contract and its digest, once each.
    /// ## Why is this bad?
    /// A lock that is not read protects nothing. After a merge both sides have to be kept.
    /// ## Example
    /// ```text goodevent.lock
    /// <<<<<<< main
    /// ```
    /// Use instead:
    /// ```text goodevent.lock
    /// # Digests of released contracts.
    /// ```
    "malformed-lock" {
        summary: "the lock can be read",
        category: Lifecycle, level: Deny, fix: None, check: Analysis(())
    }
}
