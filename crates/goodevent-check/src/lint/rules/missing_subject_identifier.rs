//! `missing-subject-identifier`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that a required property is an identifier: its name ends with `Id`, `Key`, `Number`, `Code` or `Name`, or is `id`.
    /// ## Why is this bad?
    /// Without it consumers can not tell which of their things the fact is about.
    /// ## Example
    /// ```json
    /// { "required": ["reason", "placedTimeUtc"], "properties": { "orderId": null }, "x-event": { "dedupKey": null, "partitionKey": "/reason" }, "examples": [{ "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z" }] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc"] }
    /// ```
    "missing-subject-identifier" {
        summary: "an event says to what it happened",
        category: Payload, level: Warn, fix: None, check: Contract(check)
    }
}

const IDENTIFYING: [&str; 9] = ["id", "ids", "key", "number", "code", "name", "uuid", "ref", "email"];

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let keywords = &cx.schema(cx.behind_refs(contract.root)).keywords;
    let identifies = |name: &str| words::split(name).last().is_some_and(|last| IDENTIFYING.contains(&last.as_str()));
    let has_some = keywords.object.required.iter().any(|name| identifies(&name.value));
    if !keywords.object.properties.is_empty() && !has_some {
        let finding = cx.finding(cx.title(contract), format!("`{}` does not say what it happened to", contract.name));
        cx.push(finding.help("add a required identifier, such as `orderId`"));
    }
}
