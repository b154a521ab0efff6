//! What was laid aside: in a topic of its own beside the one that it came from.
//!
//! Nothing can be taken out of a topic. So a copy has a key of its own, and what is taken again is marked by an empty
//! message of that key, which is also how compaction forgets it.

use std::{collections::BTreeMap, time::Duration};

use goodevent_runtime::{
    Message, Publish as _, Refusal,
    refusal::{ORIGIN, REQUEUED},
};
use rdkafka::{
    Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer as _},
    error::KafkaError as ClientError,
};

use crate::{
    connection::{Config, Connection, KafkaError},
    publisher::KafkaPublisher,
    tracker::Place,
    wire,
};

/// The key that the message had.
const KEY: &str = "goodevent-key";
/// The group that laid it aside.
const GROUP: &str = "goodevent-group";

/// Where what comes from a topic is laid aside.
pub(crate) fn dead_topic(topic: &str) -> String {
    format!("{topic}.dead")
}

/// The copy of a message that is laid aside; the same one makes the same copy.
pub(crate) fn copy(mut message: Message, why: &Refusal, group: &str, place: &Place, offset: i64) -> Message {
    let reasons = why.headers(&message);
    message.headers.extend(reasons.into_iter().map(|(name, value)| (name.to_owned(), value)));
    message.headers.insert(GROUP.to_owned(), group.to_owned());
    let number = format!("{group}/{}/{}/{offset}", place.0, place.1);
    if let Some(key) = message.partition_key.replace(number) {
        message.headers.insert(KEY.to_owned(), key);
    }
    message.topic = dead_topic(&place.0);
    message
}

/// What was laid aside from a topic, by whichever group.
#[derive(Debug, Clone)]
pub struct DeadLetters {
    connection: Connection,
    topic: String,
}

/// A message that was laid aside, with the reasons in its headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// What it is known by: group, topic, partition and offset.
    pub number: String,
    /// The message.
    pub message: Message,
}

impl DeadLetters {
    pub(crate) fn new(connection: Connection, topic: &str) -> Self {
        Self { connection, topic: topic.to_owned() }
    }

    /// All of them, from the oldest on.
    ///
    /// # Errors
    /// If the brokers do not answer, or there is no topic of them.
    pub async fn list(&self) -> Result<Vec<DeadLetter>, KafkaError> {
        let (config, topic) = (self.connection.config.clone(), dead_topic(&self.topic));
        let metadata = self.connection.metadata(Some(&topic)).await?;
        let partitions: Vec<i32> = metadata
            .topics()
            .iter()
            .filter(|own| own.error().is_none())
            .flat_map(|own| own.partitions().iter().map(|partition| partition.id()))
            .collect();
        if partitions.is_empty() {
            return Err(KafkaError::Missing(format!("topic `{topic}`")));
        }
        let read = tokio::task::spawn_blocking(move || read(&config, &topic, &partitions)).await;
        read.map_err(|error| KafkaError::Failed(error.to_string()))?
    }

    /// Publishes those that are wanted to their topic again, for all of its groups; how many these are. A group that handled
    /// one knows it by its inbox.
    ///
    /// # Errors
    /// If the brokers do not answer, or do not take them.
    pub async fn requeue(&self, is_wanted: impl Fn(&Message) -> bool) -> Result<usize, KafkaError> {
        let publisher = KafkaPublisher::new(&self.connection.config)?;
        let wanted = self.list().await?.into_iter().filter(|letter| is_wanted(&letter.message));
        let mut n_requeued = 0;
        for DeadLetter { number, mut message } in wanted {
            let n_before = message.header(REQUEUED).and_then(|count| count.parse::<u32>().ok()).unwrap_or(0);
            message.headers.insert(REQUEUED.to_owned(), (n_before + 1).to_string());
            message.headers.remove(GROUP);
            let failed = |error: goodevent_runtime::PublishError| KafkaError::Failed(error.to_string());
            publisher.publish(message).await.map_err(failed)?;
            let topic = dead_topic(&self.topic);
            let done = Message { topic, partition_key: Some(number), ..Message::default() };
            publisher.publish(done).await.map_err(failed)?;
            n_requeued += 1;
        }
        Ok(n_requeued)
    }
}

fn read(config: &Config, topic: &str, partitions: &[i32]) -> Result<Vec<DeadLetter>, KafkaError> {
    let failed = |error: ClientError| KafkaError::Unreachable(error.to_string());
    let reader = Connection::reader(config)?;
    let (mut all, mut nth) = (BTreeMap::new(), 0_u64);
    for partition in partitions {
        let (low, high) = reader.fetch_watermarks(topic, *partition, config.timeout).map_err(failed)?;
        if low == high {
            continue;
        }
        let mut offsets = TopicPartitionList::new();
        offsets.add_partition_offset(topic, *partition, Offset::Offset(low)).map_err(failed)?;
        reader.assign(&offsets).map_err(failed)?;
        read_until(&reader, high, config.timeout, |number, message| {
            nth += 1;
            match message {
                Some(message) => all.insert(number, (nth, message)),
                None => all.remove(&number),
            };
        })?;
    }
    let mut all: Vec<_> = all.into_iter().collect();
    all.sort_by_key(|(_, (nth, _))| *nth);
    Ok(all.into_iter().map(|(number, (_, message))| DeadLetter { number, message }).collect())
}

/// Reads a partition to its end; a key without a message is one that is done.
fn read_until(
    reader: &BaseConsumer,
    high: i64,
    timeout: Duration,
    mut note: impl FnMut(String, Option<Message>),
) -> Result<(), KafkaError> {
    loop {
        let record = match reader.poll(timeout) {
            None => return Err(KafkaError::Unreachable("the topic could not be read to its end".to_owned())),
            Some(record) => record.map_err(|error| KafkaError::Unreachable(error.to_string()))?,
        };
        let number = record.key().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
        let is_done = record.payload().is_none_or(<[u8]>::is_empty);
        note(number, (!is_done).then(|| restored(wire::message(&record))));
        if record.offset() + 1 >= high {
            return Ok(());
        }
    }
}

/// With the topic and the key that it had.
fn restored(mut message: Message) -> Message {
    message.partition_key = message.headers.remove(KEY);
    if let Some((topic, _)) = message.header(ORIGIN).and_then(|origin| origin.split_once(' ')) {
        message.topic = topic.to_owned();
    }
    message
}
