//! `withdrawn-release`

use crate::{
    lint::{context::Cx, rule::declare_rule},
    promises::Fault,
};

declare_rule! {
    /// ## What it does
    /// Checks that a contract in `goodevent.lock` is not a draft. With a baseline (`goodevent lint --against <revision>`) the rule also checks every contract released there.
    /// ## Why is this bad?
    /// A draft may change or disappear. Consumers rely on a released contract from the day on which it reaches the main branch. `goodevent unrelease` undoes a release that no consumer has seen yet, including its line in the lock.
    /// ## Example
    /// ```json before/orders/OrderPlacedV1Event.json
    /// { "x-event": { "status": "released" } }
    /// ```
    /// ```json
    /// { "x-event": { "status": "draft" } }
    /// ```
    /// Use instead:
    /// ```json before/orders/OrderPlacedV1Event.json
    /// { "x-event": { "status": "released" } }
    /// ```
    /// ```json
    /// { "x-event": { "status": "deprecated", "replacedBy": "OrderPlacedV2Event", "sunset": "2027-11-30" } }
    /// ```
    "withdrawn-release" {
        summary: "a released contract must not become a draft again",
        category: Lifecycle, level: Deny, fix: None, check: Registry(check),
        guards_releases: true
    }
}

fn check(cx: &mut Cx<'_>) {
    for breach in cx.breaches.clone() {
        if let Fault::Withdrawn(contract) = breach.fault {
            let finding = cx.breach(&breach, cx.fact(contract, "status"));
            cx.push(match breach.line {
                Some(line) => finding.related(line, "the lock holds it"),
                None => finding,
            });
        }
    }
}
