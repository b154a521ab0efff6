//! Where the server is, and a stream for each test.

use std::time::Duration;

use goodevent_nats::{Config, Connection, Consumer, NatsConfirmation, NatsPublisher, NatsSource, Stream, Topology};
use goodevent_runtime::{Message, Publish, PublishError, Publisher};
use test_brokers::{Server, unique};

/// A stream with a consumer, which nobody else uses, gone with the test.
pub(crate) struct Place {
    pub(crate) connection: Connection,
    pub(crate) stream: String,
    pub(crate) topology: Topology,
}

/// Subjects are the server's, so that each test puts something before those of the contracts.
#[derive(Debug, Clone)]
pub(crate) struct Prefixed(pub(crate) NatsPublisher, pub(crate) String);

impl Publish for Prefixed {
    type Confirmation = NatsConfirmation;

    async fn send(&self, mut message: Message) -> Result<NatsConfirmation, PublishError> {
        message.topic = format!("{}.{}", self.1, message.topic);
        message.routing_key = format!("{}.{}", self.1, message.routing_key);
        self.0.send(message).await
    }
}

impl Place {
    pub(crate) async fn new() -> Self {
        Self::with(|consumer| consumer).await
    }

    pub(crate) async fn with(adapt: impl FnOnce(Consumer) -> Consumer) -> Self {
        let stream = unique("test");
        let consumer = adapt(Consumer::new("work"));
        let subjects = [format!("{stream}.>")];
        let topology = Topology::default().stream(Stream::new(&stream).takes(subjects).consumer(consumer));
        let connection = Connection::open(&config(&Server::Nats.url())).await.expect("the server runs");
        topology.declare(&connection).await.expect("the server lets us");
        Self { connection, stream, topology }
    }

    pub(crate) fn transport(&self) -> Prefixed {
        Prefixed(self.connection.publisher(), self.stream.clone())
    }

    pub(crate) fn publisher(&self) -> Publisher<Prefixed> {
        Publisher::new(self.transport(), "tests")
    }

    pub(crate) fn source(&self) -> NatsSource {
        self.connection.source(&self.stream, "work")
    }

    /// Messages in the stream.
    pub(crate) async fn n_messages(&self) -> u64 {
        let context = context(&Server::Nats.url()).await;
        context.get_stream(&self.stream).await.expect("it is there").cached_info().state.messages
    }

    /// Forgets what was made.
    pub(crate) async fn clear(self) {
        let context = context(&Server::Nats.url()).await;
        for stream in [self.stream.clone(), format!("{}-dead", self.stream)] {
            context.delete_stream(stream).await.expect("it is there");
        }
    }
}

pub(crate) fn config(url: &str) -> Config {
    Config { timeout: Duration::from_secs(2), ..Config::new(url) }
}

/// The client itself, for what the adapter does not do.
pub(crate) async fn context(url: &str) -> async_nats::jetstream::Context {
    let address: async_nats::ServerAddr = url.parse().expect("it is an address");
    let (user, password) = (address.username().unwrap_or_default(), address.password().unwrap_or_default());
    let options = async_nats::ConnectOptions::with_user_and_password(user.to_owned(), password.to_owned());
    async_nats::jetstream::new(options.connect(address).await.expect("the server runs"))
}
