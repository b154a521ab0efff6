//! `undefined-required-property`

use std::collections::HashSet;

use goodevent_schema::{
    diagnostic::Edit,
    ir::SchemaId,
    source::{Span, Spanned},
};
use serde_json::Value;
use smol_str::SmolStr;

use crate::{
    edit,
    lint::{context::Cx, rule::declare_rule},
};

declare_rule! {
    /// ## What it does
    /// Checks that every name in `required` is described as a property, by the object itself or by a schema for the same instance.
    /// ## Why is this bad?
    /// The name is usually misspelt. In a closed object no instance is valid any more. In an open object the producer has to send an undescribed member, while the intended property may be absent.
    /// ## Example
    /// ```json
    /// { "required": ["orderId", "reasn", "placedTimeUtc"], "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z" }] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc"] }
    /// ```
    "undefined-required-property" {
        summary: "every required property is described",
        category: Schemas, level: Deny, fix: Suggested, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    for (name, nearest) in undefined(cx, id) {
        let headline = format!("`{}` is required, and no property has this name", name.value);
        let finding = cx.finding(name.span, headline).label("not in `properties`");
        let help = match nearest {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "describe it in `properties`, or do not require it".to_owned(),
        };
        let edit = nearest.and_then(|nearest| corrected(cx, id, name.span, nearest));
        cx.push(finding.help(help).suggest(edit));
    }
}

/// The names that are required and described nowhere, each with the property that is meant.
pub(super) fn undefined<'r>(cx: &mut Cx<'r>, id: SchemaId) -> Vec<(&'r Spanned<SmolStr>, Option<&'r str>)> {
    let own = &cx.schema(id).keywords.object;
    let described: HashSet<&str> = own.properties.iter().map(|property| property.name.value.as_str()).collect();
    let unknown: Vec<_> = own.required.iter().filter(|name| !described.contains(name.value.as_str())).collect();
    // An object without properties only asks for members that somebody else describes.
    if unknown.is_empty() || own.properties.is_empty() {
        return Vec::new();
    }
    let beside = cx.reach().beside(id);
    let objects = || beside.iter().map(|other| &cx.schema(*other).keywords.object).chain([own]);
    let names: Vec<&str> = objects().flat_map(|object| &object.properties).map(|own| own.name.value.as_str()).collect();
    // A member that a pattern or a schema for the rest describes has no name here.
    let describes_rest = |rest: Option<SchemaId>| rest.is_some_and(|rest| cx.schema(rest).always.is_none());
    let is_map = objects().any(|object| {
        !object.pattern_properties.is_empty()
            || describes_rest(object.additional_properties)
            || describes_rest(object.unevaluated_properties)
    });
    let known: HashSet<&str> = names.iter().copied().collect();
    let unknown = unknown.into_iter().filter(|name| !is_map && !known.contains(name.value.as_str()));
    unknown.map(|name| (name, cx.suggestions.nearest(&name.value, names.iter().copied()))).collect()
}

/// The property that is meant in place of the name; if it is required already, the name goes.
fn corrected(cx: &mut Cx<'_>, id: SchemaId, place: Span, nearest: &str) -> Option<Edit> {
    let node = cx.node(id)?;
    let list = node.get("required")?;
    let at = list.items().iter().position(|item| item.span == place)?;
    if list.items().iter().any(|item| item.as_str() == Some(nearest)) {
        return Some(edit::remove_item(list, at));
    }
    let rule = serde_json::json!({ "required": [nearest] });
    cx.excludes_nothing_shown(id, &rule).then(|| edit::replace(&list.items()[at], &Value::from(nearest)))
}
