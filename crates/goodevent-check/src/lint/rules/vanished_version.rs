//! `vanished-version`

use goodevent_schema::{
    diagnostic::{Diagnostic, Level},
    lock,
    registry::Contract,
    source::Span,
};

use super::name_file_mismatch;
use crate::{
    lint::{context::Cx, rule::declare_rule},
    promises::{Breach, Fault},
};

declare_rule! {
    /// ## What it does
    /// Checks that every contract in `goodevent.lock` exists. With a baseline (`goodevent lint --against <revision>`) the rule also checks every contract released there: its context, its name and its title.
    /// ## Why is this bad?
    /// Old messages remain in queues and logs, and consumers still need their contract. Remove a contract, and its line in the lock, only after its sunset.
    /// ## Example
    /// ```text goodevent.lock
    /// orders/OrderLostV1Event 0000000000000000000000000000000000000000000000000000000000000000
    /// ```
    /// Use instead:
    /// ```text goodevent.lock
    /// # Nothing is released.
    /// ```
    "vanished-version" {
        summary: "a released contract must not disappear",
        category: Lifecycle, level: Deny, fix: None, check: Registry(check),
        guards_releases: true
    }
}

fn check(cx: &mut Cx<'_>) {
    for breach in cx.breaches.clone() {
        match breach.fault {
            Fault::Gone(_) => {
                let registry = || cx.file(lock::FILE).or_else(|| cx.file("goodevent.toml")).unwrap_or(Span::NOWHERE);
                let place = breach.line.unwrap_or_else(registry);
                cx.push(cx.breach(&breach, place));
            }
            Fault::Moved(contract) => cx.push(cx.breach(&breach, cx.title(contract))),
            Fault::Retitled(contract) => retitled(cx, &breach, contract),
            Fault::Withdrawn(_)
            | Fault::Hastened(_)
            | Fault::Ended(_)
            | Fault::Changed(_)
            | Fault::Relocked(_)
            | Fault::Unlocked(_)
            | Fault::LockGone(_) => {}
        }
    }
}

/// The title is found to be wrong already, and counts more for a contract that was released.
fn retitled(cx: &mut Cx<'_>, breach: &Breach<'_>, contract: &Contract) {
    let place = breach.before.and_then(|place| cx.before(place));
    let is_it = |found: &Diagnostic| found.rule == name_file_mismatch::RULE.id && found.span.source == contract.source;
    for found in cx.found.iter_mut().filter(|found| is_it(found)) {
        found.level = Level::Error;
        found.label = "it was released by the name of its file".into();
        found.related.extend(place.map(|place| (place, "as it was".to_owned())));
    }
}
