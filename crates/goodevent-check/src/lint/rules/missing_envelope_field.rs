//! `missing-envelope-field`

use goodevent_schema::{diagnostic::Edit, registry::Contract, syntax::Node};
use serde_json::json;

use crate::{
    edit,
    lint::{
        context::Cx,
        envelope::{self, Field},
        rule::declare_rule,
    },
};

declare_rule! {
    /// ## What it does
    /// Checks that a contract with its own envelope (message metadata beside a `payload` or `data`) has all fields of its profile: Octopus, or CloudEvents 1.0.
    /// ## Why is this bad?
    /// Consumers cannot trace, order or deduplicate this event, because the fields that they need are missing.
    /// ## Example
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "none"
    /// aggregates = ["Order"]
    /// ```
    /// ```json
    /// { "x-event": { "dedupKey": null, "partitionKey": "/id" }, "examples": null, "required": ["id", "source", "type", "occurredTimeUtc", "specVersion", "payload"], "properties": { "orderId": null, "reason": null, "placedTimeUtc": null, "id": { "description": "Id.", "enum": ["1"] }, "source": { "description": "Source.", "enum": ["s"] }, "type": { "description": "Type.", "enum": ["t"] }, "occurredTimeUtc": { "description": "When.", "type": "string", "format": "date-time", "maxLength": 30 }, "specVersion": { "description": "Version.", "const": "1.0" }, "payload": { "description": "Payload.", "type": "object", "additionalProperties": false, "required": ["orderId"], "properties": { "orderId": { "description": "Order.", "type": "string", "format": "uuid" } } } }, "examples": [{ "id": "1", "source": "s", "type": "t", "occurredTimeUtc": "2021-11-08T12:33:00Z", "specVersion": "1.0", "payload": { "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0" } }] }
    /// ```
    /// Use instead:
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "none"
    /// aggregates = ["Order"]
    /// ```
    /// ```json
    /// { "x-event": { "dedupKey": null, "partitionKey": "/id" }, "examples": null, "required": ["id", "source", "type", "occurredTimeUtc", "activityId", "specVersion", "payload"], "properties": { "orderId": null, "reason": null, "placedTimeUtc": null, "id": { "description": "Id.", "enum": ["1"] }, "source": { "description": "Source.", "enum": ["s"] }, "type": { "description": "Type.", "enum": ["t"] }, "occurredTimeUtc": { "description": "When.", "type": "string", "format": "date-time", "maxLength": 30 }, "activityId": { "description": "Trace.", "enum": ["a"] }, "specVersion": { "description": "Version.", "const": "1.0" }, "payload": { "description": "Payload.", "type": "object", "additionalProperties": false, "required": ["orderId"], "properties": { "orderId": { "description": "Order.", "type": "string", "format": "uuid" } } } }, "examples": [{ "id": "1", "source": "s", "type": "t", "occurredTimeUtc": "2021-11-08T12:33:00Z", "activityId": "a", "specVersion": "1.0", "payload": { "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0" } }] }
    /// ```
    "missing-envelope-field" {
        summary: "an envelope has all fields of its profile",
        category: Envelope, level: Deny, fix: Suggested, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let Some(profile) = envelope::of(cx, contract) else { return };
    // The context adds this envelope anyway; `payload-envelope-collision` reports that.
    if envelope::profile(cx.context(contract).settings.envelope).is_some_and(|used| used.name == profile.name) {
        return;
    }
    let own = cx.properties(contract.root);
    let required = &cx.schema(contract.root).keywords.object.required;
    for field in profile.fields {
        let is_there = own.iter().any(|property| property.name.value == field.name);
        let is_required = required.iter().any(|name| name.value == field.name);
        if !is_there || !is_required {
            let lack = if is_there { "does not require" } else { "lacks" };
            let headline = format!("the envelope of `{}` {lack} `{}`", contract.name, field.name);
            let help = format!("add it, or set `envelope = \"{}\"` and describe the payload alone", profile.name);
            let finding = cx.finding(cx.keyword(contract.root, "properties"), headline).help(help);
            cx.push(finding.suggest(added(cx, contract, field, is_there)));
        }
    }
}

/// Describes the field, requires it, and gives it to the examples.
fn added(cx: &Cx<'_>, contract: &Contract, field: &Field, is_there: bool) -> Vec<Edit> {
    let Some((schema, instance)) = field.definition() else { return Vec::new() };
    let tree = cx.tree(contract);
    let examples = tree.get("examples").map(Node::items).unwrap_or_default();
    let properties = tree.get("properties").filter(|_| !is_there);
    let properties = properties.map(|node| edit::insert_member(cx.sources, node, field.name, &schema));
    let required = match tree.get("required") {
        Some(required) => edit::append_item(cx.sources, required, &field.name.into()),
        None => edit::insert_member(cx.sources, &tree, "required", &json!([field.name])),
    };
    let examples = examples.iter().filter(|example| example.get(field.name).is_none());
    let examples = examples.map(|example| edit::insert_member(cx.sources, example, field.name, &instance));
    properties.into_iter().chain([required]).chain(examples).collect()
}
