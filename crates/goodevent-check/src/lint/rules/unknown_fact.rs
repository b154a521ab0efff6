//! `unknown-fact`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that `x-event` has no member that goodevent does not know.
    /// ## Why is this bad?
    /// A misspelt fact is a fact that is not there.
    /// ## Example
    /// ```json
    /// { "x-event": { "partionKey": "/orderId" } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "partitionKey": "/orderId" } }
    /// ```
    "unknown-fact" {
        summary: "every fact of `x-event` is known",
        category: Lifecycle, level: Deny, fix: None, check: Analysis(())
    }
}
