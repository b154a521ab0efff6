//! `unbounded-array`

use goodevent_schema::ir::{SchemaId, Types};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that an array has `maxItems`, or accepts no items beyond its prefix.
    /// ## Why is this bad?
    /// An event has to fit into 64 KB, and its lists count towards that limit.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "array", "minItems": 1, "items": { "type": "boolean" } } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "array", "minItems": 1, "maxItems": 9, "items": { "type": "boolean" } } } }
    /// ```
    "unbounded-array" {
        summary: "an array needs an upper bound of its items",
        category: Size, level: Deny, fix: None, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    let keywords = &cx.schema(id).keywords;
    let is_list = keywords.types.as_ref().is_some_and(|types| types.value.contains(Types::ARRAY));
    let is_tuple = keywords.array.items.is_some_and(|items| cx.schema(items).always == Some(false));
    if is_list && keywords.array.max_items.is_none() && !is_tuple && !cx.is_listed(id) {
        let finding = cx.finding(cx.keyword(id, "type"), "the list can have any number of items");
        cx.push(finding.help("add `maxItems`"));
    }
}
