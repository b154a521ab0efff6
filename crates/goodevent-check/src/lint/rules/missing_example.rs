//! `missing-example`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that a contract has `examples`.
    /// ## Why is this bad?
    /// Readers look at the example first, and tests use it as a payload.
    /// ## Example
    /// ```json
    /// { "examples": null }
    /// ```
    /// Use instead:
    /// ```json
    /// { "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z" }] }
    /// ```
    "missing-example" {
        summary: "an event needs an example",
        category: Documentation, level: Warn, fix: Safe, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    if cx.schema(contract.root).docs.examples.is_empty() {
        let finding = cx.finding(cx.title(contract), format!("`{}` has no example", contract.name));
        let instance = if cx.options.wants_fixes { cx.instance(contract.root) } else { None };
        let edit = instance.and_then(|instance| cx.set_keyword(contract.root, "examples", vec![instance]));
        cx.push(finding.help("add `examples` with a payload as it could happen").fix(edit));
    }
}
