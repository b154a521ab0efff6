//! RabbitMQ's plugin for AMQP 1.0 for the conformance suite.

use std::collections::BTreeSet;

use goodevent_amqp::{Config, Connection, Dialect, Topology};
use goodevent_runtime::{
    BrokerError,
    conformance::{Harness, Place},
};
use test_brokers::{Proxy, Server, unique};

pub(crate) struct Amqp;

fn config(url: impl Into<String>) -> Config {
    Config::new(Dialect::RabbitMq, url)
}

/// The connection over AMQP 0.9.1, and the topology there.
fn declared(place: &Place<Connection>) -> (goodevent_rabbitmq::Connection, goodevent_rabbitmq::Topology) {
    let bindings = BTreeSet::from([(place.topic.clone(), place.routing_key.clone())]);
    let queue = goodevent_rabbitmq::Queue { name: place.queue.clone(), bindings, is_exclusive: false };
    let topology = goodevent_rabbitmq::Topology {
        exchanges: BTreeSet::from([place.topic.clone()]),
        queues: vec![queue],
        ..goodevent_rabbitmq::Topology::default()
    };
    (goodevent_rabbitmq::Connection::lazy(&goodevent_rabbitmq::Config::new(Server::Amqp.url())), topology)
}

impl Harness for Amqp {
    type Broker = Connection;
    type Gate = Proxy;

    /// The client does not end a silent connection whose peer is only received from.
    const NOTICES_SILENCE: bool = false;

    fn config(&self) -> Config {
        config(Server::Amqp.url())
    }

    fn place(&self, name: &str) -> Place<Connection> {
        let name = unique(&format!("conformance-amqp-{name}"));
        let (topic, routing_key, queue) = (format!("{name}.walks"), "step.taken".to_owned(), format!("{name}.work"));
        Place { topology: Topology::new().topic(&topic).queue(&queue), queue, topic, routing_key }
    }

    async fn declare(&self, _: &Connection, place: &Place<Connection>) -> Result<(), BrokerError> {
        let (connection, topology) = declared(place);
        topology.declare(&connection).await
    }

    async fn remove(&self, _: &Connection, place: &Place<Connection>) -> Result<(), BrokerError> {
        let (connection, topology) = declared(place);
        topology.delete(&connection).await
    }

    /// Version 3 of RabbitMQ accepts messages that no queue receives.
    fn unroutable(&self, place: &Place<Connection>) -> Vec<(String, String)> {
        vec![("no.such.exchange".to_owned(), place.routing_key.clone())]
    }

    fn missing_queue(&self) -> String {
        "no.such.queue".to_owned()
    }

    fn missing_topic(&self) -> Option<String> {
        Some("no.such.exchange".to_owned())
    }

    fn limited(&self) -> Option<Config> {
        Some(config(Server::Amqp.url().replace("goodevent:", "limited:")))
    }

    fn rejected(&self) -> Option<Config> {
        Some(config(Server::Amqp.url().replace("loopback-only", "wrong")))
    }

    fn unreachable(&self) -> Option<Config> {
        Some(config("amqp://goodevent:loopback-only@127.0.0.1:1"))
    }

    async fn gate(&self) -> Option<(Config, Proxy)> {
        let (proxy, url) = Proxy::to(&Server::Amqp.url()).await;
        Some((config(url), proxy))
    }
}
