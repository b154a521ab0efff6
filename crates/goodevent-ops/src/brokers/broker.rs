//! The part of a command that differs per broker.

use goodevent_runtime::{Letters, Publish, Tail};
use goodevent_schema::config;

/// A broker that somebody is at.
pub(crate) trait Broker {
    type Letters: Letters;
    type Tail: Tail;
    type Publisher: Publish;

    /// As `context.toml` names it.
    fn name(&self) -> &'static str;

    /// Whether a context that says so is here.
    fn is_here(&self, broker: config::Broker) -> bool;

    /// What its publisher does not notice.
    fn caveat(&self) -> Option<&'static str> {
        None
    }

    /// What was laid aside from a queue.
    async fn letters(&self, queue: &str) -> anyhow::Result<Self::Letters>;

    /// What is published to these places, or to all around them.
    async fn tail(&self, places: &Places) -> anyhow::Result<Self::Tail>;

    async fn publisher(&self) -> anyhow::Result<Self::Publisher>;
}

/// Where events are published.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// Topics and routing keys.
    pub(crate) pairs: Vec<(String, String)>,
    /// Whether other keys of these topics are of interest as well.
    pub(crate) is_open: bool,
}

impl Places {
    /// The pairs, with one for all keys of a topic of RabbitMQ.
    pub(super) fn keys(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let open = self.pairs.iter().filter(|_| self.is_open).map(|(topic, _)| (topic.clone(), "#".to_owned()));
        self.pairs.iter().cloned().chain(open)
    }
}
