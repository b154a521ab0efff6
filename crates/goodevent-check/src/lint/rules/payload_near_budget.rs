//! `payload-near-budget`

use goodevent_schema::registry::Contract;

use crate::{
    lint::{context::Cx, rule::declare_rule},
    size::{BUDGET_BYTES, Part},
};

declare_rule! {
    /// ## What it does
    /// Checks that no valid message can take more than 80 % of 65,536 bytes, including the envelope.
    /// ## Why is this bad?
    /// The next version is likely to have more properties.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "minLength": 1, "maxLength": 9000 } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "minLength": 1, "maxLength": 200 } } }
    /// ```
    "payload-near-budget" {
        summary: "an event has room to grow",
        category: Size, level: Warn, fix: None, check: Contract(check)
    }
}

const NEAR_BYTES: u64 = 52_428;

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let bound = cx.size(contract);
    let is_near = |max_bytes: &u64| (NEAR_BYTES + 1..=BUDGET_BYTES).contains(max_bytes);
    if let Some(max_bytes) = cx.message_bytes(contract).filter(is_near) {
        let headline = format!("`{}` can take {max_bytes} of {BUDGET_BYTES} bytes", contract.name);
        let help = format!("the largest parts are {}", Part::list(&bound.parts));
        cx.push(cx.finding(cx.title(contract), headline).help(help));
    }
}
