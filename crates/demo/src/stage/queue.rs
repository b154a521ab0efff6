//! The part of a broker that the story needs beside publishing and consuming.

use goodevent_runtime::{Message, Publish, Source};

/// A broker with the queue of billing.
pub trait Stage: Send + Sync {
    /// Publisher of the broker.
    type Publisher: Publish;
    /// Source of the broker.
    type Source: Source;

    /// Description for the audience.
    fn name(&self) -> String;
    /// Publishes to the topics of the story.
    fn publisher(&self) -> impl Future<Output = anyhow::Result<Self::Publisher>> + Send;

    /// Consumes as billing does.
    fn source(&self) -> impl Future<Output = anyhow::Result<Self::Source>> + Send;

    /// Dead letters, at most `limit`.
    fn dead_letters(&self, limit: usize) -> impl Future<Output = anyhow::Result<Vec<Message>>> + Send;

    /// Requeues the dead letters with this reason, and returns their number.
    fn requeue(&self, reason: &str) -> impl Future<Output = anyhow::Result<usize>> + Send;
}
