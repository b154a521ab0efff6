//! `hastened-sunset`

use crate::{
    lint::{context::Cx, rule::declare_rule},
    promises::Fault,
};

declare_rule! {
    /// ## What it does
    /// Compares with a baseline (`goodevent lint --against <revision>`) and checks that the `sunset` of a deprecated contract did not move to an earlier date.
    /// ## Why is this bad?
    /// Consumers plan their migration by the announced date. A contract may be published longer, but must not end earlier.
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
        summary: "an announced sunset must not move to an earlier date",
        category: Lifecycle, level: Deny, fix: None, check: Registry(check),
        guards_releases: true
    }
}

fn check(cx: &mut Cx<'_>) {
    for breach in cx.breaches.clone() {
        if let Fault::Hastened(contract) = breach.fault {
            cx.push(cx.breach(&breach, cx.fact(contract, "sunset")));
        }
    }
}
