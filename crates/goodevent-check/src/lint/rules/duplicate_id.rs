//! `duplicate-id`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that no two schemas have the same `$id`, and no two of one resource the same `$anchor` or `$dynamicAnchor`.
    /// ## Why is this bad?
    /// A reference to the name has two targets, and validators differ in which one they take.
    /// ## Example
    /// ```json
    /// { "properties": { "orderId": { "$anchor": "order" }, "reason": { "$anchor": "order" } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "orderId": { "$anchor": "order" }, "reason": { "$anchor": "reason" } } }
    /// ```
    "duplicate-id" {
        summary: "a schema has an id of its own",
        category: Schemas, level: Deny, fix: None, check: Analysis(())
    }
}
