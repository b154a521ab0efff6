//! `breaking-change-in-place`

use goodevent_schema::registry::Contract;

use crate::{
    compat::{Mode, Prover, Version, changes_between, proof},
    lint::{context::Cx, promised, rule::declare_rule},
};

declare_rule! {
    /// ## What it does
    /// Compares with a baseline (`goodevent lint --against <folder>`) and checks that every contract released there still accepts the same payloads. Each change is reported with a payload whose verdict changed, confirmed by the reference validator.
    /// ## Why is this bad?
    /// Consumers of the contract break as soon as they receive such a message.
    /// ## Example
    /// ```json before/orders/OrderPlacedV1Event.json
    /// { "x-event": { "status": "released" } }
    /// ```
    /// ```json
    /// { "x-event": { "status": "released" }, "properties": { "reason": { "enum": ["gift"] } } }
    /// ```
    /// Use instead:
    /// ```json before/orders/OrderPlacedV1Event.json
    /// { "x-event": { "status": "released" } }
    /// ```
    /// ```json
    /// { "description": "Somebody placed an order.", "x-event": { "status": "released" } }
    /// ```
    "breaking-change-in-place" {
        summary: "a released contract must not break its consumers",
        category: Lifecycle, level: Deny, fix: None, check: Contract(check),
        guards_releases: true
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let Some(before) = cx.options.before else { return };
    let Some(old) = cx.released.get(contract.name.as_str()).copied() else { return };
    let mut prover = Prover::new(&before.registry.schemas, &cx.registry.schemas);
    let next = contract.name.at_version(contract.name.version() + 1);
    for change in changes_between(&mut prover, (Version::Old, old), (Version::New, contract)) {
        let Some((verdict, is_backward)) = Mode::Full.objection(&change) else { continue };
        let place = change.new.unwrap_or_else(|| cx.title(contract));
        let finding = cx.finding(place, format!("`{}` was released, and {}", contract.name, change.headline));
        let finding = match change.old.and_then(|old| cx.before(old)) {
            Some(old) => finding.related(old, "as it was"),
            None => finding,
        };
        let help = format!("revert the change, and make it in a new contract, `{next}`");
        cx.push(finding.label(proof(verdict, is_backward)).help(help));
        if promised::counts(cx, &RULE, contract) {
            cx.explained.insert(contract.key());
        }
    }
}
