//! Where the story is played: what it needs of a broker beside publishing and consuming.

pub mod amqp;
pub mod kafka;
pub mod memory;
pub mod nats;
pub mod rabbitmq;

use anyhow::Context as _;
use goodevent_amqp::Dialect;
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

/// A story that runs on any broker.
pub trait Play {
    /// Plays it.
    fn on(self, stage: impl Stage) -> impl Future<Output = anyhow::Result<()>>;
}

/// Plays on the broker of a URL, or on the one within the process if there is none.
///
/// # Errors
/// If the broker is unreachable or denies access, or the story fails.
pub async fn play(url: &str, play: impl Play) -> anyhow::Result<()> {
    let url = url.to_owned();
    match url.split_once("://").map_or("", |(scheme, _)| scheme) {
        "" => play.on(memory::Memory::default()).await,
        "amqp" => play.on(rabbitmq::Rabbit::open(url, run_name()).await?).await,
        "nats" => play.on(nats::Nats::open(url, run_name()).await?).await,
        "kafka" => play.on(kafka::Kafka::open(&url, run_name()).await?).await,
        other => {
            let (dialect, url) = Dialect::of_url(&url)
                .with_context(|| format!("`{other}://` is none of amqp://, nats://, kafka://, amqp1://"))?;
            play.on(amqp::Amqp::open(dialect, url, run_name()).await?).await
        }
    }
}

/// A name that no other run has, so that none finds what another one left.
#[must_use]
pub fn run_name() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    format!("demo-billing-{}", now.as_millis())
}
