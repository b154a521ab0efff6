//! `deprecated-without-successor`

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::{facts::Status, registry::Contract, suggest};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that a `deprecated` contract has a `replacedBy`, and that this names another contract of the registry that does not lead back to the deprecated one.
    /// ## Why is this bad?
    /// Consumers need to know which event replaces this one, and that event must exist.
    /// ## Example
    /// ```json
    /// { "x-event": { "status": "deprecated", "sunset": "2027-11-30" } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "status": "deprecated", "sunset": "2027-11-30", "replacedBy": "OrderPlacedV2Event" } }
    /// ```
    "deprecated-without-successor" {
        summary: "a deprecated event names its successor",
        category: Lifecycle, level: Warn, fix: None, check: Registry(check)
    }
}

fn check(cx: &mut Cx<'_>) {
    let registry = cx.registry;
    let by_name: ByName<'_> = registry.contracts().map(|contract| (contract.name.as_str(), contract)).collect();
    let rings = rings(&by_name);
    for contract in registry.contracts() {
        judge(cx, contract, &by_name, &rings);
    }
}

type ByName<'r> = BTreeMap<&'r str, &'r Contract>;

fn judge(cx: &mut Cx<'_>, contract: &Contract, by_name: &ByName<'_>, rings: &BTreeSet<&str>) {
    let Some(successor) = &contract.facts.replaced_by else {
        if contract.facts.status == Status::Deprecated {
            let headline = format!("`{}` is deprecated, but names no successor", contract.name);
            let finding = cx.finding(cx.fact(contract, "status"), headline);
            cx.push(finding.help("name the successor as `replacedBy`"));
        }
        return;
    };
    let place = cx.fact(contract, "replacedBy");
    if !by_name.contains_key(successor.as_str()) {
        let headline = format!("`{}` is replaced by `{successor}`, which the registry does not have", contract.name);
        let others = by_name.keys().copied().filter(|name| *name != contract.name.as_str());
        let help = match suggest::nearest(successor, others) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "name an event of the registry, or create that event first".to_owned(),
        };
        return cx.push(cx.finding(place, headline).help(help));
    }
    if rings.contains(contract.name.as_str()) {
        let headline = match successor == contract.name.as_str() {
            true => format!("`{successor}` names itself as its successor"),
            false => format!("`{}` is replaced by `{successor}`, which leads back to it", contract.name),
        };
        cx.push(cx.finding(place, headline).help("name an event that is still published after the others"));
    }
}

/// The names whose successors lead back to them.
fn rings<'r>(by_name: &ByName<'r>) -> BTreeSet<&'r str> {
    let next = |name: &str| {
        let successor = by_name.get(name)?.facts.replaced_by.as_deref()?;
        by_name.get_key_value(successor).map(|(name, _)| *name)
    };
    // Each name is passed once: a way ends where an earlier one came by.
    let (mut passed, mut rings) = (BTreeSet::new(), BTreeSet::new());
    for start in by_name.keys() {
        let mut way = Vec::new();
        let mut at = Some(*start);
        while let Some(name) = at.filter(|name| passed.insert(*name)) {
            way.push(name);
            at = next(name);
        }
        rings
            .extend(way.iter().position(|name| Some(*name) == at).into_iter().flat_map(|first| &way[first..]).copied());
    }
    rings
}
