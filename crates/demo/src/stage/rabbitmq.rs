//! RabbitMQ: a queue for each run.

use contracts::subscriptions::{SubscriptionTerminatedV1Event, SubscriptionTerminatedV2Event};
use goodevent::Event;
use goodevent_rabbitmq::{DeadLetters, RabbitPublisher, RabbitSource, Topology};
use goodevent_runtime::{Message, refusal::REASON};

use super::queue::Stage;

/// A queue, and the exchange that feeds it.
#[derive(Debug)]
pub struct Rabbit {
    url: String,
    queue: String,
}

impl Rabbit {
    /// Creates missing parts. A queue that was used before keeps its messages.
    ///
    /// # Errors
    /// If the broker can't be reached, or does not let us.
    pub async fn open(url: String, name: String) -> anyhow::Result<Self> {
        let events = [&SubscriptionTerminatedV1Event::CONTRACT, &SubscriptionTerminatedV2Event::CONTRACT];
        Topology::new().queue(&name, &events).declare(&url).await?;
        Ok(Self { url, queue: name })
    }
}

impl Stage for Rabbit {
    type Publisher = RabbitPublisher;
    type Source = RabbitSource;

    fn name(&self) -> String {
        format!("RabbitMQ, with the queue `{}`", self.queue)
    }

    async fn publisher(&self) -> anyhow::Result<RabbitPublisher> {
        Ok(RabbitPublisher::connect(&self.url, 100).await?)
    }

    async fn source(&self) -> anyhow::Result<RabbitSource> {
        Ok(RabbitSource::new(&self.url, &self.queue))
    }

    async fn dead_letters(&self, limit: usize) -> anyhow::Result<Vec<Message>> {
        Ok(DeadLetters::new(&self.url, &self.queue).list(limit).await?)
    }

    async fn requeue(&self, reason: &str) -> anyhow::Result<usize> {
        let dead = DeadLetters::new(&self.url, &self.queue);
        Ok(dead.requeue(|message| message.header(REASON) == Some(reason)).await?)
    }
}
