//! `hastened-sunset`

use crate::{
    lint::{context::Cx, rule::declare_rule},
    promises::Fault,
};

declare_rule! {
    /// ## What it does
    /// Checks, given the registry as it was (`goodevent lint --against <revision>`), that the `sunset` of a deprecated contract is not earlier than it was there.
    /// ## Why is this bad?
    /// Consumers plan by the day that they were told. A contract may stay longer than that, but not end earlier.
    /// ## Example
    /// ```json before/orders/OrderPlacedV1Event.json
    /// { "x-event": { "status": "deprecated", "replacedBy": "OrderPlacedV2Event", "sunset": "2027-11-30" } }
    /// ```
    /// ```json
    /// { "x-event": { "status": "deprecated", "replacedBy": "OrderPlacedV2Event", "sunset": "2027-08-31" } }
    /// ```
    /// Use instead:
    /// ```json before/orders/OrderPlacedV1Event.json
    /// { "x-event": { "status": "deprecated", "replacedBy": "OrderPlacedV2Event", "sunset": "2027-11-30" } }
    /// ```
    /// ```json
    /// { "x-event": { "status": "deprecated", "replacedBy": "OrderPlacedV2Event", "sunset": "2028-02-29" } }
    /// ```
    "hastened-sunset" {
        summary: "a sunset that was announced does not come earlier",
        category: Lifecycle, level: Deny, fix: None, check: Registry(check)
    }
}

fn check(cx: &mut Cx<'_>) {
    for breach in cx.breaches.clone() {
        if let Fault::Hastened(contract) = breach.fault {
            cx.push(cx.breach(&breach, cx.fact(contract, "sunset")));
        }
    }
}
