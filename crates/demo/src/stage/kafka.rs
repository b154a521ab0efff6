//! Kafka: a group for each run, which reads the topic from its beginning.

use anyhow::Context as _;
use contracts::subscriptions::SubscriptionTerminatedV2Event;
use goodevent::Event;
use goodevent_kafka::{Config, Connection, KafkaDeadLetters, KafkaPublisher, KafkaSource, Queue, Topic, Topology};
use goodevent_runtime::{DeadLetters as _, Message, headers::REASON};

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

    async fn dead(&self) -> anyhow::Result<KafkaDeadLetters> {
        Ok(self.connection.dead_letters(&Queue::new(&self.group, &[TOPIC])).await?)
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
        let dead = self.dead().await?.list(limit).await?;
        Ok(dead.into_iter().map(|dead| dead.message).collect())
    }

    async fn requeue(&self, reason: &str) -> anyhow::Result<usize> {
        Ok(self.dead().await?.requeue_if(|message| message.header(REASON) == Some(reason)).await?)
    }
}
