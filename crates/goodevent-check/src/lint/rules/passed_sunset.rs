//! `passed-sunset`

use goodevent_schema::{calendar, registry::Contract};

use crate::{
    lint::{context::Cx, rule::declare_rule},
    promises::Fault,
};

declare_rule! {
    /// ## What it does
    /// Checks that the `sunset` of a contract has not passed.
    /// ## Why is this bad?
    /// Either the event is still published, contrary to the announcement, or the contract is obsolete and should be removed.
    /// ## Example
    /// ```json
    /// { "x-event": { "since": "2024-01-01", "status": "deprecated", "replacedBy": "OrderPlacedV2Event", "sunset": "2025-11-30" } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "since": "2024-01-01", "status": "deprecated", "replacedBy": "OrderPlacedV2Event", "sunset": "2027-11-30" } }
    /// ```
    "passed-sunset" {
        summary: "a contract is removed after its sunset",
        category: Lifecycle, level: Deny, fix: None, check: Contract(check),
        guards_releases: true
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let Some(sunset) = &contract.facts.sunset else { return };
    let key = contract.key();
    // That it came too early is said already.
    if cx.breaches.iter().any(|breach| breach.key == key && matches!(breach.fault, Fault::Hastened(_))) {
        return;
    }
    let days = calendar::day_number(sunset).zip(calendar::day_number(&cx.options.today));
    if days.is_some_and(|(end, today)| end < today) {
        let headline = format!("the sunset of `{}` was on {sunset}", contract.name);
        let help =
            "remove the contract and its line in goodevent.lock, or move the sunset and announce it to consumers";
        cx.push(cx.finding(cx.fact(contract, "sunset"), headline).help(help));
    }
}
