//! The broker within the process.

use contracts::subscriptions::{SubscriptionTerminatedV1Event, SubscriptionTerminatedV2Event};
use goodevent_runtime::{
    Message,
    headers::REASON,
    memory::{MemoryBroker, MemorySource},
};

use super::queue::Stage;

/// The queue of billing.
const QUEUE: &str = "billing";

/// The broker, and nothing beside it.
#[derive(Debug)]
pub struct Memory(MemoryBroker);

impl Default for Memory {
    fn default() -> Self {
        let broker = MemoryBroker::new();
        broker.bind::<SubscriptionTerminatedV1Event>(QUEUE);
        broker.bind::<SubscriptionTerminatedV2Event>(QUEUE);
        Self(broker)
    }
}

impl Stage for Memory {
    type Publisher = MemoryBroker;
    type Source = MemorySource;

    fn name(&self) -> String {
        "within this process".to_owned()
    }

    async fn publisher(&self) -> anyhow::Result<MemoryBroker> {
        Ok(self.0.clone())
    }

    async fn source(&self) -> anyhow::Result<MemorySource> {
        Ok(self.0.source(QUEUE))
    }

    async fn dead_letters(&self, limit: usize) -> anyhow::Result<Vec<Message>> {
        Ok(self.0.dead_letters(QUEUE).into_iter().take(limit).collect())
    }

    async fn requeue(&self, reason: &str) -> anyhow::Result<usize> {
        Ok(self.0.requeue(QUEUE, |message| message.header(REASON) == Some(reason)))
    }
}
