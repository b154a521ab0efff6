//! `edited-published-version`

use goodevent_schema::registry::Contract;

use crate::{
    lint::{context::Cx, rule::declare_rule},
    promises::{Breach, Fault},
};

declare_rule! {
    /// ## What it does
    /// Checks that a contract in `goodevent.lock` accepts what it accepted when it was released. With a baseline (`goodevent lint --against <revision>`) the rule also checks that the line in the lock is unchanged. Documentation, the order of members and formatting may change.
    /// ## Why is this bad?
    /// Consumers rely on the released contract and are not notified of an edit. Publish a change as a new version.
    /// ## Example
    /// ```text goodevent.lock
    /// orders/OrderPlacedV1Event 0000000000000000000000000000000000000000000000000000000000000000
    /// ```
    /// ```json
    /// { "x-event": { "status": "released" } }
    /// ```
    /// Use instead:
    /// ```text goodevent.lock
    /// orders/OrderPlacedV1Event @DIGEST@
    /// ```
    /// ```json
    /// { "x-event": { "status": "released" } }
    /// ```
    "edited-published-version" {
        summary: "a released contract must not change",
        category: Lifecycle, level: Deny, fix: None, check: Contract(check),
        guards_releases: true
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let key = contract.key();
    // A change that is reported with a payload needs no second report.
    if cx.explained.contains(&key) {
        return;
    }
    let is_own =
        |breach: &&Breach<'_>| breach.key == key && matches!(breach.fault, Fault::Changed(_) | Fault::Relocked(_));
    let found = cx.breaches.iter().find(is_own).map(|breach| {
        let finding = cx.breach(breach, cx.title(contract));
        match breach.line {
            Some(line) => finding.related(line, "the locked digest"),
            None => finding,
        }
    });
    found.into_iter().for_each(|finding| cx.push(finding));
}
