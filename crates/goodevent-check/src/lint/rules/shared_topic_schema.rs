//! `shared-topic-schema`

use std::collections::BTreeMap;

use goodevent_schema::{
    config::Broker,
    registry::{Context, Contract},
};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that every event has its own topic on Kafka.
    /// ## Why is this bad?
    /// Schema registries, compaction and consumer groups of Kafka expect one type per topic. With two types, every consumer also reads and decodes the events that it does not need.
    /// ## Example
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// [topics]
    /// broker = "kafka"
    /// topic = "orders"
    /// ```
    /// ```json orders/OrderBilledV1Event.json
    /// {}
    /// ```
    /// Use instead:
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// [topics]
    /// broker = "kafka"
    /// topic = "orders.{{kebab}}"
    /// ```
    /// ```json orders/OrderBilledV1Event.json
    /// {}
    /// ```
    "shared-topic-schema" {
        summary: "a Kafka topic has one schema",
        category: Routing, level: Deny, fix: None, check: Context(check)
    }
}

fn check(cx: &mut Cx<'_>, _: &str, context: &Context) {
    if context.settings.topics.broker != Some(Broker::Kafka) {
        return;
    }
    let mut first: BTreeMap<&str, &Contract> = BTreeMap::new();
    for contract in &context.contracts {
        let other = *first.entry(&contract.topic).or_insert(contract);
        // Versions of an event share what they share.
        if other.name.stem() != contract.name.stem() {
            let headline = format!("`{}` and `{}` share the topic `{}`", other.name, contract.name, contract.topic);
            let finding = cx.finding(cx.title(contract), headline).related(cx.title(other), "the other event");
            cx.push(finding.help("use `{{kebab}}` in the template of the topic"));
        }
    }
}
