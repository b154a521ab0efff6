//! `ambiguous-union`

use goodevent_schema::{diagnostic::Diagnostic, ir::SchemaId, source::Span};

use crate::{
    lint::{context::Cx, pairs::pairs, rule::declare_rule},
    size::Sizer,
};

declare_rule! {
    /// ## What it does
    /// Checks that no instance matches two branches of a `oneOf` together with the keywords beside it.
    /// Types and constants decide most pairs of branches. Of the remaining pairs, the rule examines up to a thousand per union, within a budget of 200,000 steps per file.
    /// ## Why is this bad?
    /// `oneOf` rejects an instance that matches two branches. Consumers start to reject messages on the day on which the first such payload occurs.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "oneOf": [{ "type": "integer", "minimum": 0, "maximum": 9 }, { "type": "integer", "minimum": 5, "maximum": 20 }] } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": 1, "placedTimeUtc": "2021-11-08T12:33:00Z" }] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "oneOf": [{ "type": "integer", "minimum": 0, "maximum": 9 }, { "type": "integer", "minimum": 10, "maximum": 20 }] } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": 1, "placedTimeUtc": "2021-11-08T12:33:00Z" }] }
    /// ```
    "ambiguous-union" {
        summary: "the branches of a `oneOf` must exclude each other",
        category: Schemas, level: Warn, fix: None, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    let branches = &cx.schema(id).keywords.applied.one_of;
    let pairs = pairs(cx, branches);
    // Where they always accept the same, nothing is valid, which is said by another rule.
    if pairs.is_empty() || cx.is_impossible(id) {
        return;
    }
    let mut sizer = Sizer::without_union(&cx.registry.schemas, id, cx.n_union_steps);
    // The keywords beside the union, and above it, have to hold as well.
    let paths = cx.reach().paths(id);
    let all = paths.iter().flat_map(|path| pairs.iter().map(move |pair| (path, *pair)));
    let found = all.into_iter().find_map(|(path, (left, right))| {
        let goals: Vec<SchemaId> = [left, right].into_iter().chain(path.iter().copied()).collect();
        Some(([left, right], sizer.in_all(&goals)?))
    });
    cx.n_union_steps = sizer.n_left_in_file();
    if let Some((branches, instance)) = found {
        cx.push(finding(cx, id, branches, &instance));
    }
}

fn finding(cx: &Cx<'_>, id: SchemaId, branches: [SchemaId; 2], instance: &str) -> Diagnostic {
    const SHORT: usize = 80;
    let shown = if instance.len() > SHORT { "an instance" } else { instance };
    // Which instance that is changes with the branches, and the finding stays the same.
    let headline = "two branches of `oneOf` accept the same instance, so that it is rejected";
    let [left, right] = branches.map(|branch| {
        let span = cx.schema(branch).span;
        Span { end: span.start + 1, ..span }
    });
    let finding = cx.finding(cx.keyword(id, "oneOf"), headline).label(format!("both accept {shown}"));
    let finding = finding.related(left, "one").related(right, "the other");
    finding.help("distinguish the branches by a property with a `const`, or use `anyOf`")
}
