//! `missing-published-since`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that `x-event` has a `since`.
    /// ## Why is this bad?
    /// An event is published for at least six months, and that period needs a start date.
    /// ## Example
    /// ```json
    /// { "x-event": { "since": null } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "since": "2026-11-20" } }
    /// ```
    "missing-published-since" {
        summary: "a contract needs the date of its first publication",
        category: Lifecycle, level: Deny, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    if contract.facts.since.is_none() {
        let finding =
            cx.finding(cx.fact(contract, "since"), format!("`{}` has no date of first publication", contract.name));
        cx.push(finding.help("add `\"since\": \"2026-11-20\"`, the day of the first publication, to `x-event`"));
    }
}
