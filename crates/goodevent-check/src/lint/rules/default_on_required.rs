//! `default-on-required`

use std::collections::HashSet;

use goodevent_schema::ir::SchemaId;

use crate::{
    edit,
    lint::{context::Cx, rule::declare_rule},
};

declare_rule! {
    /// ## What it does
    /// Checks that a required property has no `default`.
    /// ## Why is this bad?
    /// The default never applies, and it suggests to readers that the property can be absent.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "default": "gift" } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "description": "Why." } } }
    /// ```
    "default-on-required" {
        summary: "a required property needs no default",
        category: Payload, level: Warn, fix: Safe, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    let required: HashSet<&str> =
        cx.schema(id).keywords.object.required.iter().map(|name| name.value.as_str()).collect();
    for property in cx.properties(id) {
        if required.contains(property.name.value.as_str()) && cx.schema(property.schema).docs.default.is_some() {
            let headline = format!("`{}` is required, so its `default` is never used", property.name.value);
            let edit = cx.node(property.schema).and_then(|node| edit::remove_member(&node, "default"));
            cx.push(
                cx.finding(cx.keyword(property.schema, "default"), headline).help("remove the `default`").fix(edit),
            );
        }
    }
}
