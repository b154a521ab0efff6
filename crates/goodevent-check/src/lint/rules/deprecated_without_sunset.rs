//! `deprecated-without-sunset`

use goodevent_schema::{facts::Status, registry::Contract};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that a `deprecated` contract has a `sunset`.
    /// ## Why is this bad?
    /// Without a date no consumer migrates, and the event disappears by surprise.
    /// ## Example
    /// ```json
    /// { "x-event": { "status": "deprecated", "replacedBy": "OrderPlacedV2Event" } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "status": "deprecated", "replacedBy": "OrderPlacedV2Event", "sunset": "2027-11-30" } }
    /// ```
    "deprecated-without-sunset" {
        summary: "a deprecated event has a sunset date",
        category: Lifecycle, level: Deny, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    if contract.facts.status == Status::Deprecated && contract.facts.sunset.is_none() {
        let headline = format!("`{}` is deprecated, but has no sunset date", contract.name);
        cx.push(cx.finding(cx.fact(contract, "status"), headline).help("add the last day as `sunset` to `x-event`"));
    }
}
