//! The parts of the crate as a [`Broker`].

use goodevent_runtime::{Binding, Broker, BrokerError};

use crate::{
    connection::{Config, Connection, Queue},
    dead_letters::KafkaDeadLetters,
    publisher::KafkaPublisher,
    source::KafkaSource,
    tail::KafkaTail,
    topology::{Difference, Topology},
};

impl Broker for Connection {
    type Config = Config;
    type Topology = Topology;
    type Difference = Difference;
    type Queue = Queue;
    type Publisher = KafkaPublisher;
    type Source = KafkaSource;
    type DeadLetters = KafkaDeadLetters;
    type Tail = KafkaTail;

    async fn open(config: &Config) -> Result<Self, BrokerError> {
        Self::open(config).await
    }

    fn publisher(&self) -> Result<KafkaPublisher, BrokerError> {
        self.publisher()
    }

    fn source(&self, queue: &Queue) -> Result<KafkaSource, BrokerError> {
        let no_group = || BrokerError::config(format!("name the group that consumes `{queue}`"));
        let topics: Vec<&str> = queue.topics.iter().map(String::as_str).collect();
        self.source(queue.group.as_deref().ok_or_else(no_group)?, &topics)
    }

    async fn dead_letters(&self, queue: &Queue) -> Result<KafkaDeadLetters, BrokerError> {
        self.dead_letters(queue).await
    }

    async fn tail(&self, bindings: &[Binding]) -> Result<KafkaTail, BrokerError> {
        self.tail(bindings).await
    }

    async fn declare(&self, topology: &Topology) -> Result<(), BrokerError> {
        topology.declare(self).await
    }

    async fn missing(&self, topology: &Topology) -> Result<Vec<Difference>, BrokerError> {
        topology.missing(self).await
    }
}
