//! Kafka: a group for each run, which reads the topic from its beginning.

use anyhow::Context as _;
use contracts::subscriptions::SubscriptionTerminatedV2Event;
use goodevent::Event;
use goodevent_kafka::{Config, Connection, GROUP, KafkaPublisher, KafkaSource, Topic, Topology};
use goodevent_runtime::{Message, refusal::REASON};

use super::queue::Stage;

/// Both versions go to the topic of their context.
const TOPIC: &str = SubscriptionTerminatedV2Event::TOPIC;

/// A topic, and a group that reads it.
#[derive(Debug)]
pub struct Kafka {
    connection: Connection,
    group: String,
}

impl Kafka {
    /// Creates missing parts. A group that was used before resumes at its committed offsets.
    ///
    /// # Errors
    /// If the brokers can't be reached, or do not let us.
    pub async fn open(url: &str, group: String) -> anyhow::Result<Self> {
        // One that crashed and starts again takes its own place, and need not wait until the group gave it up.
        let config = Config::of_url(url)?.set("group.instance.id", &group);
        let connection = Connection::open(&config).await?;
        let topology = Topology::default().topic(Topic::new(TOPIC, 3));
        topology.declare(&connection).await.context("the demo's topic")?;
        Ok(Self { connection, group })
    }

    fn is_ours(&self, message: &Message) -> bool {
        message.header(GROUP) == Some(&self.group)
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
        Ok(self.connection.source(&self.group, &[TOPIC])?)
    }

    async fn dead_letters(&self, limit: usize) -> anyhow::Result<Vec<Message>> {
        let all = self.connection.dead_letters(TOPIC).list().await?;
        Ok(all.into_iter().map(|dead| dead.message).filter(|message| self.is_ours(message)).take(limit).collect())
    }

    async fn requeue(&self, reason: &str) -> anyhow::Result<usize> {
        let dead = self.connection.dead_letters(TOPIC);
        Ok(dead.requeue(|message| self.is_ours(message) && message.header(REASON) == Some(reason)).await?)
    }
}
