//! The parts of the crate as a [`Broker`].

use goodevent_runtime::{Binding, Broker, BrokerError};

use crate::{
    connection::{Config, Connection},
    dead_letters::RabbitDeadLetters,
    publisher::RabbitPublisher,
    source::RabbitSource,
    tail::RabbitTail,
    topology::{Part, Topology},
};

impl Broker for Connection {
    type Config = Config;
    type Topology = Topology;
    type Difference = Part;
    type Queue = String;
    type Publisher = RabbitPublisher;
    type Source = RabbitSource;
    type DeadLetters = RabbitDeadLetters;
    type Tail = RabbitTail;

    async fn open(config: &Config) -> Result<Self, BrokerError> {
        Self::open(config).await
    }

    fn publisher(&self) -> Result<RabbitPublisher, BrokerError> {
        Ok(self.publisher())
    }

    fn source(&self, queue: &String) -> Result<RabbitSource, BrokerError> {
        Ok(self.source(queue))
    }

    async fn dead_letters(&self, queue: &String) -> Result<RabbitDeadLetters, BrokerError> {
        self.dead_letters(queue).await
    }

    async fn tail(&self, bindings: &[Binding]) -> Result<RabbitTail, BrokerError> {
        self.tail(bindings).await
    }

    async fn declare(&self, topology: &Topology) -> Result<(), BrokerError> {
        topology.declare(self).await
    }

    async fn missing(&self, topology: &Topology) -> Result<Vec<Part>, BrokerError> {
        topology.missing(self).await
    }
}
