//! `empty-payload`

use goodevent_schema::{
    ir::{SchemaId, Types},
    registry::Contract,
};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that a payload has properties.
    /// ## Why is this bad?
    /// A payload without data forces every consumer to ask the producer what happened, and to which object.
    /// ## Example
    /// ```json
    /// { "properties": null, "required": null, "x-event": { "dedupKey": null, "partitionKey": null }, "examples": [{}] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "description": "Somebody placed an order." }
    /// ```
    "empty-payload" {
        summary: "an event carries data about its subject",
        category: Payload, level: Warn, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let below = cx.reach().below(contract.root);
    // A payload that is no object has something in it, and one with a pattern of names has members as well.
    let says_something = |id: SchemaId| {
        let keywords = &cx.schema(id).keywords;
        let object = &keywords.object;
        let is_object = keywords.types.as_ref().is_none_or(|types| types.value.contains(Types::OBJECT));
        let has_rest = object.additional_properties.is_some_and(|rest| cx.schema(rest).always.is_none());
        !is_object || has_rest || !object.properties.is_empty() || !object.pattern_properties.is_empty()
    };
    if !says_something(contract.root) && !below.into_iter().any(says_something) {
        let finding = cx.finding(cx.title(contract), format!("the payload of `{}` is empty", contract.name));
        cx.push(finding.help("carry at least the identifier of the subject"));
    }
}
