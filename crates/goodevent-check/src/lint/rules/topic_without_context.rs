//! `topic-without-context`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the name of a topic contains the name of its context or of the publishing service.
    /// ## Why is this bad?
    /// Consumers find the owning team by the topic. A topic without an owner in its name ends up with events of several teams.
    /// ## Example
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// [topics]
    /// topic = "everything"
    /// ```
    /// Use instead:
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// [topics]
    /// topic = "{{context}}"
    /// ```
    "topic-without-context" {
        summary: "the name of a topic contains its context",
        category: Routing, level: Deny, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let name = contract.context.as_str();
    let service = cx.context(contract).settings.service.as_deref();
    let is_named = contract.topic.contains(name) || service.is_some_and(|service| contract.topic.contains(service));
    if !is_named && !contract.topic.is_empty() && !cx.is_shared_exchange(name) {
        let headline = format!("the topic `{}` does not name the context `{name}`", contract.topic);
        cx.push(
            cx.finding(cx.title(contract), headline)
                .help(format!("use `{{{{context}}}}` in the template of the topic in {name}/context.toml")),
        );
    }
}
