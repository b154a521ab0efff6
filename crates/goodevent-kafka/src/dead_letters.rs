//! Dead letters: in a separate topic beside the original one.
//!
//! A record cannot be removed from a topic. Each dead letter therefore has a unique key, and requeuing writes a record with that
//! key and without a value, which also lets compaction remove the dead letter. A dead letter whose body is empty has a value,
//! and a reason in its headers.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use goodevent_runtime::{
    BrokerError, DeadLetter, DeadLetters, Message, Publish as _, Refusal,
    headers::{GROUP, KEY, ORIGIN, REASON},
};
use rdkafka::{
    Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer as _, DefaultConsumerContext},
    error::KafkaError as ClientError,
};

use crate::{
    connection::{Config, Connection, Queue, blocking},
    publisher::KafkaPublisher,
    tracker::Place,
    wire,
};

/// Topic of the dead letters of a topic.
pub(crate) fn dead_topic(topic: &str) -> String {
    format!("{topic}.dead")
}

/// The copy of a message that becomes a dead letter; the same message makes the same copy.
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

/// Dead letters of topics that are being read: those that existed at opening.
#[derive(Debug)]
pub struct KafkaDeadLetters {
    dead_letters: VecDeque<DeadLetter<KafkaDeadLetterReceipt>>,
    publisher: KafkaPublisher,
}

/// Topic of a dead letter, and its key there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KafkaDeadLetterReceipt {
    topic: String,
    key: String,
}

impl Connection {
    /// Opens the dead letters of topics, of one group or of all.
    ///
    /// # Errors
    /// If the brokers do not answer, or a topic of dead letters is missing.
    pub async fn dead_letters(&self, queue: &Queue) -> Result<KafkaDeadLetters, BrokerError> {
        KafkaDeadLetters::open(self, queue).await
    }
}

impl KafkaDeadLetters {
    pub(crate) async fn open(connection: &Connection, queue: &Queue) -> Result<Self, BrokerError> {
        let publisher = KafkaPublisher::new(&connection.config)?;
        let mut dead_letters = VecDeque::new();
        for topic in &queue.topics {
            let (config, topic) = (connection.config.clone(), dead_topic(topic));
            let metadata = connection.metadata(Some(&topic)).await?;
            let partitions: Vec<i32> = metadata
                .topics()
                .iter()
                .filter(|own| own.error().is_none())
                .flat_map(|own| own.partitions().iter().map(|partition| partition.id()))
                .collect();
            if partitions.is_empty() {
                return Err(BrokerError::missing(format!("topic `{topic}`")));
            }
            dead_letters.extend(blocking(move || read(&config, &topic, &partitions)).await?);
        }
        if let Some(group) = &queue.group {
            dead_letters.retain(|dead_letter| dead_letter.message.header(GROUP) == Some(group));
        }
        Ok(Self { dead_letters, publisher })
    }
}

impl DeadLetters for KafkaDeadLetters {
    type Receipt = KafkaDeadLetterReceipt;

    fn n_left(&self) -> Option<u64> {
        Some(self.dead_letters.len() as u64)
    }

    async fn next(&mut self) -> Result<Option<DeadLetter<KafkaDeadLetterReceipt>>, BrokerError> {
        Ok(self.dead_letters.pop_front())
    }

    /// Publishes it to its topic again, for all groups. The inbox of a group that already handled it deduplicates it.
    async fn publish_copy(&mut self, mut message: Message, _: &KafkaDeadLetterReceipt) -> Result<(), BrokerError> {
        message.headers.remove(GROUP);
        Ok(self.publisher.publish(message).await?)
    }

    async fn remove(
        &mut self,
        KafkaDeadLetterReceipt { topic, key }: KafkaDeadLetterReceipt,
    ) -> Result<(), BrokerError> {
        Ok(self.publisher.publish_removal(topic, key).await?)
    }

    async fn close(self) {}
}

fn read(
    config: &Config,
    topic: &str,
    partitions: &[i32],
) -> Result<Vec<DeadLetter<KafkaDeadLetterReceipt>>, BrokerError> {
    let failed = |error: ClientError| BrokerError::unreachable(format!("topic `{topic}`")).caused_by(error);
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
    let receipt = |key| KafkaDeadLetterReceipt { topic: topic.to_owned(), key };
    Ok(all.into_iter().map(|(key, (_, message))| DeadLetter { message, receipt: receipt(key) }).collect())
}

/// Reads a partition to its end; a key without a message is one that is done.
fn read_until(
    reader: &BaseConsumer,
    high: i64,
    timeout: Duration,
    mut note: impl FnMut(String, Option<Message>),
) -> Result<(), BrokerError> {
    const UNFINISHED: &str = "the topic cannot be read to its end";
    loop {
        let record = match reader.poll(timeout) {
            None => return Err(BrokerError::unreachable(UNFINISHED)),
            Some(record) => record.map_err(|error| BrokerError::unreachable(UNFINISHED).caused_by(error))?,
        };
        let number = record.key().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
        let message = wire::message(&record);
        // Version 0.1.0 wrote removals with an empty value.
        let is_done = message.body.is_empty() && message.header(REASON).is_none();
        note(number, (!is_done).then(|| restored(message)));
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
