//! `missing-partition-key`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that `x-event` has a `partitionKey`.
    /// ## Why is this bad?
    /// Brokers preserve the order only of events with the same key. Without a key, consumers can receive a cancellation before its order.
    /// ## Example
    /// ```json
    /// { "x-event": { "partitionKey": null } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "partitionKey": "/orderId" } }
    /// ```
    "missing-partition-key" {
        summary: "an event needs a partition key to preserve the order",
        category: Routing, level: Warn, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    if contract.facts.partition_key.is_none() && !cx.schema(contract.root).keywords.object.properties.is_empty() {
        let finding =
            cx.finding(cx.fact(contract, "partitionKey"), format!("`{}` has no partition key", contract.name));
        cx.push(finding.help("add `partitionKey` to `x-event`: the JSON Pointer of the value that orders events"));
    }
}
