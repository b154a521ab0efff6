//! AMQP 1.0, by RabbitMQ's plugin: a queue for each run, made over AMQP 0.9.1, since 1.0 makes none.

use contracts::subscriptions::{SubscriptionTerminatedV1Event, SubscriptionTerminatedV2Event};
use goodevent::Event;
use goodevent_amqp::{AmqpPublisher, AmqpSource, Config, Connection, Dialect};
use goodevent_rabbitmq::Topology;
use goodevent_runtime::{DeadLetters as _, Message, headers::REASON};

use super::queue::Stage;

/// A queue, and the exchange that feeds it.
#[derive(Debug)]
pub struct Amqp {
    connection: Connection,
    queue: String,
}

impl Amqp {
    /// Creates missing parts. A queue that was used before keeps its messages.
    ///
    /// # Errors
    /// If the broker can't be reached, does not let us, or is none where queues are made.
    pub async fn open(dialect: Dialect, url: String, queue: String) -> anyhow::Result<Self> {
        anyhow::ensure!(dialect == Dialect::RabbitMq, "the demo creates its queue, which it can do only at RabbitMQ");
        let events = [&SubscriptionTerminatedV1Event::CONTRACT, &SubscriptionTerminatedV2Event::CONTRACT];
        let admin = goodevent_rabbitmq::Connection::lazy(&goodevent_rabbitmq::Config::new(&url));
        Topology::new().queue(&queue, &events).declare(&admin).await?;
        let connection = Connection::open(&Config { window: 100, ..Config::new(dialect, url) }).await?;
        Ok(Self { connection, queue })
    }
}

impl Stage for Amqp {
    type Publisher = AmqpPublisher;
    type Source = AmqpSource;

    fn name(&self) -> String {
        format!("RabbitMQ over AMQP 1.0, with the queue `{}`", self.queue)
    }

    async fn publisher(&self) -> anyhow::Result<AmqpPublisher> {
        Ok(self.connection.publisher())
    }

    async fn source(&self) -> anyhow::Result<AmqpSource> {
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
