//! `ambiguous-union`

use goodevent_schema::{diagnostic::Diagnostic, ir::SchemaId, source::Span};

use crate::{
    lint::{context::Cx, rule::declare_rule},
    size::Sizer,
};

declare_rule! {
    /// ## What it does
    /// Checks that no instance is valid for two branches of a `oneOf` and for all that holds beside it.
    /// ## Why is this bad?
    /// `oneOf` rejects an instance that two branches accept. The consumer rejects such a payload on the day on which it first occurs.
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
    if branches.len() < 2 {
        return;
    }
    // What stands beside the union, and above it, has to hold as well.
    for path in cx.reach().paths(id) {
        let mut sizer = Sizer::without_union(&cx.registry.schemas, id);
        for (at, right) in branches.iter().enumerate() {
            for left in &branches[..at] {
                let goals: Vec<SchemaId> = [*left, *right].into_iter().chain(path.iter().copied()).collect();
                if let Some(instance) = sizer.in_all(&goals) {
                    return cx.push(finding(cx, id, [*left, *right], &instance));
                }
            }
        }
    }
}

fn finding(cx: &Cx<'_>, id: SchemaId, branches: [SchemaId; 2], instance: &str) -> Diagnostic {
    const SHORT: usize = 80;
    let shown = if instance.len() > SHORT { "an instance" } else { instance };
    let headline = format!("two branches of `oneOf` accept {shown}, so that it is rejected");
    let [left, right] = branches.map(|branch| {
        let span = cx.schema(branch).span;
        Span { end: span.start + 1, ..span }
    });
    let finding = cx.finding(cx.keyword(id, "oneOf"), headline).related(left, "one").related(right, "the other");
    finding.help("make the branches exclude each other by a property with a `const`, or use `anyOf`")
}
