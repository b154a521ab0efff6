//! `unknown-fact`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that `x-event` has only members that goodevent supports.
    /// ## Why is this bad?
    /// A misspelt member has no effect.
    /// ## Example
    /// ```json
    /// { "x-event": { "partionKey": "/orderId" } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "partitionKey": "/orderId" } }
    /// ```
    "unknown-fact" {
        summary: "every member of `x-event` is known",
        category: Lifecycle, level: Deny, fix: None, check: Analysis(())
    }
}
