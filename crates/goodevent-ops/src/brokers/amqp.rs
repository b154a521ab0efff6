//! AMQP 1.0: RabbitMQ's plugin, and Azure Service Bus.

use anyhow::Context as _;
use goodevent_amqp::{AmqpDeadLetters, AmqpLetters, AmqpPublisher, AmqpTail, Dialect};
use goodevent_schema::config;

use super::broker::{Broker, Places};

pub(super) struct Amqp {
    dialect: Dialect,
    url: String,
}

impl Amqp {
    pub(super) fn new(url: &str) -> anyhow::Result<Self> {
        let (dialect, url) =
            Dialect::of_url(url).context("a URL of AMQP 1.0 begins with amqp1:// or service-bus://")?;
        Ok(Self { dialect, url })
    }
}

impl Broker for Amqp {
    type Letters = AmqpLetters;
    type Tail = AmqpTail;
    type Publisher = AmqpPublisher;

    fn name(&self) -> &'static str {
        match self.dialect {
            Dialect::ServiceBus => "service-bus",
            _ => "rabbitmq",
        }
    }

    fn is_here(&self, broker: config::Broker) -> bool {
        match self.dialect {
            Dialect::ServiceBus => broker == config::Broker::ServiceBus,
            _ => broker == config::Broker::Rabbitmq,
        }
    }

    fn caveat(&self) -> Option<&'static str> {
        let caveat = "RabbitMQ's plugin for AMQP 1.0 does not report unroutable messages: amqp:// does";
        (self.dialect == Dialect::RabbitMq).then_some(caveat)
    }

    async fn letters(&self, queue: &str) -> anyhow::Result<AmqpLetters> {
        Ok(AmqpDeadLetters::new(self.dialect, &self.url, queue).open().await?)
    }

    /// Each link has a queue of its own, so that one for all keys stands for the others.
    async fn tail(&self, places: &Places) -> anyhow::Result<AmqpTail> {
        let mut pairs: Vec<(String, String)> = places.keys().filter(|(_, key)| !places.is_open || key == "#").collect();
        pairs.sort();
        pairs.dedup();
        Ok(AmqpTail::open(self.dialect, &self.url, &pairs).await?)
    }

    async fn publisher(&self) -> anyhow::Result<AmqpPublisher> {
        Ok(AmqpPublisher::connect(self.dialect, &self.url, 1).await?)
    }
}
