//! Where the story is played: the brokers by their URLs.

pub mod amqp;
pub mod kafka;
pub mod memory;
pub mod nats;
mod queue;
pub mod rabbitmq;

pub use self::queue::Stage;

use anyhow::Context as _;
use goodevent_amqp::Dialect;

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
