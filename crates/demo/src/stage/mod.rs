//! Where the story is played: what it needs of a broker beside publishing and consuming.

pub(crate) mod amqp;
pub(crate) mod kafka;
pub(crate) mod memory;
pub(crate) mod nats;
pub(crate) mod rabbitmq;

use goodevent_runtime::{Message, Publish, Source};

/// A broker with the queue of billing.
pub(crate) trait Stage {
    type Publisher: Publish;
    type Source: Source;

    fn name(&self) -> String;
    async fn publisher(&self) -> anyhow::Result<Self::Publisher>;
    async fn source(&self) -> anyhow::Result<Self::Source>;
    /// What was laid aside.
    async fn dead_letters(&self) -> anyhow::Result<Vec<Message>>;
    /// Takes back what was laid aside for a reason; how many that are.
    async fn requeue(&self, reason: &str) -> anyhow::Result<usize>;
}

/// A name that no other run has, so that none finds what another one left.
fn run_name() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    format!("demo-billing-{}", now.as_millis())
}
