//! Where the broker is, and a topic for each test.

use std::time::Duration;

use goodevent_kafka::{Config, Connection, KafkaConfirmation, KafkaPublisher, KafkaSource, Topic, Topology};
use goodevent_runtime::{Message, Publish, PublishError, Publisher};
use test_brokers::{Server, unique};

/// A topic that nobody else uses.
pub(crate) struct Place {
    pub(crate) connection: Connection,
    pub(crate) topic: String,
    pub(crate) topology: Topology,
}

/// Events go to the topic of the test, not to that of their contract.
#[derive(Debug, Clone)]
pub(crate) struct Redirected(pub(crate) KafkaPublisher, pub(crate) String);

impl Publish for Redirected {
    type Confirmation = KafkaConfirmation;

    async fn send(&self, mut message: Message) -> Result<KafkaConfirmation, PublishError> {
        message.topic.clone_from(&self.1);
        self.0.send(message).await
    }
}

impl Place {
    pub(crate) async fn new() -> Self {
        Self::by(&config(&Server::Kafka.url())).await
    }

    pub(crate) async fn by(config: &Config) -> Self {
        let topic = unique("test");
        let topology = Topology::default().topic(Topic::new(&topic, 3));
        let connection = Connection::open(config).await.expect("the broker runs");
        topology.declare(&connection).await.expect("the broker lets us");
        Self { connection, topic, topology }
    }

    pub(crate) fn transport(&self) -> Redirected {
        Redirected(self.connection.publisher().expect("the configuration is right"), self.topic.clone())
    }

    pub(crate) fn publisher(&self) -> Publisher<Redirected> {
        Publisher::new(self.transport(), "tests")
    }

    pub(crate) fn source(&self) -> KafkaSource {
        self.connection.source(&self.topic, &[&self.topic]).expect("the configuration is right")
    }
}

pub(crate) fn config(url: &str) -> Config {
    Config { timeout: Duration::from_secs(5), ..Config::new(url) }
}
