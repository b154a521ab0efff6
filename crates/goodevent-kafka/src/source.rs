//! From the topics of a consumer group.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use goodevent_runtime::{Message, Publish as _, Received, Refusal, Settle, SettleError, Source, SourceError};
use rdkafka::{
    ClientContext, Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance, StreamConsumer},
    error::{KafkaError as ClientError, RDKafkaErrorCode},
};
use tokio::{sync::Notify, time::Instant};

use crate::{
    connection::{Config, Connection, KafkaError},
    dead,
    publisher::KafkaPublisher,
    tracker::{Done, Place, Tracker},
    wire,
};

/// How long to wait before brokers that did not answer are asked again, and before what was dropped comes again.
const PAUSE: Duration = Duration::from_secs(1);

/// What comes to a consumer group from topics.
///
/// Committed is what lies below the first message that is not settled, about once a second and when the source ends. What
/// was handled behind it comes again after a crash or a stop; the inbox knows it.
/// Kafka counts no attempts and has no delays: messages that shall be tried again wait here, and are counted here.
pub struct KafkaSource {
    desk: Arc<Desk>,
}

/// What a source and its receipts have in common.
struct Desk {
    consumer: StreamConsumer<Hooks>,
    /// For what is laid aside.
    publisher: KafkaPublisher,
    group: String,
    max_open: usize,
    shared: Arc<Shared>,
}

/// What the hooks of the client know as well.
#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    tracker: Tracker,
    /// What comes again, with the time from which on.
    again: VecDeque<(Instant, Held)>,
}

/// A message that is ours until it is settled.
#[derive(Clone)]
struct Held {
    message: Message,
    place: Place,
    offset: i64,
    term: u64,
    attempt: u32,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hears which partitions come and go.
struct Hooks(Arc<Shared>);

impl ClientContext for Hooks {
    fn error(&self, error: ClientError, reason: &str) {
        tracing::warn!(%error, reason, "the connection has news");
    }
}

impl ConsumerContext for Hooks {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Revoke(partitions) = rebalance {
            let mut state = self.0.state();
            for ((topic, partition), _) in partitions.to_topic_map() {
                state.tracker.forget(&(topic, partition));
            }
        }
    }
}

impl fmt::Debug for KafkaSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaSource").field("group", &self.desk.group).finish_non_exhaustive()
    }
}

impl KafkaSource {
    pub(crate) fn new(connection: Connection, group: &str, topics: &[&str]) -> Result<Self, KafkaError> {
        let config = &connection.config;
        let shared = Arc::<Shared>::default();
        let consumer: StreamConsumer<Hooks> =
            settings(config, group).create_with_context(Hooks(Arc::clone(&shared))).map_err(KafkaError::config)?;
        consumer.subscribe(topics).map_err(KafkaError::config)?;
        let publisher = KafkaPublisher::new(config)?;
        let (group, max_open) = (group.to_owned(), config.max_open.max(1));
        Ok(Self { desk: Arc::new(Desk { consumer, publisher, group, max_open, shared }) })
    }
}

fn settings(config: &Config, group: &str) -> rdkafka::ClientConfig {
    config.client(&[
        ("group.id", group.to_owned()),
        // What is stored is committed; we store what is settled.
        ("enable.auto.commit", "true".to_owned()),
        ("auto.commit.interval.ms", "1000".to_owned()),
        ("enable.auto.offset.store", "false".to_owned()),
        ("auto.offset.reset", "earliest".to_owned()),
        ("partition.assignment.strategy", "cooperative-sticky".to_owned()),
        ("max.poll.interval.ms", config.patience.as_millis().clamp(6_000, 86_400_000).to_string()),
        ("session.timeout.ms", "6000".to_owned()),
        ("queued.min.messages", config.max_open.clamp(1, 10_000_000).to_string()),
        ("queued.max.messages.kbytes", "16384".to_owned()),
        // By default it is a second, in which all that is here is handled and nothing comes.
        ("fetch.queue.backoff.ms", "10".to_owned()),
    ])
}

/// What to do next.
enum Step {
    HandOut(Box<Held>),
    /// There is room for more.
    Ask {
        until: Option<Instant>,
    },
    /// All that may be open is.
    Wait {
        until: Option<Instant>,
    },
}

impl Desk {
    fn step(&self) -> Step {
        let mut state = self.shared.state();
        let State { tracker, again } = &mut *state;
        again.retain(|(_, held)| tracker.is_ours(&held.place, held.term));
        let now = Instant::now();
        if let Some(due) = again.iter().position(|(at, _)| *at <= now)
            && let Some((_, held)) = again.remove(due)
        {
            return Step::HandOut(Box::new(held));
        }
        let until = again.iter().map(|(at, _)| *at).min();
        if tracker.n_open() < self.max_open { Step::Ask { until } } else { Step::Wait { until } }
    }

    fn hand_out(self: &Arc<Self>, held: Held) -> Received<KafkaReceipt> {
        let (message, attempt) = (held.message.clone(), held.attempt);
        Received { message, attempt, receipt: KafkaReceipt { desk: Arc::clone(self), held: Some(held) } }
    }

