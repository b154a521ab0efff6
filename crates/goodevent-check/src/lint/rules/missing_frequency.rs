//! `missing-frequency`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that `x-event` has a `frequency`.
    /// ## Why is this bad?
    /// Ten events an hour and ten thousand a second need different brokers, consumers and alerts. If the frequency cannot be estimated, the event is not defined well enough yet.
    /// ## Example
    /// ```json
    /// { "x-event": { "frequency": null } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "frequency": "10s/hour" } }
    /// ```
    "missing-frequency" {
        summary: "an event needs an estimated frequency",
        category: Lifecycle, level: Deny, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    if contract.facts.frequency.is_none() {
        let finding =
            cx.finding(cx.fact(contract, "frequency"), format!("`{}` has no estimated frequency", contract.name));
        cx.push(finding.help("add `\"frequency\": \"10s/hour\"` or the like to `x-event`"));
    }
}
