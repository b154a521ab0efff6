//! The broker within the process.

use contracts::subscriptions::{SubscriptionTerminatedV1Event, SubscriptionTerminatedV2Event};
use goodevent_runtime::{
    Message,
    memory::{Broker, MemorySource},
    refusal::REASON,
};

use super::Stage;
use crate::billing::QUEUE;

pub(crate) struct Memory(Broker);

impl Default for Memory {
    fn default() -> Self {
        let broker = Broker::new();
        broker.bind::<SubscriptionTerminatedV1Event>(QUEUE);
        broker.bind::<SubscriptionTerminatedV2Event>(QUEUE);
        Self(broker)
    }
}

impl Stage for Memory {
    type Publisher = Broker;
    type Source = MemorySource;

    fn name(&self) -> String {
        "within this process".to_owned()
    }

    async fn publisher(&self) -> anyhow::Result<Broker> {
        Ok(self.0.clone())
    }

    async fn source(&self, queue: &str) -> anyhow::Result<MemorySource> {
        Ok(self.0.source(queue))
    }

    async fn dead_letters(&self, queue: &str) -> anyhow::Result<Vec<Message>> {
        Ok(self.0.dead_letters(queue))
    }

    async fn requeue(&self, queue: &str, reason: &str) -> anyhow::Result<usize> {
        Ok(self.0.requeue(queue, |message| message.header(REASON) == Some(reason)))
    }
}
