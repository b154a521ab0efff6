//! `empty-payload`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that a payload has properties.
    /// ## Why is this bad?
    /// A payload without data makes every consumer ask the producer what happened to what.
    /// ## Example
    /// ```json
    /// { "properties": null, "required": null, "x-event": { "dedupKey": null, "partitionKey": null }, "examples": [{}] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "description": "Somebody placed an order." }
    /// ```
    "empty-payload" {
        summary: "an event says what it is about",
        category: Payload, level: Warn, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let keywords = &cx.schema(cx.behind_refs(contract.root)).keywords;
    let is_composed = !(keywords.applied.all_of.is_empty()
        && keywords.applied.any_of.is_empty()
        && keywords.applied.one_of.is_empty());
    if keywords.object.properties.is_empty() && !is_composed {
        let finding = cx.finding(cx.title(contract), format!("the payload of `{}` is empty", contract.name));
        cx.push(finding.help("carry at least the identifier of what it happened to"));
    }
}
