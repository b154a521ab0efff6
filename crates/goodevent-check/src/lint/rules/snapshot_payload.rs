//! `snapshot-payload`

use std::collections::HashSet;

use goodevent_schema::{ir::SchemaId, registry::Contract, source::Span};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that an event does not carry a whole aggregate, either by reference to its type or by repeating four fifths of its properties.
    /// ## Why is this bad?
    /// A copy of the whole state does not explain what happened. It is large, changes whenever the aggregate changes, and discloses data that no consumer needs.
    /// ## Example
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// ```
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc", "order"], "properties": { "order": { "description": "The order.", "$ref": "types/Order.json" } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z", "order": { "nLines": 1 } }] }
    /// ```
    /// ```text orders/types/Order.json
    /// { "description": "An order.", "type": "object", "additionalProperties": false, "required": ["nLines"], "properties": { "nLines": { "description": "Lines.", "type": "integer", "minimum": 1, "maximum": 9 } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc", "nLines"], "properties": { "nLines": { "description": "Lines.", "type": "integer", "minimum": 1, "maximum": 9 } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z", "nLines": 1 }] }
    /// ```
    "snapshot-payload" {
        summary: "an event describes a change instead of a snapshot",
        category: Payload, level: Warn, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    for aggregate in cx.aggregates(contract) {
        let path = format!("{}/types/{aggregate}.json", contract.context);
        let documents = &cx.registry.schemas.documents;
        let document = documents.iter().find(|document| {
            cx.sources.files.get(document.source.0 as usize).is_some_and(|source| source.path == path)
        });
        if let Some(document) = document {
            copies(cx, contract, aggregate, document.root);
            repeats(cx, contract, aggregate, document.root);
        }
    }
}

/// A property that is the aggregate.
fn copies(cx: &mut Cx<'_>, contract: &Contract, aggregate: &str, root: SchemaId) {
    for id in cx.schemas_of(contract) {
        if let Some(reference) = cx.schema(id).keywords.reference.as_ref().filter(|reference| reference.value == root) {
            let headline = format!("`{}` carries the whole aggregate `{aggregate}`", contract.name);
            let finding = cx.finding(reference.span, headline).related(beginning(cx, root), "all of this");
            cx.push(finding.help("carry its identifier, and the values that relate to what happened"));
        }
    }
}

/// Most of its properties.
fn repeats(cx: &mut Cx<'_>, contract: &Contract, aggregate: &str, root: SchemaId) {
    const FEW: usize = 4;
    let own: HashSet<&str> = cx.properties(contract.root).iter().map(|own| own.name.value.as_str()).collect();
    let all = cx.properties(root);
    let n_repeated = all.iter().filter(|property| own.contains(property.name.value.as_str())).count();
    if all.len() > FEW && n_repeated * 5 >= all.len() * 4 {
        let headline = format!("`{}` repeats {n_repeated} of {} properties of `{aggregate}`", contract.name, all.len());
        let finding = cx.finding(cx.title(contract), headline).related(beginning(cx, root), "the aggregate");
        cx.push(finding.help("carry its identifier, and the values that relate to what happened"));
    }
}

fn beginning(cx: &Cx<'_>, root: SchemaId) -> Span {
    cx.node(root).map_or(cx.schema(root).span, |node| node.opening())
}
