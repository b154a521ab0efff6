//! `open-object`

use goodevent_schema::ir::SchemaId;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that objects with `properties` have `additionalProperties: false` or `unevaluatedProperties: false`.
    /// ## Why is this bad?
    /// In an open object a misspelt name is not noticed, and what producers add is soon relied upon though nobody promised it.
    /// ## Example
    /// ```json
    /// { "additionalProperties": null }
    /// ```
    /// Use instead:
    /// ```json
    /// { "additionalProperties": false }
    /// ```
    "open-object" {
        summary: "an object has the members that it names, and no other",
        category: Payload, level: Deny, fix: Suggested, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    let keywords = &cx.schema(id).keywords;
    let is_false = |schema: Option<SchemaId>| schema.is_some_and(|schema| cx.schema(schema).always == Some(false));
    let is_closed = is_false(keywords.object.additional_properties) || is_false(keywords.object.unevaluated_properties);
    let describes = !keywords.object.properties.is_empty() && keywords.types.is_some();
    if describes && !is_closed && !is_map(cx, id) {
        let finding = cx.finding(cx.keyword(id, "properties"), "the object may have members that it does not name");
        let edit = cx.add_keyword(id, "additionalProperties", false);
        cx.push(finding.help("add `\"additionalProperties\": false`").suggest(edit));
    }
}

/// What `map-property` tells.
fn is_map(cx: &Cx<'_>, id: SchemaId) -> bool {
    cx.schema(id).keywords.object.additional_properties.is_some_and(|rest| cx.schema(rest).always.is_none())
}
