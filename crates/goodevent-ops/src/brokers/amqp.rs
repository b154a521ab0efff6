//! AMQP 1.0: RabbitMQ's plugin, and Azure Service Bus.

use goodevent_amqp::{Config, Connection, Dialect};
use goodevent_runtime::Binding;
use goodevent_schema::config;

use super::target::{Places, Target};

pub(super) struct Amqp {
    dialect: Dialect,
    connection: Connection,
}

impl Amqp {
    pub(super) fn new(url: &str) -> anyhow::Result<Self> {
        let config = Config::of_url(url)?;
        Ok(Self { dialect: config.dialect, connection: Connection::lazy(&config) })
    }
}

impl Target for Amqp {
    type Broker = Connection;

    fn broker(&self) -> &Connection {
        &self.connection
    }

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

    /// Each link has a queue of its own, so that a link for all keys includes the other keys of its topic.
    fn bindings(&self, places: &Places) -> Vec<Binding> {
        let binding = |(topic, routing_key): &(String, String)| match places.is_open {
            true => Binding::all_keys(topic),
            false => Binding::new(topic, routing_key),
        };
        let mut bindings: Vec<Binding> = places.pairs.iter().map(binding).collect();
        bindings.sort();
        bindings.dedup();
        bindings
    }
}
