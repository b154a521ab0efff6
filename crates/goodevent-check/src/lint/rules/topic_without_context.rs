//! `topic-without-context`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the topic has the name of its context, or of the service that publishes, in it.
    /// ## Why is this bad?
    /// Topics are how consumers find a team. One that does not say whose it is gets events of others, sooner or later.
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
        summary: "a topic belongs to a context",
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
