//! Kafka for the conformance suite. Logins are a special test, because the broker for tests accepts any.

use std::time::Duration;

use goodevent_kafka::{Config, Connection, Queue, Topic, Topology};
use goodevent_runtime::conformance::{Harness, Place};
use test_brokers::{Proxy, Server, unique};

use crate::support::config;

pub(crate) struct Kafka;

impl Harness for Kafka {
    type Broker = Connection;
    type Gate = Proxy;

    /// Offsets behind an unsettled message are not committed.
    const REPEATS_AFTER_SHUTDOWN: bool = true;

    fn config(&self) -> Config {
        config(&Server::Kafka.url())
    }

    fn place(&self, name: &str) -> Place<Connection> {
        let topic = unique(&format!("conformance-{name}"));
        let topology = Topology::default().topic(Topic::new(&topic, 3));
        let queue = Queue::new(format!("{topic}/work"), &[&topic]);
        Place { topology, queue, topic, routing_key: "step.taken".to_owned() }
    }

    fn unroutable(&self, place: &Place<Connection>) -> Vec<(String, String)> {
        ["nobody-listens", "not a topic/name"].map(|topic| (topic.to_owned(), place.routing_key.clone())).into()
    }

    fn missing_queue(&self) -> Queue {
        Queue::new("nobody", &["no-such-topic"])
    }

    fn missing_topic(&self) -> Option<String> {
        Some("no-such-topic".to_owned())
    }

    fn unreachable(&self) -> Option<Config> {
        Some(Config { timeout: Duration::from_secs(2), ..config("127.0.0.1:1") })
    }

    async fn gate(&self) -> Option<(Config, Proxy)> {
        let (proxy, address) = Proxy::to_kafka(&Server::Kafka.url()).await;
        // The cuts are shorter than the broker waits for a member of a group, so that it removes none.
        Some((Config { timeout: Duration::from_secs(2), ..config(&address) }, proxy))
    }
}
