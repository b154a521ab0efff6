//! `edited-published-version`

use goodevent_schema::registry::Contract;

use crate::{
    lint::{context::Cx, rule::declare_rule},
    wire,
};

declare_rule! {
    /// ## What it does
    /// Checks that a contract in `goodevent.lock` accepts what it accepted when it was released. Documentation, order and formatting may change.
    /// ## Why is this bad?
    /// Consumers were written against it, and nobody tells them. A change is a new version.
    /// ## Example
    /// ```text goodevent.lock
    /// orders/OrderPlacedV1Event 0000000000000000000000000000000000000000000000000000000000000000
    /// ```
    /// Use instead:
    /// ```text goodevent.lock
    /// orders/OrderPlacedV1Event @DIGEST@
    /// ```
    "edited-published-version" {
        summary: "a released contract does not change",
        category: Lifecycle, level: Deny, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let Some(entry) = cx.registry.lock.entries.get(&contract.key()) else { return };
    if entry.digest != wire::digest(&cx.registry.schemas.graph, contract.root) {
        let next = contract.name.at_version(contract.name.version() + 1);
        let headline = format!("`{}` was released, and accepts other payloads since", contract.name);
        let finding = cx.finding(cx.title(contract), headline).related(entry.span, "what was released");
        cx.push(finding.help(format!("take the change back, and make it in a new contract, `{next}`")));
    }
}
