//! `missing-description`

use goodevent_schema::ir::SchemaId;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that contracts, shared types and properties have a `description`.
    /// ## Why is this bad?
    /// Consumers read the contract instead of the producer's code. A name alone does not state the unit, the time of validity or the subject.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": ["customerRequest", "fraud"], "description": null } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "description": "Why it was placed.", "enum": ["customerRequest", "fraud"] } } }
    /// ```
    "missing-description" {
        summary: "an event and its properties need a `description`",
        category: Documentation, level: Warn, fix: None, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    if cx.registry.schemas.pointer(id).is_empty() && !is_described(cx, id) {
        let finding = cx.finding(cx.keyword(id, "title"), "the contract has no `description`");
        cx.push(finding.help("describe in a sentence what happened"));
    }
    for property in cx.properties(id) {
        if !is_described(cx, property.schema) {
            let headline = format!("`{}` has no `description`", property.name.value);
            cx.push(
                cx.finding(property.name.span, headline)
                    .help("describe the meaning of the value, and its unit if it has one"),
            );
        }
    }
}

fn is_described(cx: &Cx<'_>, id: SchemaId) -> bool {
    let description = |id| cx.schema(id).docs.description.as_ref();
    let said = description(id).or_else(|| description(cx.behind_refs(id)));
    said.is_some_and(|text| !text.value.trim().is_empty()) || cx.schema(id).always.is_some()
}
