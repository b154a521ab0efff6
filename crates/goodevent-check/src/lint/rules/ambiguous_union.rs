//! `ambiguous-union`

use goodevent_schema::{ir::SchemaId, source::Span};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that no instance is valid for two branches of a `oneOf`.
    /// ## Why is this bad?
    /// `oneOf` refuses what two branches accept. Such values are refused on the day on which they first occur.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "oneOf": [{ "type": "integer", "minimum": 0, "maximum": 9 }, { "type": "integer", "minimum": 5, "maximum": 20 }] } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": 1, "placedTimeUtc": "2021-11-08T12:33:00Z" }] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "oneOf": [{ "type": "integer", "minimum": 0, "maximum": 9 }, { "type": "integer", "minimum": 10, "maximum": 20 }] } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": 1, "placedTimeUtc": "2021-11-08T12:33:00Z" }] }
    /// ```
    "ambiguous-union" {
        summary: "branches of `oneOf` exclude each other",
        category: Schemas, level: Warn, fix: None, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    let branches = &cx.schema(id).keywords.applied.one_of;
    for (at, right) in branches.iter().enumerate() {
        for left in &branches[..at] {
            let Some(instance) = cx.in_both(*left, *right) else { continue };
            let shown = if instance.len() > 80 { "an instance" } else { &instance };
            let headline = format!("two branches of `oneOf` accept {shown}, so that it is refused");
            let [left, right] = [left, right].map(|branch| {
                let span = cx.schema(*branch).span;
                Span { end: span.start + 1, ..span }
            });
            let finding =
                cx.finding(cx.keyword(id, "oneOf"), headline).related(left, "one").related(right, "the other");
            cx.push(finding.help("make the branches exclude each other by a property with a `const`, or use `anyOf`"));
            return;
        }
    }
}
