//! `before-after-pair`

use std::collections::BTreeMap;

use goodevent_schema::ir::{Property, SchemaId, Types};

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that an event does not carry an object both before and after a change.
    /// ## Why is this bad?
    /// Every consumer has to compare the two objects to find out what happened, and each does so in its own way. The producer knows the change and can name it.
    /// ## Example
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc", "oldAddress", "newAddress"], "properties": { "oldAddress": { "description": "Before.", "type": "object", "additionalProperties": false, "required": ["city"], "properties": { "city": { "description": "City.", "enum": ["Ulm"] } } }, "newAddress": { "description": "After.", "type": "object", "additionalProperties": false, "required": ["city"], "properties": { "city": { "description": "City.", "enum": ["Ulm"] } } } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z", "oldAddress": { "city": "Ulm" }, "newAddress": { "city": "Ulm" } }] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc", "oldCity", "newCity"], "properties": { "oldCity": { "description": "Before.", "enum": ["Ulm"] }, "newCity": { "description": "After.", "enum": ["Ulm"] } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z", "oldCity": "Ulm", "newCity": "Ulm" }] }
    /// ```
    "before-after-pair" {
        summary: "an event names the change instead of both states",
        category: Payload, level: Warn, fix: None, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    let mut by_words: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for (at, property) in cx.properties(id).iter().enumerate() {
        by_words.entry(words::split(&property.name.value)).or_insert(at);
    }
    for before in cx.properties(id) {
        let name = &before.name.value;
        let words = words::split(name);
        let Some((pair, rest)) = words.split_first().and_then(|(first, rest)| Some((pair_of(first)?, rest))) else {
            continue;
        };
        let prefixed = pair.iter().map(|first| [&[(*first).to_owned()], rest].concat());
        let places = prefixed.chain([rest.to_vec()]).filter_map(|words| by_words.get(&words)).min();
        let after = places.map(|at| &cx.properties(id)[*at]);
        let is_object = |property: &Property| cx.types(property.schema) == Types::OBJECT;
        if let Some(after) = after.filter(|after| is_object(after) && is_object(before)) {
            let headline =
                format!("`{name}` and `{}` are whole objects that consumers have to compare", after.name.value);
            let finding = cx.finding(before.name.span, headline).related(after.name.span, "the other state");
            cx.push(finding.help("carry the changed values, each before and after if both matter"));
        }
    }
}

/// Words for the new state beside a word for the old one.
fn pair_of(word: &str) -> Option<&'static [&'static str]> {
    matches!(word, "old" | "previous" | "before" | "former" | "prior" | "last")
        .then_some(&["new", "current", "after", "next", "updated"])
}
