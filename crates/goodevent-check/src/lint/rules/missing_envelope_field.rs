//! `missing-envelope-field`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, envelope, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that a contract that brings its own envelope (a `payload` or `data` with facts about the message beside it) has all fields of the profile: that of Octopus, or CloudEvents 1.0.
    /// ## Why is this bad?
    /// What consumers need to trace, order and deduplicate messages is not there for this one event.
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
        summary: "an envelope is whole",
        category: Envelope, level: Deny, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let Some(profile) = envelope::of(cx, contract) else { return };
    let own = cx.properties(contract.root);
    let required = &cx.schema(contract.root).keywords.object.required;
    for field in profile.fields {
        let is_there = own.iter().any(|property| property.name.value == field.name);
        let is_required = required.iter().any(|name| name.value == field.name);
        if !is_there || !is_required {
            let lack = if is_there { "does not require" } else { "lacks" };
            let headline = format!("the envelope of `{}` {lack} `{}`", contract.name, field.name);
            let help = format!("add it, or set `envelope = \"{}\"` and describe the payload alone", profile.name);
            cx.push(cx.finding(cx.keyword(contract.root, "properties"), headline).help(help));
        }
    }
}
