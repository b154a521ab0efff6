//! `implausible-frequency`

use std::collections::BTreeMap;

use goodevent_schema::{
    calendar,
    config::Broker,
    registry::{Context, Contract},
};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the events of a topic do not exceed the throughput of the broker: the `capacity` of the context's topics, or the default for the kind of broker.
    /// ## Why is this bad?
    /// An estimate above the throughput is either a wrong unit or a design that cannot work.
    /// ## Example
    /// ```json
    /// { "x-event": { "frequency": "1000000s/second" } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "x-event": { "frequency": "10000s/hour" } }
    /// ```
    "implausible-frequency" {
        summary: "a topic can carry the frequency of its events",
        category: Lifecycle, level: Warn, fix: None, check: Context(check)
    }
}

fn check(cx: &mut Cx<'_>, _: &str, context: &Context) {
    let topics = &context.settings.topics;
    let capacity = topics.capacity.as_deref().and_then(calendar::per_second);
    let capacity = capacity.unwrap_or(match topics.broker {
        Some(Broker::ServiceBus) => 1_000.0,
        Some(Broker::Rabbitmq) => 20_000.0,
        Some(Broker::Nats | Broker::Kafka) | None => 100_000.0,
    });
    let mut loads: BTreeMap<&str, Vec<(f64, &Contract)>> = BTreeMap::new();
    for contract in &context.contracts {
        if let Some(rate) = contract.facts.frequency.as_deref().and_then(calendar::per_second) {
            loads.entry(&contract.topic).or_default().push((rate, contract));
        }
    }
    for (topic, events) in loads {
        let total: f64 = events.iter().map(|(rate, _)| rate).sum();
        let most = events.iter().max_by(|left, right| left.0.total_cmp(&right.0));
        if let Some((_, contract)) = most.filter(|_| total > capacity) {
            let headline =
                format!("the topic `{topic}` would carry {total:.0} events a second, more than {capacity:.0}");
            let help = "check the unit, split the topic, or set `capacity` in the context's `topics`";
            cx.push(cx.finding(cx.fact(contract, "frequency"), headline).help(help));
        }
    }
}
