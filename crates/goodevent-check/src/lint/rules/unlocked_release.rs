//! `unlocked-release`

use goodevent_schema::source::Span;

use crate::{
    lint::{context::Cx, rule::declare_rule},
    promises::Fault,
};

declare_rule! {
    /// ## What it does
    /// Checks, in a registry that has or had a `goodevent.lock`, that the lock contains every released contract.
    /// ## Why is this bad?
    /// A contract that is not locked can change unnoticed, although its status is released.
    /// ## Example
    /// ```text goodevent.lock
    /// # Nothing is released.
    /// ```
    /// ```json
    /// { "x-event": { "status": "released" } }
    /// ```
    /// Use instead:
    /// ```text goodevent.lock
    /// # Nothing is released.
    /// ```
    /// ```json
    /// { "x-event": { "status": "draft" } }
    /// ```
    "unlocked-release" {
        summary: "a released contract is locked",
        category: Lifecycle, level: Deny, fix: None, check: Registry(check),
        guards_releases: true
    }
}

fn check(cx: &mut Cx<'_>) {
    for breach in cx.breaches.clone() {
        match breach.fault {
            Fault::Unlocked(contract) => cx.push(cx.breach(&breach, cx.fact(contract, "status"))),
            Fault::LockGone(_) => cx.push(cx.breach(&breach, cx.file("goodevent.toml").unwrap_or(Span::NOWHERE))),
            _ => {}
        }
    }
}
