//! `deprecated-without-successor`

use goodevent_schema::{facts::Status, registry::Contract};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that a `deprecated` contract has a `replacedBy`.
    /// ## Why is this bad?
    /// Consumers have to know where to go.
    /// ## Example
    /// ```json
    /// { "x-event": { "status": "deprecated", "sunset": "2027-11-30" } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "status": "deprecated", "sunset": "2027-11-30", "replacedBy": "OrderPlacedV2Event" } }
    /// ```
    "deprecated-without-successor" {
        summary: "a deprecated event says what to use instead",
        category: Lifecycle, level: Warn, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    if contract.facts.status == Status::Deprecated && contract.facts.replaced_by.is_none() {
        let headline = format!("`{}` is deprecated, but names no successor", contract.name);
        cx.push(
            cx.finding(cx.fact(contract, "status"), headline)
                .help("name the event that takes its place as `replacedBy`"),
        );
    }
}
