//! `moved-event`

use goodevent_schema::{registry::Contract, source::SourceId};

use crate::{
    compat::{Snapshot, moves},
    lint::{context::Cx, rule::declare_rule},
};

declare_rule! {
    /// ## What it does
    /// Compares with a baseline (`goodevent lint --against <revision>`) and checks that the delivery of a contract released there is unchanged: topic, routing key, broker, envelope, keys and headers. The `since` date, from which the support window is counted, must not move to an earlier day.
    /// ## Why is this bad?
    /// The payload is unchanged, but consumers do not receive it: they are bound to the topic, read the envelope, and rely on the order that the partition key gives.
    /// ## Example
    /// ```json before/orders/OrderPlacedV1Event.json
    /// { "x-event": { "status": "released" } }
    /// ```
    /// ```json
    /// { "x-event": { "status": "released", "partitionKey": "/reason" } }
    /// ```
    /// Use instead:
    /// ```json before/orders/OrderPlacedV1Event.json
    /// { "x-event": { "status": "released" } }
    /// ```
    /// ```json
    /// { "x-event": { "status": "released", "frequency": "20s/hour" } }
    /// ```
    "moved-event" {
        summary: "the delivery of a released event must not change",
        category: Lifecycle, level: Deny, fix: None, check: Contract(check),
        guards_releases: true
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let Some(before) = cx.options.before else { return };
    let old = cx.released.get(contract.name.as_str()).copied();
    let Some(old) = old.filter(|old| old.context == contract.context) else { return };
    // How it was delivered is not known from settings with errors.
    let settings = ["goodevent.toml".to_owned(), format!("{}/context.toml", old.context)];
    let path = |id: &SourceId| before.sources.get(*id).map_or("", |file| file.path.as_str());
    if before.registry.unread.keys().any(|id| settings.iter().any(|own| own == path(id))) {
        return;
    }
    let after = Snapshot { sources: cx.sources, registry: cx.registry };
    for own in moves((before, old), (after, contract)).into_iter().filter(|own| own.breaks) {
        let place = if own.fact.is_empty() { cx.title(contract) } else { cx.fact(contract, own.fact) };
        let finding = cx.finding(place, format!("`{}` was released, and {}", contract.name, own.headline));
        let finding = match cx.before(before.registry.title(old)) {
            Some(place) => finding.related(place, "as it was"),
            None => finding,
        };
        cx.push(finding.help("revert the change, or make it in the next version of the event"));
    }
}
