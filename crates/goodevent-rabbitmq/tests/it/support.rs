//! The broker that tests talk to, and names of their own there.

use std::sync::Mutex;

use contracts::registration::{UserConfirmedV1Event, UserCreatedV1Event};
use goodevent::{Contract, Event};
use goodevent_rabbitmq::{Config, Connection, RabbitPublisher, RabbitSource, Topology};
use goodevent_runtime::{Message, Publish, PublishError};
use lapin::ConnectionProperties;
use test_brokers::{Server, unique};

/// Names at the broker that no other test has.
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) connection: Connection,
    pub(crate) name: String,
    declared: Mutex<Vec<Topology>>,
}

impl Place {
    pub(crate) fn new() -> Self {
        let url = Server::RabbitMq.url();
        let connection = Connection::lazy(&Config::new(&url));
        Self { url, connection, name: unique("test"), declared: Mutex::default() }
    }

    /// The contract of an event, in an exchange of this place.
    pub(crate) fn contract<E: Event>(&self) -> Contract {
        Contract { topic: format!("{}.{}", self.name, E::TOPIC).leak(), ..E::CONTRACT }
    }

    /// A queue of this place for the two events of a registration, with all that stands beside it.
    pub(crate) async fn queue(&self) -> String {
        let queue = format!("{}.accounts", self.name);
        let contracts = [self.contract::<UserCreatedV1Event>(), self.contract::<UserConfirmedV1Event>()];
        self.declare(Topology::new().queue(&queue, &contracts.each_ref())).await;
        queue
    }

    pub(crate) async fn declare(&self, topology: Topology) {
        topology.declare(&self.connection).await.expect("the user may declare");
        self.declared.lock().expect("nobody panics with it").push(topology);
    }

    pub(crate) fn publisher(&self) -> Renamed {
        Renamed { transport: self.connection.publisher(), prefix: self.name.clone() }
    }

    pub(crate) fn source(&self, queue: &str) -> RabbitSource {
        self.connection.source(queue)
    }

    /// Forgets what was declared here.
    pub(crate) async fn clean(&self) {
        let declared = std::mem::take(&mut *self.declared.lock().expect("nobody panics with it"));
        for topology in declared {
            topology.delete(&self.connection).await.expect("the user may remove it");
        }
    }

    /// Messages that wait in a queue.
    pub(crate) async fn n_waiting(&self, queue: &str) -> u32 {
        let connection =
            lapin::Connection::connect(&self.url, ConnectionProperties::default()).await.expect("the broker is there");
        let channel = connection.create_channel().await.expect("there is a channel");
        let passive = lapin::options::QueueDeclareOptions { passive: true, ..Default::default() };
        let queue = channel.queue_declare(queue.into(), passive, Default::default()).await.expect("it is there");
        queue.message_count()
    }
}

/// Publishes to the exchanges of a place.
#[derive(Debug, Clone)]
pub(crate) struct Renamed {
    pub(crate) transport: RabbitPublisher,
    pub(crate) prefix: String,
}

impl Publish for Renamed {
    type Confirmation = goodevent_rabbitmq::Confirmation;

    async fn send(&self, message: Message) -> Result<Self::Confirmation, PublishError> {
        self.transport.send(Message { topic: format!("{}.{}", self.prefix, message.topic), ..message }).await
    }
}
