//! `deprecated-without-successor`

use std::collections::BTreeMap;

use goodevent_schema::{facts::Status, registry::Contract, suggest};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that a `deprecated` contract has a `replacedBy`, and that this is another contract of the registry which does not lead back to it.
    /// ## Why is this bad?
    /// Consumers have to know where to go, and to arrive there.
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
    let Some(successor) = &contract.facts.replaced_by else {
        if contract.facts.status == Status::Deprecated {
            let headline = format!("`{}` is deprecated, but names no successor", contract.name);
            let finding = cx.finding(cx.fact(contract, "status"), headline);
            cx.push(finding.help("name the event that takes its place as `replacedBy`"));
        }
        return;
    };
    let by_name: BTreeMap<&str, &Contract> =
        cx.registry.contracts().map(|other| (other.name.as_str(), other)).collect();
    let next = |name: &str| by_name.get(name).and_then(|other| other.facts.replaced_by.as_deref());
    let place = cx.fact(contract, "replacedBy");
    if !by_name.contains_key(successor.as_str()) {
        let headline = format!("`{}` is replaced by `{successor}`, which the registry does not have", contract.name);
        let help =
            match suggest::nearest(successor, by_name.keys().copied().filter(|name| *name != contract.name.as_str())) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => "name an event of the registry, or make that one first".to_owned(),
            };
        return cx.push(cx.finding(place, headline).help(help));
    }
    // A chain that leads back has no more members than there are contracts.
    let chain = std::iter::successors(Some(successor.as_str()), |name| next(name)).take(by_name.len());
    if chain.into_iter().any(|name| name == contract.name.as_str()) {
        let headline = match successor == contract.name.as_str() {
            true => format!("`{successor}` is replaced by itself"),
            false => format!("`{}` is replaced by `{successor}`, which leads back to it", contract.name),
        };
        cx.push(cx.finding(place, headline).help("name an event that stays when the others are gone"));
    }
}
