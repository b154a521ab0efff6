//! `untyped-property`

use goodevent_schema::ir::SchemaId;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the schema of a property restricts its value by `type`, `$ref`, `enum`, `const` or alternatives.
    /// ## Why is this bad?
    /// Consumers have to handle any value, or fail on one that they do not expect.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": ["gift", "resale"] } } }
    /// ```
    "untyped-property" {
        summary: "a property has a type",
        category: Payload, level: Deny, fix: None, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    for property in cx.properties(id) {
        let schema = cx.schema(property.schema);
        let k = &schema.keywords;
        let is_typed = k.types.is_some() || k.enumeration.is_some() || k.constant.is_some() || k.reference.is_some();
        let is_composed = !(k.applied.all_of.is_empty() && k.applied.any_of.is_empty() && k.applied.one_of.is_empty());
        // A reference that leads nowhere is found by another rule.
        let is_dangling = cx.node(property.schema).is_some_and(|node| node.get("$ref").is_some());
        if schema.always != Some(false)
            && !is_typed
            && !is_composed
            && !is_dangling
            && k.applied.dynamic_reference.is_none()
        {
            let finding = cx.finding(property.name.span, format!("`{}` can be anything", property.name.value));
            cx.push(finding.help("add a `type`, an `enum` or a `$ref`"));
        }
    }
}
