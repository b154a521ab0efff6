//! RabbitMQ: a queue for each run.

use contracts::subscriptions::{SubscriptionTerminatedV1Event, SubscriptionTerminatedV2Event};
use goodevent::Event;
use goodevent_rabbitmq::{Config, Connection, RabbitPublisher, RabbitSource, Topology};
use goodevent_runtime::{DeadLetters as _, Message, headers::REASON};

use super::queue::Stage;

/// A queue, and the exchange that feeds it.
#[derive(Debug)]
pub struct Rabbit {
    connection: Connection,
    queue: String,
}

impl Rabbit {
    /// Creates missing parts. A queue that was used before keeps its messages.
    ///
    /// # Errors
    /// If the broker can't be reached, or does not let us.
    pub async fn open(url: String, name: String) -> anyhow::Result<Self> {
        let events = [&SubscriptionTerminatedV1Event::CONTRACT, &SubscriptionTerminatedV2Event::CONTRACT];
        let connection = Connection::open(&Config { window: 100, ..Config::new(url) }).await?;
        Topology::new().queue(&name, &events).declare(&connection).await?;
        Ok(Self { connection, queue: name })
    }
}

impl Stage for Rabbit {
    type Publisher = RabbitPublisher;
    type Source = RabbitSource;

    fn name(&self) -> String {
        format!("RabbitMQ, with the queue `{}`", self.queue)
    }

    async fn publisher(&self) -> anyhow::Result<RabbitPublisher> {
        Ok(self.connection.publisher())
    }

    async fn source(&self) -> anyhow::Result<RabbitSource> {
        Ok(self.connection.source(&self.queue))
    }

    async fn dead_letters(&self, limit: usize) -> anyhow::Result<Vec<Message>> {
        let dead = self.connection.dead_letters(&self.queue).await?.list(limit).await?;
        Ok(dead.into_iter().map(|dead| dead.message).collect())
    }

    async fn requeue(&self, reason: &str) -> anyhow::Result<usize> {
        let dead = self.connection.dead_letters(&self.queue).await?;
        Ok(dead.requeue_if(|message| message.header(REASON) == Some(reason)).await?)
    }
}
