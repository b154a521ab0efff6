//! `generic-verb`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that the verb of an event names a specific fact: not `Updated`, `Modified`, `Saved`, `Altered`, `Edited`, `Processed` or `Handled`. `Changed` is accepted only for a noun that is more specific than an aggregate of the context.
    /// ## Why is this bad?
    /// A consumer that only learns that a subscription was updated has to compare the whole object with its previous state. A renewal, a new plan and a new address are different facts that concern different services.
    /// ## Example
    /// ```json
    /// { "title": "OrderUpdatedV1Event" }
    /// ```
    /// Use instead:
    /// ```json
    /// { "title": "OrderAddressCorrectedV1Event" }
    /// ```
    "generic-verb" {
        summary: "a name states what happened, and not only that something changed",
        category: Names, level: Deny, fix: None, check: Contract(check)
    }
}

/// Verbs that say nothing whatever their noun is.
const GENERIC: [&str; 7] = ["updated", "modified", "saved", "altered", "edited", "processed", "handled"];

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let stem = contract.name.stem();
    let Some((verb, noun)) = words::split(stem).split_last().map(|(verb, noun)| (verb.clone(), noun.concat())) else {
        return;
    };
    let aggregate = cx.aggregates(contract).iter().find(|aggregate| words::split(aggregate).concat() == noun);
    let is_generic = GENERIC.contains(&verb.as_str()) || (verb == "changed" && aggregate.is_some());
    if is_generic {
        let of = aggregate.map(|aggregate| format!(" on the aggregate `{aggregate}`")).unwrap_or_default();
        let finding =
            cx.finding(cx.title(contract), format!("`{}` states that something changed, but not what", contract.name));
        let subject = &stem[..stem.len() - verb.len()];
        cx.push(
            finding
                .label(format!("`{}`{of}", &stem[stem.len() - verb.len()..]))
                .help(format!("name what happened: `{subject}Renewed`, `{subject}Moved`, `{subject}Corrected`, …")),
        );
    }
}
