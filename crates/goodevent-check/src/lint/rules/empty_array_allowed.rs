//! `empty-array-allowed`

use goodevent_schema::ir::{SchemaId, Types};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that an array has at least one item, or that its description explains the meaning of an empty array.
    /// ## Why is this bad?
    /// An empty list can mean that nothing exists, that nothing was requested, or that the producer forgot to fill it. Consumers have to guess.
    /// ## Example
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc", "tags"], "properties": { "tags": { "description": "Tags.", "type": "array", "maxItems": 9, "items": { "enum": ["new"] } } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z", "tags": ["new"] }] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc", "tags"], "properties": { "tags": { "description": "Tags; empty if nobody gave any.", "type": "array", "maxItems": 9, "items": { "enum": ["new"] } } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z", "tags": [] }] }
    /// ```
    "empty-array-allowed" {
        summary: "an array has items, or its description explains the empty case",
        category: Payload, level: Warn, fix: None, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    let schema = cx.schema(id);
    let is_array = schema.keywords.types.as_ref().is_some_and(|types| types.value.contains(Types::ARRAY));
    let has_item = schema.keywords.array.min_items.as_ref().is_some_and(|min| min.value > 0)
        || schema.keywords.array.contains.as_ref().is_some_and(|contains| contains.min > 0);
    let says = |text: &str| {
        let text = text.to_lowercase();
        ["empty", "none", "no "].iter().any(|word| text.contains(word))
    };
    let is_explained = schema.docs.description.as_ref().is_some_and(|text| says(&text.value));
    if is_array && !has_item && !is_explained && !cx.is_listed(id) {
        let finding = cx
            .finding(cx.keyword(id, "type"), "the array can be empty, and its description does not explain that case");
        cx.push(finding.help("add `\"minItems\": 1`, or explain in the description what an empty array means"));
    }
}
