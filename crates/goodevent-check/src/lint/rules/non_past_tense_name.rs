//! `non-past-tense-name`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that the last word of a name is a past participle.
    /// ## Why is this bad?
    /// An event has already happened, and consumers cannot reject it. `OrderPlace` could be a request.
    /// ## Example
    /// ```json
    /// { "title": "OrderPlacementV1Event" }
    /// ```
    /// Use instead:
    /// ```json
    /// { "title": "OrderPlacedV1Event" }
    /// ```
    "non-past-tense-name" {
        summary: "a name ends with a verb in the past tense",
        category: Names, level: Warn, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let words = words::split(contract.name.stem());
    if let Some(last) = words.last().filter(|last| !words::is_past(last)) {
        let finding = cx.finding(cx.title(contract), format!("`{}` is not in the past tense", contract.name));
        cx.push(
            finding
                .label(format!("`{last}` is not a past participle"))
                .help("end with what was done: `Placed`, `Paid`"),
        );
    }
}
