//! RabbitMQ for the conformance suite.

use std::collections::BTreeSet;

use goodevent_rabbitmq::{Config, Connection, Queue, Topology};
use goodevent_runtime::{
    BrokerError,
    conformance::{Harness, Place},
};
use test_brokers::{Proxy, Server, unique};

/// Classic queues, or quorum queues.
pub(crate) struct RabbitMq<const IS_QUORUM: bool>;

impl<const IS_QUORUM: bool> Harness for RabbitMq<IS_QUORUM> {
    type Broker = Connection;
    type Gate = Proxy;

    /// A quorum queue under load may not know yet of acknowledgements when the channel ends, and delivers the messages again.
    const REPEATS_AFTER_SHUTDOWN: bool = IS_QUORUM;

    /// Version 4 delivers a message of a quorum queue 20 times by default.
    const N_LOOKS: usize = 25;

    fn config(&self) -> Config {
        Config::new(Server::RabbitMq.url())
    }

    fn place(&self, name: &str) -> Place<Connection> {
        let name = unique(&format!("conformance-{name}"));
        let (topic, routing_key) = (format!("{name}.walks"), "step.taken".to_owned());
        let bindings = BTreeSet::from([(topic.clone(), routing_key.clone())]);
        let queue = Queue { name: format!("{name}.work"), bindings, is_exclusive: false };
        let (exchanges, queues) = (BTreeSet::from([topic.clone()]), vec![queue.clone()]);
        let topology = Topology { exchanges, queues, is_quorum: IS_QUORUM, ..Topology::default() };
        Place { topology, queue: queue.name, topic, routing_key }
    }

    async fn remove(&self, broker: &Connection, place: &Place<Connection>) -> Result<(), BrokerError> {
        place.topology.delete(broker).await
    }

    fn unroutable(&self, place: &Place<Connection>) -> Vec<(String, String)> {
        let missing = "no.such.exchange".to_owned();
        vec![(place.topic.clone(), "nobody.listens".to_owned()), (missing, place.routing_key.clone())]
    }

    fn missing_queue(&self) -> String {
        "no.such.queue".to_owned()
    }

    fn missing_topic(&self) -> Option<String> {
        Some("no.such.exchange".to_owned())
    }

    fn limited(&self) -> Option<Config> {
        Some(Config::new(Server::RabbitMq.url().replace("goodevent:", "limited:")))
    }

    fn rejected(&self) -> Option<Config> {
        Some(Config::new(Server::RabbitMq.url().replace("loopback-only", "wrong")))
    }

    fn unreachable(&self) -> Option<Config> {
        Some(Config::new("amqp://goodevent:loopback-only@127.0.0.1:1"))
    }

    async fn gate(&self) -> Option<(Config, Proxy)> {
        let (proxy, url) = Proxy::to(&Server::RabbitMq.url()).await;
        Some((Config::new(format!("{url}?heartbeat=1")), proxy))
    }
}
