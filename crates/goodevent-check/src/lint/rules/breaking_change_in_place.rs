//! `breaking-change-in-place`

use goodevent_schema::{
    Registry, facts::Status, instance::Validator, ir::SchemaId, registry::Contract, source::Sources, syntax::Node,
};
use serde_json::Value;

use crate::{
    lint::{context::Cx, rule::declare_rule},
    size::{BUDGET_BYTES, Sizer},
    wire,
};

declare_rule! {
    /// ## What it does
    /// Checks, given the registry as it was (`goodevent lint --against <folder>`), that a contract which was released there accepts the same payloads here, and shows one that it does not.
    /// ## Why is this bad?
    /// Whoever consumed the contract then is broken now, or will be by the next message.
    /// ## Example
    /// ```json before/OrderPlacedV1Event.json
    /// { "x-event": { "status": "released" } }
    /// ```
    /// ```json
    /// { "x-event": { "status": "released" }, "properties": { "reason": { "enum": ["gift"] } } }
    /// ```
    /// Use instead:
    /// ```json before/OrderPlacedV1Event.json
    /// { "x-event": { "status": "released" } }
    /// ```
    /// ```json
    /// { "description": "Somebody placed an order.", "x-event": { "status": "released" } }
    /// ```
    "breaking-change-in-place" {
        summary: "a released contract breaks nobody",
        category: Lifecycle, level: Deny, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let Some(before) = cx.options.before else { return };
    let mut all = before.registry.contracts();
    let old = all.find(|old| old.name == contract.name && old.facts.status != Status::Draft);
    let Some(old) = old else { return };
    let (own_graph, old_graph) = (&cx.registry.schemas.graph, &before.registry.schemas.graph);
    if wire::digest(own_graph, contract.root) == wire::digest(old_graph, old.root) {
        return;
    }
    let own = (cx.sources, cx.registry, contract.root);
    let other = (before.sources, before.registry, old.root);
    let proof = match (counterexample(other, own), counterexample(own, other)) {
        (Some(payload), _) => format!("{} was valid, and is not any more", shown(&payload)),
        (None, Some(payload)) => format!("{} was not valid, and is now", shown(&payload)),
        (None, None) => "no payload is known that shows it, and none that shows the contrary".to_owned(),
    };
    let next = format!("{}V{}Event", contract.name.stem(), contract.name.version() + 1);
    let headline = format!("`{}` was released, and accepts other payloads since", contract.name);
    let finding = cx.finding(cx.title(contract), headline).label(proof);
    cx.push(finding.help(format!("take the change back, and make it in a new contract, `{next}`")));
}

type Side<'r> = (&'r Sources, &'r Registry, SchemaId);

/// A payload that one side accepts and the other does not: an example, the smallest or the largest there is.
fn counterexample((sources, registry, root): Side<'_>, (sources_of, registry_of, root_of): Side<'_>) -> Option<Value> {
    let accepts = Validator::new(sources, &registry.schemas, root).ok()?;
    let refuses = Validator::new(sources_of, &registry_of.schemas, root_of).ok()?;
    let tree = registry.schemas.trees.get(&registry.schemas.graph[root].span.source)?;
    let examples = tree.get("examples").map(Node::items).unwrap_or_default().iter().map(Node::to_json);
    let small = Sizer::of_small(sources, &registry.schemas).in_all(&[root]);
    let large =
        Sizer::new(sources, &registry.schemas).bound(root).witness.and_then(|large| large.to_json(BUDGET_BYTES));
    let made = small.into_iter().chain(large).filter_map(|text| serde_json::from_str(&text).ok());
    let mut payloads = examples.chain(made);
    payloads.find(|payload| accepts.is_valid(payload) && !refuses.is_valid(payload))
}

fn shown(payload: &Value) -> String {
    const N_CHARS: usize = 120;
    let text = payload.to_string();
    if text.len() > N_CHARS { format!("a payload of {} bytes", text.len()) } else { text }
}
