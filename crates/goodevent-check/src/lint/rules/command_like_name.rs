//! `command-like-name`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that a name does not begin with a verb in the imperative, such as `Create`, `Send` or `Request`.
    /// ## Why is this bad?
    /// A command has one receiver that may refuse it; an event has any number that can not. What looks like a command is treated like one.
    /// ## Example
    /// ```json
    /// { "title": "SendOrderConfirmedV1Event" }
    /// ```
    /// Use instead:
    /// ```json
    /// { "title": "OrderConfirmedV1Event" }
    /// ```
    "command-like-name" {
        summary: "a name states a fact, it does not ask for one",
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
        let finding = cx.finding(cx.title(contract), format!("`{}` sounds like a command", contract.name));
        cx.push(
            finding
                .label(format!("it begins with `{verb}`"))
                .help("begin with what the fact is about: `OrderConfirmed`"),
        );
    }
}