    /// Is done with a message, and stores how far its partition is.
    fn settle(&self, held: &Held) -> Result<(), SettleError> {
        let mut state = self.shared.state();
        let was_full = state.tracker.n_open() >= self.max_open;
        let done = state.tracker.settle(&held.place, held.term, held.offset);
        let stored = match done {
            // Under the lock, so that what is stored later is what is further.
            Some(Done::Below(offset)) => self.store(&held.place, offset),
            Some(Done::AsBefore) => Ok(()),
            None => {
                let (topic, partition) = &held.place;
                Err(SettleError(format!("partition {partition} of `{topic}` is not ours any more")))
            }
        };
        drop(state);
        // Else nobody waits for room.
        if was_full {
            self.shared.changed.notify_one();
        }
        stored
    }

    fn store(&self, (topic, partition): &Place, offset: i64) -> Result<(), SettleError> {
        let mut offsets = TopicPartitionList::new();
        let stored = offsets
            .add_partition_offset(topic, *partition, Offset::Offset(offset))
            .and_then(|()| self.consumer.store_offsets(&offsets));
        stored.map_err(|error| SettleError(error.to_string()))
    }

    fn again(&self, held: Held, after: Duration) {
        self.shared.state().again.push_back((Instant::now() + after, held));
        self.shared.changed.notify_one();
    }
}

async fn at(until: Option<Instant>) {
    match until {
        Some(until) => tokio::time::sleep_until(until).await,
        None => std::future::pending().await,
    }
}

impl Source for KafkaSource {
    type Receipt = KafkaReceipt;

    async fn next(&mut self) -> Result<Option<Received<KafkaReceipt>>, SourceError> {
        let desk = &self.desk;
        loop {
            let changed = desk.shared.changed.notified();
            let until = match desk.step() {
                Step::HandOut(held) => return Ok(Some(desk.hand_out(*held))),
                Step::Wait { until } => {
                    tokio::select! { () = changed => {}, () = at(until) => {} }
                    continue;
                }
                Step::Ask { until } => until,
            };
            let record = tokio::select! {
                biased;
                () = at(until) => continue,
                record = desk.consumer.recv() => record,
                () = changed => continue,
            };
            match record {
                Ok(record) => {
                    let (topic, partition, offset) = (record.topic(), record.partition(), record.offset());
                    let term = desk.shared.state().tracker.take(topic, partition, offset);
                    let Some(term) = term else { continue };
                    let (place, message) = ((topic.to_owned(), partition), wire::message(&record));
                    return Ok(Some(desk.hand_out(Held { message, place, offset, term, attempt: 1 })));
                }
                Err(error) if is_lasting(&error) => return Err(SourceError(error.to_string())),
                Err(error) => {
                    tracing::warn!(%error, "asking for messages again");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}

pub(crate) fn is_lasting(error: &ClientError) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(
        error.rdkafka_error_code(),
        Some(
            Code::UnknownTopic
                | Code::UnknownTopicOrPartition
                | Code::TopicAuthorizationFailed
                | Code::GroupAuthorizationFailed
                | Code::SaslAuthenticationFailed
                | Code::Authentication
                | Code::Fatal
        )
    )
}

/// Settles a message. One that is dropped comes again after a second.
pub struct KafkaReceipt {
    desk: Arc<Desk>,
    held: Option<Held>,
}

impl fmt::Debug for KafkaReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.held.as_ref().map(|held| (&held.place, held.offset));
        f.debug_struct("KafkaReceipt").field("place", &place).finish_non_exhaustive()
    }
}

impl Drop for KafkaReceipt {
    fn drop(&mut self) {
        if let Some(held) = self.held.take() {
            self.desk.again(held, PAUSE);
        }
    }
}

impl Settle for KafkaReceipt {
    async fn ack(mut self) -> Result<(), SettleError> {
        self.held.take().map_or(Ok(()), |held| self.desk.settle(&held))
    }

    async fn release(mut self) -> Result<(), SettleError> {
        if let Some(held) = self.held.take() {
            self.desk.again(held, Duration::ZERO);
        }
        Ok(())
    }

    async fn retry(mut self, _: &Message, after: Duration, attempt: u32) -> Result<(), SettleError> {
        if let Some(held) = self.held.take() {
            self.desk.again(Held { attempt, ..held }, after);
        }
        Ok(())
    }

    async fn dead_letter(mut self, message: Message, why: &Refusal) -> Result<(), SettleError> {
        let Some(held) = &self.held else { return Ok(()) };
        let copy = dead::copy(message, why, &self.desk.group, &held.place, held.offset);
        let topic = copy.topic.clone();
        let no_copy = |error| SettleError(format!("no copy went to `{topic}`: {error}"));
        self.desk.publisher.publish(copy).await.map_err(no_copy)?;
        self.held.take().map_or(Ok(()), |held| self.desk.settle(&held))
    }
}
