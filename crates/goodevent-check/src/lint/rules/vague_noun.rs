//! `vague-noun`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that a name does not consist only of unspecific nouns: `Data`, `Info`, `Item`, `Object`, `Thing`, `Record`, `Event`, `Message`.
    /// ## Why is this bad?
    /// Only the team that named it knows what `DataReceived` is about.
    /// ## Example
    /// ```json
    /// { "title": "DataReceivedV1Event" }
    /// ```
    /// Use instead:
    /// ```json
    /// { "title": "MeterReadingReceivedV1Event" }
    /// ```
    "vague-noun" {
        summary: "a name contains a noun of the domain",
        category: Names, level: Warn, fix: None, check: Contract(check)
    }
}

const VAGUE: [&str; 13] = [
    "data",
    "info",
    "information",
    "item",
    "object",
    "thing",
    "record",
    "event",
    "message",
    "entry",
    "resource",
    "stuff",
    "element",
];

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let words = words::split(contract.name.stem());
    let nouns = words.split_last().map(|(_, nouns)| nouns).unwrap_or_default();
    if !nouns.is_empty() && nouns.iter().all(|noun| VAGUE.contains(&noun.as_str())) {
        let finding = cx.finding(cx.title(contract), format!("`{}` could be about anything", contract.name));
        cx.push(
            finding
                .label(format!("`{}` is not specific to the domain", nouns.join(" ")))
                .help("use the domain's word for the thing"),
        );
    }
}
