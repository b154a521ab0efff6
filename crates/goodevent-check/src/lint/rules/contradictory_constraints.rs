//! `contradictory-constraints`

use goodevent_schema::ir::SchemaId;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that every schema accepts at least one instance.
    /// Each file has a budget of a million steps for its unions and of 300,000 steps for proofs. A schema that exceeds the budget is assumed to accept an instance.
    /// ## Why is this bad?
    /// No producer can publish an event whose schema accepts nothing. Two keywords that exclude each other are a mistake.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "minLength": 20, "maxLength": 10 } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "minLength": 10, "maxLength": 20 } } }
    /// ```
    "contradictory-constraints" {
        summary: "a schema must accept at least one instance",
        category: Schemas, level: Deny, fix: None, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    if cx.schema(id).always.is_some() || !cx.is_impossible(id) {
        return;
    }
    // Where a part makes it so, the part is to blame.
    let keywords = &cx.schema(id).keywords;
    let parts: Vec<SchemaId> = keywords.children().chain(keywords.targets()).collect();
    if parts.into_iter().any(|part| cx.schema(part).always.is_none() && cx.is_impossible(part)) {
        return;
    }
    let names = keywords.names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let Some(node) = cx.node(id) else { return };
    let place = node.members().first().map_or(node.span, |member| member.key.span);
    let label = match keywords.names().nth(1) {
        Some(_) => format!("{names} exclude each other"),
        None => format!("{names} excludes every value"),
    };
    let finding = cx.finding(place, "nothing is valid for this schema").label(label);
    cx.push(finding.help("relax one of them; to forbid a property, write `\"name\": false`"));
}
