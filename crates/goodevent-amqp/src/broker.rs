//! The parts of the crate as a [`Broker`].

use goodevent_runtime::{Binding, Broker, BrokerError};

use crate::{
    connection::{Config, Connection},
    dead_letters::AmqpDeadLetters,
    publisher::AmqpPublisher,
    source::AmqpSource,
    tail::AmqpTail,
    topology::{Part, Topology},
};

impl Broker for Connection {
    type Config = Config;
    type Topology = Topology;
    type Difference = Part;
    type Queue = String;
    type Publisher = AmqpPublisher;
    type Source = AmqpSource;
    type DeadLetters = AmqpDeadLetters;
    type Tail = AmqpTail;

    async fn open(config: &Config) -> Result<Self, BrokerError> {
        Self::open(config).await
    }

    fn publisher(&self) -> Result<AmqpPublisher, BrokerError> {
        Ok(self.publisher())
    }

    fn source(&self, queue: &String) -> Result<AmqpSource, BrokerError> {
        Ok(self.source(queue))
    }

    async fn dead_letters(&self, queue: &String) -> Result<AmqpDeadLetters, BrokerError> {
        self.dead_letters(queue).await
    }

    async fn tail(&self, bindings: &[Binding]) -> Result<AmqpTail, BrokerError> {
        self.tail(bindings).await
    }

    async fn declare(&self, topology: &Topology) -> Result<(), BrokerError> {
        topology.declare(self).await
    }

    async fn missing(&self, topology: &Topology) -> Result<Vec<Part>, BrokerError> {
        topology.missing(self).await
    }
}
