//! `contradictory-constraints`

use goodevent_schema::ir::SchemaId;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that there is an instance that a schema accepts.
    /// A file has a budget of a million steps for its unions, and of 300,000 for proofs: schemas that take more are taken to accept some.
    /// ## Why is this bad?
    /// What nothing is valid for can not be published. Two keywords that exclude each other are a slip.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "minLength": 20, "maxLength": 10 } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "minLength": 10, "maxLength": 20 } } }
    /// ```
    "contradictory-constraints" {
        summary: "something is valid",
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
    cx.push(finding.help("loosen one of them; to forbid a property say so: `\"name\": false`"));
}
