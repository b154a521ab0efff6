//! Kafka: the topic of the context, and a group of its consumers.

use anyhow::Context as _;
use contracts::subscriptions::topics::SUBSCRIPTIONS;
use goodevent_kafka::{Config, Connection, KafkaPublisher, KafkaSource, Topic, Topology};
use goodevent_runtime::{Message, refusal::REASON};

use super::Stage;

/// A topic, and a group that reads it.
#[derive(Debug)]
pub struct Kafka {
    connection: Connection,
    group: String,
}

impl Kafka {
    /// Makes what is missing there. A group that was used before goes on where it was.
    ///
    /// # Errors
    /// If the brokers can't be reached, or do not let us.
    pub async fn open(url: String, group: String) -> anyhow::Result<Self> {
        let brokers = url.strip_prefix("kafka://").unwrap_or(&url);
        // One that crashed and starts again takes its own place, and need not wait until the group gave it up.
        let config = Config::new(brokers).set("group.instance.id", &group);
        let connection = Connection::open(&config).await?;
        let topology = Topology::default().topic(Topic::new(SUBSCRIPTIONS, 3));
        topology.declare(&connection).await.context("the demo's topic")?;
        Ok(Self { connection, group })
    }
}

impl Stage for Kafka {
    type Publisher = KafkaPublisher;
    type Source = KafkaSource;

    fn name(&self) -> String {
        format!("Kafka, with the group `{}`", self.group)
    }

    async fn publisher(&self) -> anyhow::Result<KafkaPublisher> {
        Ok(self.connection.publisher()?)
    }

    async fn source(&self) -> anyhow::Result<KafkaSource> {
        Ok(self.connection.source(&self.group, &[SUBSCRIPTIONS])?)
    }

    async fn dead_letters(&self, limit: usize) -> anyhow::Result<Vec<Message>> {
        let dead = self.connection.dead_letters(SUBSCRIPTIONS).list().await?;
        Ok(dead.into_iter().take(limit).map(|dead| dead.message).collect())
    }

    async fn requeue(&self, reason: &str) -> anyhow::Result<usize> {
        let dead = self.connection.dead_letters(SUBSCRIPTIONS);
        Ok(dead.requeue(|message| message.header(REASON) == Some(reason)).await?)
    }
}
