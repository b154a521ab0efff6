//! `undeclared-trigger`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that an event about a change lists in `changes` which values differ from the previous event.
    /// ## Why is this bad?
    /// An event is published only if something really changed. A schema cannot express that condition, but the runtime can check it if the contract declares it.
    /// ## Example
    /// ```json
    /// { "title": "OrderAddressChangedV1Event", "x-event": { "changes": null } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "title": "OrderAddressChangedV1Event", "x-event": { "changes": ["/reason"] } }
    /// ```
    "undeclared-trigger" {
        summary: "an event about a change declares the values that differ",
        category: Lifecycle, level: Warn, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let stem = words::split(contract.name.stem());
    let is_change = stem.last().is_some_and(|verb| CHANGES.contains(&verb.as_str()));
    if is_change && contract.facts.changes.is_empty() {
        let headline = format!("`{}` does not declare which values differ from the previous event", contract.name);
        let help = "list their JSON Pointers in `changes` of `x-event`: it is published if one of them differs";
        cx.push(cx.finding(cx.fact(contract, "changes"), headline).help(help));
    }
}

/// Verbs of events that happen to the same thing again and again.
const CHANGES: [&str; 6] = ["changed", "moved", "renamed", "rescheduled", "adjusted", "switched"];
