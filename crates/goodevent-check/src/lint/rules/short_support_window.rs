//! `short-support-window`

use goodevent_schema::{calendar, registry::Contract};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that `since` and `sunset` are at least six months apart.
    /// ## Why is this bad?
    /// Consumers need time to migrate.
    /// ## Example
    /// ```json
    /// { "x-event": { "since": "2026-11-20", "sunset": "2027-01-31", "status": "deprecated", "replacedBy": "OrderPlacedV2Event" } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "since": "2026-11-20", "sunset": "2027-06-30", "status": "deprecated", "replacedBy": "OrderPlacedV2Event" } }
    /// ```
    "short-support-window" {
        summary: "an event is published for at least six months",
        category: Lifecycle, level: Deny, fix: None, check: Contract(check)
    }
}

const MIN_MONTHS: i64 = 6;

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let (Some(since), Some(sunset)) = (&contract.facts.since, &contract.facts.sunset) else { return };
    let (Some(from), Some(to)) = (month(since), month(sunset)) else { return };
    let is_short = to - from < MIN_MONTHS || (to - from == MIN_MONTHS && sunset[8..] < since[8..]);
    if is_short {
        let headline = format!("`{}` has less than {MIN_MONTHS} months between `since` and `sunset`", contract.name);
        cx.push(
            cx.finding(cx.fact(contract, "sunset"), headline)
                .help("move the `sunset` to a later date, and announce it to consumers"),
        );
    }
}

/// Number of a day's month.
fn month(day: &str) -> Option<i64> {
    let is_day = calendar::is_day(day);
    is_day.then(|| Some(day[..4].parse::<i64>().ok()? * 12 + day[5..7].parse::<i64>().ok()?)).flatten()
}
