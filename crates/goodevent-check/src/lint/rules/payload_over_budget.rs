//! `payload-over-budget`

use goodevent_schema::registry::Contract;

use crate::{
    lint::{context::Cx, rule::declare_rule},
    size::{BUDGET_BYTES, Part},
};

declare_rule! {
    /// ## What it does
    /// Checks that no valid message can take more than 65,536 bytes of compact JSON, including the envelope. The bound is proved from lengths, ranges, patterns, formats and numbers of items; `goodevent size` shows its parts.
    /// ## Why is this bad?
    /// This is the largest message that every broker accepts. A contract that allows a larger one loses it when it occurs.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "minLength": 1, "maxLength": 20000 } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "minLength": 1, "maxLength": 200 } } }
    /// ```
    "payload-over-budget" {
        summary: "an event fits into 64 KB",
        category: Size, level: Deny, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let bound = cx.size(contract);
    if let Some(max_bytes) = cx.message_bytes(contract).filter(|max_bytes| *max_bytes > BUDGET_BYTES) {
        let headline = format!("`{}` can take {max_bytes} bytes, more than {BUDGET_BYTES}", contract.name);
        let help = format!("the largest parts are {}", Part::list(&bound.parts));
        cx.push(cx.finding(cx.title(contract), headline).help(help));
    }
}
