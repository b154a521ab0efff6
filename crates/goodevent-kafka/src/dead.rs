//! Dead letters: in a separate topic beside the original one.
//!
//! A record cannot be removed from a topic. Each dead letter therefore has a unique key, and requeuing writes an empty record
//! with that key, which also lets compaction remove the dead letter.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use goodevent_runtime::{
    Letter, Letters, Message, Publish as _, Refusal,
    refusal::{ORIGIN, take_again},
};
use rdkafka::{
    Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer as _, DefaultConsumerContext},
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
/// Header of the consumer group that dead-lettered a message.
pub const GROUP: &str = "goodevent-group";

/// Where what comes from a topic is laid aside.
pub(crate) fn dead_topic(topic: &str) -> String {
    format!("{topic}.dead")
}

/// The copy of a message that is laid aside; the same one makes the same copy.
pub(crate) fn copy(message: &Message, why: &Refusal, group: &str, place: &Place, offset: i64) -> Message {
    let mut message = why.marked(message);
    message.headers.insert(GROUP.to_owned(), group.to_owned());
    let number = format!("{group}/{}/{}/{offset}", place.0, place.1);
    if let Some(key) = message.partition_key.replace(number) {
        message.headers.insert(KEY.to_owned(), key);
    }
    message.topic = dead_topic(&place.0);
    message
}

/// Dead letters of a topic, of all groups.
#[derive(Debug, Clone)]
pub struct DeadLetters {
    connection: Connection,
    topic: String,
}

impl Connection {
    /// Dead letters of a topic.
    #[must_use]
    pub fn dead_letters(&self, topic: &str) -> DeadLetters {
        DeadLetters::new(self.clone(), topic)
    }
}

impl DeadLetters {
    pub(crate) fn new(connection: Connection, topic: &str) -> Self {
        Self { connection, topic: topic.to_owned() }
    }

    /// Returns all dead letters, from the oldest on.
    ///
    /// # Errors
    /// If the brokers do not answer, or the topic of dead letters is missing.
    pub async fn list(&self) -> Result<Vec<Letter<String>>, KafkaError> {
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

    /// Publishes the dead letters that `is_wanted` selects to their topic again, for all of its groups, and returns their
    /// number. The inbox of a group that already handled one deduplicates it.
    ///
    /// # Errors
    /// If the brokers do not answer, or reject them.
    pub async fn requeue(&self, is_wanted: impl FnMut(&Message) -> bool + Send) -> Result<usize, KafkaError> {
        self.open().await?.requeue_if(is_wanted).await
    }

    /// Opens the dead letters, to read them one after the other.
    ///
    /// # Errors
    /// If the brokers do not answer, or the topic of dead letters is missing.
    pub async fn open(&self) -> Result<KafkaLetters, KafkaError> {
        let publisher = KafkaPublisher::new(&self.connection.config)?;
        Ok(KafkaLetters { topic: self.topic.clone(), letters: self.list().await?.into(), publisher })
    }
}

/// Dead letters that are being read: those that existed at opening.
#[derive(Debug)]
pub struct KafkaLetters {
    topic: String,
    letters: VecDeque<Letter<String>>,
    publisher: KafkaPublisher,
}

impl Letters for KafkaLetters {
    /// What it is known by in the topic.
    type Ticket = String;
    type Error = KafkaError;

    fn n_left(&self) -> Option<u64> {
        Some(self.letters.len() as u64)
    }

    async fn next(&mut self) -> Result<Option<Letter<String>>, KafkaError> {
        Ok(self.letters.pop_front())
    }

    async fn requeue(&mut self, Letter { mut message, ticket: number }: Letter<String>) -> Result<(), KafkaError> {
        take_again(&mut message);
        message.headers.remove(GROUP);
        let failed = |error: goodevent_runtime::PublishError| KafkaError::Failed(error.to_string());
        self.publisher.publish(message).await.map_err(failed)?;
        let done = Message { topic: dead_topic(&self.topic), partition_key: Some(number), ..Message::default() };
        self.publisher.publish(done).await.map_err(failed)
    }

    async fn close(self) {}
}

fn read(config: &Config, topic: &str, partitions: &[i32]) -> Result<Vec<Letter<String>>, KafkaError> {
    let failed = |error: ClientError| KafkaError::Unreachable(error.to_string());
    let reader = Connection::reader(config, DefaultConsumerContext)?;
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
    Ok(all.into_iter().map(|(number, (_, message))| Letter { message, ticket: number }).collect())
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
