//! `optional-property`

use goodevent_schema::ir::SchemaId;

use crate::{
    edit,
    lint::{context::Cx, rule::declare_rule},
};

declare_rule! {
    /// ## What it does
    /// Checks that all `properties` are `required`.
    /// ## Why is this bad?
    /// What is missing can mean unknown, not applicable, unchanged, or forgotten. A payload that is mandatory as a whole means one thing; a fact with other data is another event.
    /// ## Example
    /// ```json
    /// { "required": ["orderId", "placedTimeUtc"] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc"] }
    /// ```
    "optional-property" {
        summary: "every property of an event is there",
        category: Payload, level: Deny, fix: Suggested, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    let required = &cx.schema(id).keywords.object.required;
    let mut is_first = true;
    for property in cx.properties(id) {
        let is_never = cx.schema(property.schema).always == Some(false);
        if !is_never && !required.iter().any(|name| name.value == property.name.value) {
            let finding = cx.finding(property.name.span, format!("`{}` may be missing", property.name.value));
            let finding = finding.label("not in `required`");
            let node = cx.node(id);
            let list = node.as_ref().and_then(|node| node.get("required"));
            let edit = match list {
                Some(list) => Some(edit::append_item(cx.sources, list, &property.name.value.as_str().into())),
                // The others find the list when it is there.
                None if is_first => cx.add_keyword(id, "required", vec![property.name.value.as_str()]),
                None => None,
            };
            is_first = false;
            let help = "require it, or make an event of its own for the case in which it is not known";
            cx.push(finding.help(help).suggest(edit));
        }
    }
}
