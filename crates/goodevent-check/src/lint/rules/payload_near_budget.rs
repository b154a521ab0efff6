//! `payload-near-budget`

use goodevent_schema::registry::Contract;

use crate::{
    lint::{context::Cx, rule::declare_rule},
    size::BUDGET_BYTES,
};

declare_rule! {
    /// ## What it does
    /// Checks that no valid payload can take more than 80 % of 65,536 bytes.
    /// ## Why is this bad?
    /// The envelope comes on top, and the next version will have one property more.
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
    if let Some(max_bytes) = bound.max_bytes.filter(|max_bytes| (NEAR_BYTES + 1..=BUDGET_BYTES).contains(max_bytes)) {
        let headline = format!("`{}` can take {max_bytes} of {BUDGET_BYTES} bytes", contract.name);
        let largest = bound.parts.first().map(|(name, _)| format!("the largest part is `{name}`")).unwrap_or_default();
        cx.push(cx.finding(cx.title(contract), headline).help(largest));
    }
}
