//! Live tail: the ends of topics, read without a group.

use std::{collections::BTreeSet, fmt};

use goodevent_runtime::{Backoff, Binding, BrokerError, Message, Tail};
use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{Consumer as _, StreamConsumer},
    error::KafkaError as ClientError,
};

use crate::{
    closing::Closing,
    connection::{Connection, blocking, invalid},
    source::{is_lasting, lasting},
    wire,
};

/// Live messages of some topics. It commits nothing, so that it does not affect groups.
pub struct KafkaTail {
    consumer: Closing<StreamConsumer>,
    missing: Vec<String>,
    backoff: Backoff,
}

impl fmt::Debug for KafkaTail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaTail").field("missing", &self.missing).finish_non_exhaustive()
    }
}

impl Connection {
    /// Opens a tail of topics, with all of their routing keys.
    ///
    /// # Errors
    /// If the brokers do not answer, or no topic exists.
    pub async fn tail(&self, bindings: &[Binding]) -> Result<KafkaTail, BrokerError> {
        KafkaTail::open(self, bindings).await
    }
}

impl KafkaTail {
    pub(crate) async fn open(connection: &Connection, bindings: &[Binding]) -> Result<Self, BrokerError> {
        let topics: BTreeSet<&String> = bindings.iter().map(|binding| &binding.topic).collect();
        let metadata = connection.metadata(None).await?;
        let found = |topic: &str| metadata.topics().iter().find(|own| own.name() == topic && own.error().is_none());
        let is_missing = |topic: &&String| found(topic).is_none();
        let missing: Vec<String> = topics.iter().copied().filter(is_missing).cloned().collect();
        let partitions: Vec<(String, i32)> = topics
            .iter()
            .filter_map(|topic| found(topic))
            .flat_map(|own| own.partitions().iter().map(|partition| (own.name().to_owned(), partition.id())))
            .collect();
        if partitions.is_empty() {
            return Err(BrokerError::missing(format!("topic `{}`", missing.join("`, `"))));
        }
        let own = [("group.id", "goodevent-tail"), ("enable.auto.commit", "false"), ("fetch.wait.max.ms", "100")];
        let client = connection.config.client(&own.map(|(name, value)| (name, value.to_owned())));
        let consumer: StreamConsumer = client.create().map_err(invalid)?;
        let timeout = connection.config.timeout;
        let failed =
            |error: ClientError| BrokerError::unreachable("the ends of the topics are unknown").caused_by(error);
        // The ends are requested here, so that the tail includes messages that are published from now on.
        let assigning = blocking(move || {
            let mut offsets = TopicPartitionList::new();
            for (topic, partition) in &partitions {
                let (_, high) = consumer.fetch_watermarks(topic, *partition, timeout).map_err(failed)?;
                offsets.add_partition_offset(topic, *partition, Offset::Offset(high)).map_err(failed)?;
            }
            consumer.assign(&offsets).map_err(failed)?;
            Ok(consumer)
        });
        let consumer = Closing::new(assigning.await?, timeout);
        Ok(Self { consumer, missing, backoff: Backoff::default() })
    }
}

impl Tail for KafkaTail {
    fn missing(&self) -> &[String] {
        &self.missing
    }

    async fn next(&mut self) -> Result<Message, BrokerError> {
        let Self { consumer, backoff, .. } = self;
        loop {
            match consumer.recv().await {
                Ok(record) => {
                    backoff.reset();
                    return Ok(wire::message(&record));
                }
                Err(error) if is_lasting(&error) => return Err(lasting(error, None)),
                Err(error) => {
                    let delay = backoff.next_delay();
                    tracing::warn!(%error, ?delay, "asking for messages again");
                    tokio::time::sleep(delay).await;
                }
            }
        }
    }
}
