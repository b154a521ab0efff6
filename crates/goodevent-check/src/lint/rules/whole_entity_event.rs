//! `whole-entity-event`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that a name does not denote a whole object: none of its words is `Whole`, `Entire`, `Full`, `Complete`, `All`, `Entity`, `Aggregate`, `Snapshot` or `State`.
    /// ## Why is this bad?
    /// An event that carries everything changes with everything: it is large and frequent, and its arrival has no specific meaning.
    /// ## Example
    /// ```json
    /// { "title": "WholeOrderShippedV1Event" }
    /// ```
    /// Use instead:
    /// ```json
    /// { "title": "OrderShippedV1Event" }
    /// ```
    "whole-entity-event" {
        summary: "an event is one fact instead of the whole state",
        category: Names, level: Deny, fix: None, check: Contract(check)
    }
}

const WHOLE: [&str; 8] = ["whole", "entire", "full", "complete", "all", "entity", "aggregate", "snapshot"];

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let words = words::split(contract.name.stem());
    if let Some(word) = words.iter().find(|word| WHOLE.contains(&word.as_str())) {
        let headline = format!("`{}` is about a whole object instead of a fact", contract.name);
        let finding = cx.finding(cx.title(contract), headline).label(format!("because of the word `{word}`"));
        cx.push(finding.help("use one event per fact that consumers act on"));
    }
}
