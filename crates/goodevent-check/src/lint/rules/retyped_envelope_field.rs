//! `retyped-envelope-field`

use goodevent_schema::{diagnostic::Edit, registry::Contract, syntax::Node};

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
    /// Checks that the fields of an envelope have the types of its profile.
    /// ## Why is this bad?
    /// A router that reads the envelopes of all events cannot read this one.
    /// ## Example
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "none"
    /// aggregates = ["Order"]
    /// ```
    /// ```json
    /// { "x-event": { "dedupKey": null, "partitionKey": "/id" }, "examples": null, "required": ["id", "source", "type", "occurredTimeUtc", "activityId", "specVersion", "payload"], "properties": { "orderId": null, "reason": null, "placedTimeUtc": null, "id": { "description": "Id.", "enum": ["1"] }, "source": { "description": "Source.", "enum": ["s"] }, "type": { "description": "Type.", "enum": ["t"] }, "occurredTimeUtc": { "description": "When.", "type": "string", "format": "date-time", "maxLength": 30 }, "activityId": { "description": "Trace.", "enum": ["a"] }, "specVersion": { "description": "Version.", "const": 1 }, "payload": { "description": "Payload.", "type": "object", "additionalProperties": false, "required": ["orderId"], "properties": { "orderId": { "description": "Order.", "type": "string", "format": "uuid" } } } }, "examples": [{ "id": "1", "source": "s", "type": "t", "occurredTimeUtc": "2021-11-08T12:33:00Z", "activityId": "a", "specVersion": 1, "payload": { "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0" } }] }
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
    "retyped-envelope-field" {
        summary: "envelope fields have the types of their profile",
        category: Envelope, level: Deny, fix: Suggested, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let Some(profile) = envelope::of(cx, contract) else { return };
    for property in cx.properties(contract.root) {
        let field = profile.fields.iter().find(|field| field.name == property.name.value);
        let Some(field) = field.filter(|field| !field.types.contains(cx.types(property.schema))) else { continue };
        let headline = format!("`{}` of the envelope is not of type {}", field.name, field.type_name());
        let finding = cx.finding(property.name.span, headline).help(format!("make it a {}", field.type_name()));
        cx.push(finding.suggest(replaced(cx, contract, field)));
    }
}

/// Describes the field as its profile does, in the examples as well.
fn replaced(cx: &Cx<'_>, contract: &Contract, field: &Field) -> Vec<Edit> {
    let Some((schema, instance)) = field.definition() else { return Vec::new() };
    let tree = cx.tree(contract);
    let own = tree.get("properties").and_then(|properties| properties.get(field.name));
    let examples = tree.get("examples").map(Node::items).unwrap_or_default();
    let examples = examples.iter().filter_map(|example| example.get(field.name));
    let edits = own.map(|own| edit::replace(own, &schema)).into_iter();
    edits.chain(examples.map(|example| edit::replace(example, &instance))).collect()
}
