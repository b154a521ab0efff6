//! What brokers of AMQP 1.0 do differently.

use std::time::Duration;

/// A kind of broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// RabbitMQ 3 with its plugin for AMQP 1.0.
    ///
    /// Topics are exchanges, `/exchange/<topic>` with the subject as routing key, and queues are `/amq/queue/<queue>`.
    /// It does not know `modified` and ends the session for it, so that a message that is tried again later goes as a copy
    /// to `<queue>.retry.1s`, `10s`, `1m`, `10m` or `1h`, where it waits, and one that is laid aside to `<queue>.dead`: the
    /// queues that `goodevent_rabbitmq::Topology` makes.
    ///
    /// Version 3 *accepts* what no queue takes, so that it is not an error here; an exchange that is not there is one. Where
    /// that matters, publish by AMQP 0.9.1.
    RabbitMq,
    /// Azure Service Bus, and others that keep to the standard.
    ///
    /// Topics and queues are addresses as they are; a subscription is `<topic>/Subscriptions/<name>`.
    /// A message that is tried again later is held here until then, at most for as long as its lock lasts, and given back
    /// as `modified`, which counts as a delivery. One that is laid aside is `rejected`, and the reasons become properties
    /// of what is in the entity's own dead letter queue.
    ServiceBus,
}

/// How long messages wait at RabbitMQ, in queues of `goodevent_rabbitmq::Topology`.
const WAITS: [(&str, Duration); 5] = [
    ("1s", Duration::from_secs(1)),
    ("10s", Duration::from_secs(10)),
    ("1m", Duration::from_secs(60)),
    ("10m", Duration::from_secs(600)),
    ("1h", Duration::from_secs(3600)),
];

impl Dialect {
    /// Where messages of a topic are published to.
    pub(crate) fn topic(self, topic: &str) -> String {
        match self {
            Self::RabbitMq => format!("/exchange/{topic}"),
            Self::ServiceBus => topic.to_owned(),
        }
    }

    /// Where messages of a queue come from.
    pub(crate) fn queue(self, queue: &str) -> String {
        match self {
            Self::RabbitMq => format!("/amq/queue/{queue}"),
            Self::ServiceBus => queue.to_owned(),
        }
    }
}

/// The queue where a copy waits at least so long, or an hour.
pub(crate) fn retry_queue(queue: &str, after: Duration) -> String {
    let [.., longest] = WAITS;
    let (name, _) = WAITS.into_iter().find(|(_, wait)| *wait >= after).unwrap_or(longest);
    format!("{queue}.retry.{name}")
}

/// The queue of copies that are laid aside.
pub(crate) fn dead_queue(queue: &str) -> String {
    format!("{queue}.dead")
}
