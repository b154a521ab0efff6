//! NATS with JetStream: a stream of the demo's own, which each run makes anew.

use std::time::Duration;

use anyhow::Context as _;
use contracts::subscriptions::{SubscriptionTerminatedV1Event, SubscriptionTerminatedV2Event};
use goodevent::Event;
use goodevent_nats::{Config, Connection, Consumer, NatsPublisher, NatsSource, Stream, Topology};
use goodevent_runtime::{DeadLetters as _, Message, headers::REASON};

use super::queue::Stage;

/// A stream, and a consumer of it.
#[derive(Debug)]
pub struct Nats {
    connection: Connection,
    stream: String,
    consumer: String,
}

impl Nats {
    /// Creates missing parts. A consumer that was used before keeps its messages.
    ///
    /// # Errors
    /// If the broker can't be reached, or does not let us.
    pub async fn open(url: String, name: String) -> anyhow::Result<Self> {
        let connection = Connection::open(&Config::new(url)).await?;
        let (stream, consumer) = ("goodevent-demo".to_owned(), name);
        let subjects = [SubscriptionTerminatedV1Event::ROUTING_KEY, SubscriptionTerminatedV2Event::ROUTING_KEY];
        let own = Consumer::new(&consumer).ack_wait(Duration::from_secs(10));
        let own = Stream::new(&stream).takes(subjects).consumer(own);
        Topology::default().stream(own).declare(&connection).await.context("the demo's stream")?;
        Ok(Self { connection, stream, consumer })
    }
}

impl Stage for Nats {
    type Publisher = NatsPublisher;
    type Source = NatsSource;

    fn name(&self) -> String {
        format!("NATS, with the consumer `{}`", self.consumer)
    }

    async fn publisher(&self) -> anyhow::Result<NatsPublisher> {
        Ok(self.connection.publisher())
    }

    async fn source(&self) -> anyhow::Result<NatsSource> {
        Ok(self.connection.source(&self.stream, &self.consumer))
    }

    async fn dead_letters(&self, limit: usize) -> anyhow::Result<Vec<Message>> {
        let dead = self.connection.dead_letters(&self.stream, &self.consumer).await?.list(limit).await?;
        Ok(dead.into_iter().map(|dead| dead.message).collect())
    }

    async fn requeue(&self, reason: &str) -> anyhow::Result<usize> {
        let dead = self.connection.dead_letters(&self.stream, &self.consumer).await?;
        Ok(dead.requeue_if(|message| message.header(REASON) == Some(reason)).await?)
    }
}
