//! `optional-property`

use std::collections::HashSet;

use goodevent_schema::{
    diagnostic::Edit,
    ir::{Property, SchemaId},
};

use super::undefined_required_property;
use crate::{
    edit,
    lint::{context::Cx, rule::declare_rule},
};

declare_rule! {
    /// ## What it does
    /// Checks that all `properties` are `required`.
    /// ## Why is this bad?
    /// An absent property can mean unknown, not applicable, unchanged or forgotten. A payload without optional properties has one meaning; a fact with different data is a different event.
    /// ## Example
    /// ```json
    /// { "required": ["orderId", "placedTimeUtc"] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc"] }
    /// ```
    "optional-property" {
        summary: "every property of an event is required",
        category: Payload, level: Deny, fix: Suggested, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    let required: HashSet<&str> =
        cx.schema(id).keywords.object.required.iter().map(|name| name.value.as_str()).collect();
    let mut is_first = true;
    let shown = cx.reach().shown_members(id);
    let is_question = cx.reach().is_question(id);
    // A misspelt name of the list is found by its own rule.
    let meant: Vec<&str> =
        undefined_required_property::undefined(cx, id).into_iter().filter_map(|(_, meant)| meant).collect();
    for property in cx.properties(id).iter().filter(|property| !meant.contains(&property.name.value.as_str())) {
        let is_never = cx.schema(property.schema).always == Some(false);
        if !is_never && !required.contains(property.name.value.as_str()) {
            let finding = cx.finding(property.name.span, format!("`{}` may be missing", property.name.value));
            let finding = finding.label("not in `required`");
            let is_shown = shown.as_ref().is_none_or(|shown| shown.contains(property.name.value.as_str()));
            let can_be = is_shown && !is_question;
            let edit = if can_be { required_too(cx, id, property, is_first) } else { None };
            is_first &= edit.is_none();
            let help = "require it, or use a separate event for the case in which it is unknown";
            cx.push(finding.help(help).suggest(edit));
        }
    }
}

/// Requires the property, unless the contract says elsewhere when it is there.
fn required_too(cx: &mut Cx<'_>, id: SchemaId, property: &Property, is_first: bool) -> Option<Edit> {
    let name = property.name.value.as_str();
    // A default is for those that leave the property out.
    let has_default = cx.schema(property.schema).docs.default.is_some();
    if has_default || cx.is_conditional(id, name) || cx.leads_to(property.schema, id) {
        return None;
    }
    let node = cx.node(id)?;
    match node.get("required") {
        Some(list) => Some(edit::append_item(cx.sources, list, &name.into())),
        // The others find the list when it is there.
        None if is_first => cx.set_keyword(id, "required", vec![name]),
        None => None,
    }
}
