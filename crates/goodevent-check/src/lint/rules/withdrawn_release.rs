//! `withdrawn-release`

use crate::{
    lint::{context::Cx, rule::declare_rule},
    promises::Fault,
};

declare_rule! {
    /// ## What it does
    /// Checks that a contract in `goodevent.lock` is not a draft, and, given the registry as it was (`goodevent lint --against <revision>`), that no contract which was released there is one.
    /// ## Why is this bad?
    /// A draft may change and go. Consumers rely on a released contract from the day on which it is on the main branch. `goodevent unrelease` takes back a release that nobody has seen yet, its line in the lock included.
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
        summary: "a released contract is not a draft again",
        category: Lifecycle, level: Deny, fix: None, check: Registry(check)
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
