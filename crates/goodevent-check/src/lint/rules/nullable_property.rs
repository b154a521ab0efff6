//! `nullable-property`

use goodevent_schema::ir::{SchemaId, Types};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that no property accepts `null`.
    /// ## Why is this bad?
    /// `null` is a missing value in writing. Every consumer has to decide on its meaning, and they decide differently.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": ["string", "null"], "minLength": 1, "maxLength": 20 } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "minLength": 1, "maxLength": 20 } } }
    /// ```
    "nullable-property" {
        summary: "every property of an event has a value",
        category: Payload, level: Deny, fix: None, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    for property in cx.properties(id) {
        let target = cx.schema(cx.behind_refs(property.schema));
        let keywords = &target.keywords;
        let says = keywords.types.is_some() || cx.is_listed(property.schema);
        let branches = keywords.applied.any_of.iter().chain(&keywords.applied.one_of).copied();
        let has_null = |id: SchemaId| {
            let says = cx.schema(cx.behind_refs(id)).keywords.types.is_some() || cx.is_listed(id);
            says && cx.types(id).contains(Types::NULL)
        };
        let is_nullable = (says && cx.types(property.schema).contains(Types::NULL)) || branches.clone().any(has_null);
        if is_nullable {
            let finding = cx.finding(property.name.span, format!("`{}` may be `null`", property.name.value));
            cx.push(finding.help("remove `null`, or use a separate event for the case without a value"));
        }
    }
}
