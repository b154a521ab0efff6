//! The parts of the crate as a [`Broker`].

use goodevent_runtime::{Binding, Broker, BrokerError};

use crate::{
    connection::{Config, Connection, Queue},
    dead_letters::NatsDeadLetters,
    publisher::NatsPublisher,
    source::NatsSource,
    tail::NatsTail,
    topology::{Difference, Topology},
};

impl Broker for Connection {
    type Config = Config;
    type Topology = Topology;
    type Difference = Difference;
    type Queue = Queue;
    type Publisher = NatsPublisher;
    type Source = NatsSource;
    type DeadLetters = NatsDeadLetters;
    type Tail = NatsTail;

    async fn open(config: &Config) -> Result<Self, BrokerError> {
        Self::open(config).await
    }

    fn publisher(&self) -> Result<NatsPublisher, BrokerError> {
        Ok(self.publisher())
    }

    fn source(&self, queue: &Queue) -> Result<NatsSource, BrokerError> {
        Ok(self.source(&queue.stream, &queue.consumer))
    }

    async fn dead_letters(&self, queue: &Queue) -> Result<NatsDeadLetters, BrokerError> {
        self.dead_letters(&queue.stream, &queue.consumer).await
    }

    async fn tail(&self, bindings: &[Binding]) -> Result<NatsTail, BrokerError> {
        self.tail(bindings).await
    }

    async fn declare(&self, topology: &Topology) -> Result<(), BrokerError> {
        topology.declare(self).await
    }

    async fn missing(&self, topology: &Topology) -> Result<Vec<Difference>, BrokerError> {
        topology.missing(self).await
    }
}
