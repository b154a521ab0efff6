//! NATS with JetStream for the conformance suite.

use std::time::Duration;

use goodevent_nats::{Config, Connection, Consumer, Queue, Stream, Topology};
use goodevent_runtime::{
    BrokerError,
    conformance::{Harness, Place},
};
use test_brokers::{Proxy, Server, unique};

use crate::support::{config, context};

pub(crate) struct Nats;

impl Harness for Nats {
    type Broker = Connection;
    type Gate = Proxy;

    fn config(&self) -> Config {
        config(&Server::Nats.url())
    }

    /// The topic is not a subject, so that it travels in a header. A dropped message is redelivered after
    /// ten seconds; messages that the client has fetched must be handled in less time.
    fn place(&self, name: &str) -> Place<Connection> {
        let stream = unique(&format!("conformance-{name}"));
        let consumer = Consumer::new("work").ack_wait(Duration::from_secs(10));
        let topology =
            Topology::default().stream(Stream::new(&stream).takes([format!("{stream}.>")]).consumer(consumer));
        let (topic, routing_key) = (format!("{stream}.walks"), format!("{stream}.step.taken"));
        Place { topology, queue: Queue::new(stream, "work"), topic, routing_key }
    }

    async fn remove(&self, _: &Connection, place: &Place<Connection>) -> Result<(), BrokerError> {
        let context = context(&Server::Nats.url()).await;
        for stream in [place.queue.stream.clone(), format!("{}-dead", place.queue.stream)] {
            context.delete_stream(stream).await.expect("the stream exists");
        }
        Ok(())
    }

    fn unroutable(&self, _: &Place<Connection>) -> Vec<(String, String)> {
        [("nobody.listens", ""), ("nobody", "nobody.listens")]
            .map(|(topic, routing_key)| (topic.to_owned(), routing_key.to_owned()))
            .into()
    }

    fn missing_queue(&self) -> Queue {
        Queue::new("no-such-stream", "nobody")
    }

    fn limited(&self) -> Option<Config> {
        Some(config(&Server::Nats.url().replace("goodevent:", "limited:")))
    }

    fn rejected(&self) -> Option<Config> {
        Some(config(&Server::Nats.url().replace(":loopback-only@", ":wrong@")))
    }

    fn unreachable(&self) -> Option<Config> {
        Some(config("nats://goodevent:loopback-only@127.0.0.1:1"))
    }

    async fn gate(&self) -> Option<(Config, Proxy)> {
        let (proxy, url) = Proxy::to(&Server::Nats.url()).await;
        Some((config(&url), proxy))
    }
}
