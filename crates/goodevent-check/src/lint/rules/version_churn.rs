//! `version-churn`

use std::collections::BTreeMap;

use goodevent_schema::{calendar, registry::Context};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that an event does not get a third version within six months of its first one.
    /// ## Why is this bad?
    /// A contract is meant to last. Every version costs every consumer a migration, so frequent versions indicate an unfinished design.
    /// ## Example
    /// ```json orders/OrderPlacedV2Event.json
    /// { "x-event": { "since": "2026-12-20" } }
    /// ```
    /// ```json orders/OrderPlacedV3Event.json
    /// { "x-event": { "since": "2027-01-20" } }
    /// ```
    /// Use instead:
    /// ```json orders/OrderPlacedV2Event.json
    /// { "x-event": { "since": "2027-06-20" } }
    /// ```
    /// ```json orders/OrderPlacedV3Event.json
    /// { "x-event": { "since": "2027-12-20" } }
    /// ```
    "version-churn" {
        summary: "versions of an event are long-lived",
        category: Lifecycle, level: Warn, fix: None, check: Context(check)
    }
}

fn check(cx: &mut Cx<'_>, _: &str, context: &Context) {
    const N_DAYS: i64 = 183;
    let mut events: BTreeMap<&str, Vec<(u32, i64)>> = BTreeMap::new();
    for contract in &context.contracts {
        let day = contract.facts.since.as_deref().and_then(calendar::day_number);
        events.entry(contract.name.stem()).or_default().extend(day.map(|day| (contract.name.version(), day)));
    }
    for contract in &context.contracts {
        let Some(day) = contract.facts.since.as_deref().and_then(calendar::day_number) else { continue };
        let is_recent =
            |(version, since): &&(u32, i64)| *version < contract.name.version() && (0..N_DAYS).contains(&(day - since));
        if events[contract.name.stem()].iter().filter(is_recent).count() >= 2 {
            let headline = format!("`{}` is the third version within six months", contract.name);
            let help = "find out why it keeps changing before the next consumer has to follow";
            cx.push(cx.finding(cx.fact(contract, "since"), headline).help(help));
        }
    }
}
