//! `missing-change-value`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that an event whose verb is `Changed` declares in `changes` which values differ from the event before.
    /// ## Why is this bad?
    /// It is published only if something really changed. That is checked by these values, and consumers need them.
    /// ## Example
    /// ```json
    /// { "title": "OrderAddressChangedV1Event" }
    /// ```
    /// Use instead:
    /// ```json
    /// { "title": "OrderAddressChangedV1Event", "x-event": { "changes": ["/reason"] } }
    /// ```
    "missing-change-value" {
        summary: "an event that something changed carries what it changed to",
        category: Payload, level: Warn, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let is_change = words::split(contract.name.stem()).last().is_some_and(|verb| verb == "changed");
    if is_change && contract.facts.changes.is_empty() {
        let headline = format!("`{}` does not say which values differ from before", contract.name);
        cx.push(
            cx.finding(cx.fact(contract, "changes"), headline)
                .help("list their JSON Pointers in `changes` of `x-event`"),
        );
    }
}
