//! AMQP 1.0, by RabbitMQ's plugin: a queue for each run, made over AMQP 0.9.1, since 1.0 makes none.

use contracts::subscriptions::{SubscriptionTerminatedV1Event, SubscriptionTerminatedV2Event};
use goodevent::Event;
use goodevent_amqp::{AmqpDeadLetters, AmqpPublisher, AmqpSource, Dialect};
use goodevent_rabbitmq::Topology;
use goodevent_runtime::{Message, refusal::REASON};

use super::queue::Stage;

/// A queue, and the exchange that feeds it.
#[derive(Debug)]
pub struct Amqp {
    dialect: Dialect,
    url: String,
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
        Topology::new().queue(&queue, &events).declare(&url).await?;
        Ok(Self { dialect, url, queue })
    }

    fn dead(&self) -> AmqpDeadLetters {
        AmqpDeadLetters::new(self.dialect, &self.url, &self.queue)
    }
}

impl Stage for Amqp {
    type Publisher = AmqpPublisher;
    type Source = AmqpSource;

    fn name(&self) -> String {
        format!("RabbitMQ over AMQP 1.0, with the queue `{}`", self.queue)
    }

    async fn publisher(&self) -> anyhow::Result<AmqpPublisher> {
        Ok(AmqpPublisher::connect(self.dialect, &self.url, 100).await?)
    }

    async fn source(&self) -> anyhow::Result<AmqpSource> {
        Ok(AmqpSource::new(self.dialect, &self.url, &self.queue))
    }

    async fn dead_letters(&self, limit: usize) -> anyhow::Result<Vec<Message>> {
        Ok(self.dead().list(limit).await?)
    }

    async fn requeue(&self, reason: &str) -> anyhow::Result<usize> {
        Ok(self.dead().requeue(|message| message.header(REASON) == Some(reason)).await?)
    }
}
