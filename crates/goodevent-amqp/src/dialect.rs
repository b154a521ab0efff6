//! Differences between AMQP 1.0 brokers.

use std::time::Duration;

/// A kind of broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// RabbitMQ 3 with its plugin for AMQP 1.0.
    ///
    /// Topics are exchanges, `/exchange/<topic>` with the subject as routing key, and queues are `/amq/queue/<queue>`.
    /// It does not support `modified` and ends the session for it, so that a retry is a copy that waits in
    /// `<queue>.retry.1s`, `10s`, `1m`, `10m` or `1h`, and a dead letter is a copy in `<queue>.dead`: the queues of
    /// `goodevent_rabbitmq::Topology`.
    ///
    /// Version 3 *accepts* unroutable messages, so that they are not errors here; a missing exchange is one. If that
    /// matters, publish over AMQP 0.9.1.
    RabbitMq,
    /// Azure Service Bus, and other brokers that follow the standard.
    ///
    /// Topics and queues are addresses without a prefix; a subscription is `<topic>/Subscriptions/<name>`.
    /// A delayed retry is held in the source, at most as long as its lock, and then released as `modified`, which counts as
    /// a delivery. A dead letter is `rejected`, and the reasons become properties of the message in the entity's
    /// dead-letter queue.
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
    /// Returns the dialect that a URL names, and the URL for AMQP.
    ///
    /// `amqp1://` and `amqp1s://` are RabbitMQ's plugin, without and with TLS; `amqp://` commonly means version 0.9.1.
    /// `service-bus://` is Azure Service Bus, with TLS.
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

    /// Address of the dead letters of a queue or a subscription.
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

/// The queue of dead letters.
pub(crate) fn dead_queue(queue: &str) -> String {
    format!("{queue}.dead")
}

/// All queues where copies wait.
pub(crate) fn retry_queues(queue: &str) -> Vec<String> {
    WAITS.iter().map(|(name, _)| format!("{queue}.retry.{name}")).collect()
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
