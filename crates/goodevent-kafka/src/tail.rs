//! Live tail: the ends of topics, read without a group.

use std::{fmt, time::Duration};

use goodevent_runtime::{Message, SourceError, Tail};
use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{Consumer as _, StreamConsumer},
    error::KafkaError as ClientError,
};

use crate::{
    closing::Closing,
    connection::{Connection, KafkaError},
    source::is_lasting,
    wire,
};

/// How long to wait before brokers that did not answer are asked again.
const PAUSE: Duration = Duration::from_secs(1);

/// Live messages of some topics. It commits nothing, so that it does not affect groups.
pub struct KafkaTail {
    consumer: Closing<StreamConsumer>,
    missing: Vec<String>,
}

impl fmt::Debug for KafkaTail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaTail").field("missing", &self.missing).finish_non_exhaustive()
    }
}

impl Connection {
    /// Opens a tail of topics.
    ///
    /// # Errors
    /// If the brokers do not answer, or no topic exists.
    pub async fn tail(&self, topics: &[String]) -> Result<KafkaTail, KafkaError> {
        let metadata = self.metadata(None).await?;
        let found = |topic: &str| metadata.topics().iter().find(|own| own.name() == topic && own.error().is_none());
        let missing: Vec<String> = topics.iter().filter(|topic| found(topic).is_none()).cloned().collect();
        let partitions: Vec<(String, i32)> = topics
            .iter()
            .filter_map(|topic| found(topic))
            .flat_map(|own| own.partitions().iter().map(|partition| (own.name().to_owned(), partition.id())))
            .collect();
        if partitions.is_empty() {
            return Err(KafkaError::Missing(format!("topic `{}`", missing.join("`, `"))));
        }
        let own = [("group.id", "goodevent-tail"), ("enable.auto.commit", "false"), ("fetch.wait.max.ms", "100")];
        let client = self.config.client(&own.map(|(name, value)| (name, value.to_owned())));
        let consumer: StreamConsumer = client.create().map_err(KafkaError::config)?;
        let timeout = self.config.timeout;
        // The ends are asked for here, so that what is published after this is seen.
        let assigning = tokio::task::spawn_blocking(move || {
            let mut offsets = TopicPartitionList::new();
            for (topic, partition) in &partitions {
                let (_, high) = consumer.fetch_watermarks(topic, *partition, timeout)?;
                offsets.add_partition_offset(topic, *partition, Offset::Offset(high))?;
            }
            consumer.assign(&offsets)?;
            Ok::<_, ClientError>(consumer)
        });
        let consumer = assigning.await.map_err(|error| KafkaError::Failed(error.to_string()))?;
        let consumer = consumer.map_err(|error| KafkaError::Unreachable(error.to_string()))?;
        Ok(KafkaTail { consumer: Closing::new(consumer, timeout), missing })
    }
}

impl Tail for KafkaTail {
    fn missing(&self) -> &[String] {
        &self.missing
    }

    async fn next(&mut self) -> Result<Message, SourceError> {
        loop {
            match self.consumer.recv().await {
                Ok(record) => return Ok(wire::message(&record)),
                Err(error) if is_lasting(&error) => return Err(SourceError(error.to_string())),
                Err(error) => {
                    tracing::warn!(%error, "asking for messages again");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}
