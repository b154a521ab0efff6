//! `duplicate-id`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that no two schemas have the same `$id`, and that no two schemas of one resource have the same `$anchor` or `$dynamicAnchor`.
    /// ## Why is this bad?
    /// A reference to the name has two targets, and validators disagree about which one they use.
    /// ## Example
    /// ```json
    /// { "properties": { "orderId": { "$anchor": "order" }, "reason": { "$anchor": "order" } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "orderId": { "$anchor": "order" }, "reason": { "$anchor": "reason" } } }
    /// ```
    "duplicate-id" {
        summary: "every schema has a unique id",
        category: Schemas, level: Deny, fix: None, check: Analysis(())
    }
}
