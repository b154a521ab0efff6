//! `command-like-name`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that a name does not begin with an imperative verb, such as `Create`, `Send` or `Request`.
    /// ## Why is this bad?
    /// A command has one receiver, which may reject it. An event has any number of consumers, none of which can reject it. A name that reads like a command invites consumers to treat it as one.
    /// ## Example
    /// ```json
    /// { "title": "SendOrderConfirmedV1Event" }
    /// ```
    /// Use instead:
    /// ```json
    /// { "title": "OrderConfirmedV1Event" }
    /// ```
    "command-like-name" {
        summary: "the name of an event states a fact instead of a request",
        category: Names, level: Warn, fix: None, check: Contract(check)
    }
}

const VERBS: [&str; 26] = [
    "add", "apply", "assign", "cancel", "change", "close", "confirm", "create", "delete", "disable", "do", "enable",
    "get", "handle", "make", "notify", "place", "process", "remove", "run", "send", "set", "start", "stop", "submit",
    "update",
];

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let words = words::split(contract.name.stem());
    if let Some(verb) = words.first().filter(|first| words.len() > 1 && VERBS.contains(&first.as_str())) {
        let finding = cx.finding(cx.title(contract), format!("`{}` reads like a command", contract.name));
        cx.push(
            finding
                .label(format!("it begins with `{verb}`"))
                .help("begin with the subject of the fact: `OrderConfirmed`"),
        );
    }
}
