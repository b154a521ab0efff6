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
    /// The dialect that a URL of ours names, and the URL as AMQP has it.
    ///
    /// `amqp1://` and `amqp1s://` are RabbitMQ's plugin, without and with TLS, to tell them from `amqp://`, which everybody
    /// takes for version 0.9.1. `service-bus://` is Azure Service Bus, with TLS.
    #[must_use]
    pub fn of_url(url: &str) -> Option<(Self, String)> {
        let (scheme, rest) = url.split_once("://")?;
        let (dialect, scheme) = match scheme {
            "amqp1" => (Self::RabbitMq, "amqp"),
            "amqp1s" => (Self::RabbitMq, "amqps"),
            "service-bus" => (Self::ServiceBus, "amqps"),
            _ => return None,
        };
        Some((dialect, format!("{scheme}://{rest}")))
    }

    /// Where that lies which was laid aside from a queue or a subscription.
    pub(crate) fn dead(self, queue: &str) -> String {
        match self {
            Self::RabbitMq => self.queue(&dead_queue(queue)),
            Self::ServiceBus => format!("{queue}/$DeadLetterQueue"),
        }
    }

    /// Where messages of a topic are published to.
    pub(crate) fn topic(self, topic: &str) -> String {
        match self {
            Self::RabbitMq => format!("/exchange/{topic}"),
            Self::ServiceBus => topic.to_owned(),
        }
    }

    /// Where copies of what is published to an exchange of RabbitMQ by a key come from.
    pub(crate) fn exchange(self, exchange: &str, routing_key: &str) -> String {
        format!("{}/{routing_key}", self.topic(exchange))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_says_the_dialect() {
        let of = |url| Dialect::of_url(url).map(|(dialect, url)| (dialect, url.leak() as &str));
        assert_eq!(of("amqp1://a:b@c:1/"), Some((Dialect::RabbitMq, "amqp://a:b@c:1/")));
        assert_eq!(of("amqp1s://c"), Some((Dialect::RabbitMq, "amqps://c")));
        assert_eq!(of("service-bus://a:b@c"), Some((Dialect::ServiceBus, "amqps://a:b@c")));
        assert_eq!(of("amqp://c"), None);
    }
}
