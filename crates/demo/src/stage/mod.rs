//! Where the story is played: what it needs of a broker beside publishing and consuming.

pub(crate) mod memory;

use goodevent_runtime::{Message, Publish, Source};

/// A broker with the queue of billing.
pub(crate) trait Stage {
    type Publisher: Publish;
    type Source: Source;

    fn name(&self) -> String;
    async fn publisher(&self) -> anyhow::Result<Self::Publisher>;
    async fn source(&self, queue: &str) -> anyhow::Result<Self::Source>;
    /// What was laid aside.
    async fn dead_letters(&self, queue: &str) -> anyhow::Result<Vec<Message>>;
    /// Takes back what was laid aside for a reason; how many that are.
    async fn requeue(&self, queue: &str, reason: &str) -> anyhow::Result<usize>;
}
