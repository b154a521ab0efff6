//! `missing-change-value`

use goodevent_json::pointer;
use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the values in `changes` can differ: that they are neither constants nor part of the event's key.
    /// ## Why is this bad?
    /// If no value in the event can differ from the previous event, consumers learn that something changed but not its new value.
    /// ## Example
    /// ```json
    /// { "title": "OrderReasonChangedV1Event", "x-event": { "changes": ["/reason"] }, "properties": { "reason": { "enum": null, "const": "gift" } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "title": "OrderReasonChangedV1Event", "x-event": { "changes": ["/reason"] } }
    /// ```
    "missing-change-value" {
        summary: "an event about a change carries the changed value",
        category: Payload, level: Warn, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    for (at, pointer) in contract.facts.changes.iter().enumerate() {
        let name = pointer::names(pointer).next().unwrap_or_default();
        let property = cx.properties(contract.root).iter().find(|property| *property.name.value == *name);
        let Some(property) = property else { continue };
        let keywords = &cx.schema(cx.behind_refs(property.schema)).keywords;
        let is_fixed =
            keywords.constant.is_some() || keywords.enumeration.as_ref().is_some_and(|values| values.value.len() < 2);
        let is_key = contract.facts.partition_key.as_ref() == Some(pointer);
        if is_fixed || is_key {
            let tree = cx.tree(contract);
            let list = tree.get("x-event").and_then(|facts| facts.get("changes"));
            let place = list.and_then(|list| list.items().get(at)).map(|item| item.span);
            let reason = if is_fixed { "is always the same" } else { "is the key, the same for all events of a thing" };
            let finding =
                cx.finding(place.unwrap_or_else(|| cx.title(contract)), format!("`{name}` can't differ: it {reason}"));
            cx.push(
                finding
                    .related(property.name.span, "here")
                    .help("carry the value that changes, and name it in `changes`"),
            );
        }
    }
}
