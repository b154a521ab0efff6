//! Consuming the topics of a consumer group.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::FutureExt as _;
use goodevent_runtime::{
    Backoff, BrokerError, BrokerErrorKind, Message, Publish as _, Received, Refusal, Settle, Source,
    copy_then_acknowledge,
};
use rdkafka::{
    ClientContext, Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance, StreamConsumer},
    error::{KafkaError as ClientError, RDKafkaErrorCode},
};
use tokio::{sync::Notify, time::Instant};

use crate::{
    closing::Closing,
    connection::{Config, Connection, invalid},
    dead_letters,
    publisher::KafkaPublisher,
    refusals::{Refusals, is_refusal},
    tracker::{Done, Place, Tracker},
    wire,
};

/// Delay before a dropped message is redelivered.
const PAUSE: Duration = Duration::from_secs(1);
/// While messages come one after the other, it is told after so many how far they are settled.
const N_UNTOLD: usize = 64;

/// Consumes topics as a member of a consumer group.
///
/// It commits the offset below the first unsettled message, about once a second and when it ends. Messages handled beyond
/// the committed offset are redelivered after a crash or a shutdown; the inbox deduplicates them.
/// Kafka counts no attempts and has no delays: retries wait, and are counted, in the source.
pub struct KafkaSource {
    desk: Arc<Desk>,
    backoff: Backoff,
}

/// What a source and its receipts have in common.
struct Desk {
    consumer: Closing<StreamConsumer<Hooks>>,
    /// For dead letters.
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
    refusals: Refusals,
}

#[derive(Default)]
struct State {
    tracker: Tracker,
    /// Messages that were settled since the client was told how far its partitions are.
    n_untold: usize,
    /// Whether the source waits, so that nobody else tells.
    is_waiting: bool,
    /// What comes again, with the time from which on.
    again: VecDeque<(Instant, Held)>,
}

/// A message that is ours until it is settled.
struct Held {
    message: Arc<Message>,
    place: Arc<Place>,
    offset: i64,
    term: u64,
    attempt: u32,
}

impl State {
    /// Tells the client how far all partitions are. Under the lock, so that what is stored later is what is further.
    fn tell(&mut self, consumer: &impl Consumer<Hooks>) -> Result<(), ClientError> {
        self.n_untold = 0;
        let mut offsets = TopicPartitionList::new();
        for (place, below) in self.tracker.tell() {
            offsets.add_partition_offset(&place.0, place.1, Offset::Offset(below))?;
        }
        if offsets.count() == 0 { Ok(()) } else { consumer.store_offsets(&offsets) }
    }
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
        self.0.refusals.hear(&error, reason);
    }
}

impl ConsumerContext for Hooks {
    fn pre_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Revoke(partitions) = rebalance {
            let mut state = self.0.state();
            // What is stored now is committed before the partitions go.
            if let Err(error) = state.tell(consumer) {
                tracing::warn!(%error, "some messages will be redelivered");
            }
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

impl Connection {
    /// Creates a source of topics for a consumer group.
    ///
    /// # Errors
    /// If the configuration is invalid.
    pub fn source(&self, group: &str, topics: &[&str]) -> Result<KafkaSource, BrokerError> {
        KafkaSource::new(&self.config, group, topics)
    }
}

impl KafkaSource {
    pub(crate) fn new(config: &Config, group: &str, topics: &[&str]) -> Result<Self, BrokerError> {
        let shared = Arc::<Shared>::default();
        let consumer: StreamConsumer<Hooks> =
            settings(config, group).create_with_context(Hooks(Arc::clone(&shared))).map_err(invalid)?;
        consumer.subscribe(topics).map_err(invalid)?;
        let consumer = Closing::new(consumer, config.timeout);
        let publisher = KafkaPublisher::new(config)?;
        let (group, max_open) = (group.to_owned(), config.prefetch.max(1));
        let desk = Arc::new(Desk { consumer, publisher, group, max_open, shared });
        Ok(Self { desk, backoff: Backoff::default() })
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
        ("queued.min.messages", config.prefetch.clamp(1, 10_000_000).to_string()),
        ("queued.max.messages.kbytes", "16384".to_owned()),
        // By default it is a second, in which all that is here is handled and nothing comes.
        ("fetch.queue.backoff.ms", "10".to_owned()),
    ])
}

/// What to do next.
enum Step {
    HandOut(Held),
    /// The source has room for more messages.
    Ask {
        until: Option<Instant>,
    },
    /// The limit of open messages is reached.
    Wait {
        until: Option<Instant>,
    },
}

impl Desk {
    fn step(&self) -> Step {
        let mut state = self.shared.state();
        let State { tracker, again, .. } = &mut *state;
        again.retain(|(_, held)| tracker.is_ours(&held.place, held.term));
        let now = (!again.is_empty()).then(Instant::now);
        if let Some(due) = again.iter().position(|(at, _)| Some(*at) <= now)
            && let Some((_, held)) = again.remove(due)
        {
            return Step::HandOut(held);
        }
        let until = again.iter().map(|(at, _)| *at).min();
        if tracker.n_open() < self.max_open { Step::Ask { until } } else { Step::Wait { until } }
    }

    fn hand_out(self: &Arc<Self>, held: Held) -> Received<KafkaReceipt> {
        let (message, attempt) = (Arc::clone(&held.message), held.attempt);
        Received { message, attempt, receipt: KafkaReceipt { desk: Arc::clone(self), held: Some(held) } }
    }

    /// Is done with a message, and tells how far its partition is, now or with others.
    fn settle(&self, held: &Held) -> Result<(), BrokerError> {
        let mut state = self.shared.state();
        let was_full = state.tracker.n_open() >= self.max_open;
        let told = match state.tracker.settle(&held.place, held.term, held.offset) {
            Some(Done::Further) => {
                state.n_untold += 1;
                if state.is_waiting || state.n_untold >= N_UNTOLD { state.tell(&*self.consumer) } else { Ok(()) }
                    .map_err(|error| BrokerError::failed("the offset cannot be stored").caused_by(error))
            }
            Some(Done::AsBefore) => Ok(()),
            None => {
                let (topic, partition) = &*held.place;
                Err(BrokerError::missing(format!("partition {partition} of `{topic}`, which another consumer has now")))
            }
        };
        drop(state);
        // Else nobody waits for room.
        if was_full {
            self.shared.changed.notify_one();
        }
        told
    }

    /// Tells how far all is, and that from now on each settlement tells.
    fn waits(&self) {
        let mut state = self.shared.state();
        state.is_waiting = true;
        if state.n_untold > 0
            && let Err(error) = state.tell(&*self.consumer)
        {
            tracing::warn!(%error, "some messages will be redelivered");
        }
    }

    fn again(&self, held: Held, after: Duration) {
        self.shared.state().again.push_back((Instant::now() + after, held));
        self.shared.changed.notify_one();
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // The client commits what it was told when it ends.
        self.waits();
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

    async fn next(&mut self) -> Result<Option<Received<KafkaReceipt>>, BrokerError> {
        let Self { desk, backoff } = self;
        loop {
            let changed = desk.shared.changed.notified();
            let until = match desk.step() {
                Step::HandOut(held) => return Ok(Some(desk.hand_out(held))),
                Step::Wait { until } => {
                    desk.waits();
                    tokio::select! { () = changed => {}, () = at(until) => {} }
                    continue;
                }
                Step::Ask { until } => until,
            };
            let record = match desk.consumer.recv().now_or_never() {
                Some(record) => record,
                None => {
                    desk.waits();
                    tokio::select! {
                        biased;
                        () = at(until) => continue,
                        record = desk.consumer.recv() => record,
                        () = changed => continue,
                    }
                }
            };
            match record {
                Ok(record) => {
                    backoff.reset();
                    let offset = record.offset();
                    let mut state = desk.shared.state();
                    state.is_waiting = false;
                    let taken = state.tracker.take(record.topic(), record.partition(), offset);
                    drop(state);
                    let Some((place, term)) = taken else { continue };
                    let message = Arc::new(wire::message(&record));
                    return Ok(Some(desk.hand_out(Held { message, place, offset, term, attempt: 1 })));
                }
                Err(error) if is_lasting(&error) => {
                    return Err(lasting(error, desk.shared.refusals.latest()));
                }
                Err(error) => {
                    let delay = backoff.next_delay();
                    tracing::warn!(%error, ?delay, "asking for messages again");
                    tokio::time::sleep(delay).await;
                }
            }
        }
    }
}

/// The error of a source that cannot deliver any more, with the last reason of a rejected login.
pub(crate) fn lasting(error: ClientError, refusal: Option<String>) -> BrokerError {
    use RDKafkaErrorCode as Code;
    let kind = match error.rdkafka_error_code() {
        Some(Code::UnknownTopic | Code::UnknownTopicOrPartition) => BrokerErrorKind::Missing,
        Some(Code::Fatal) => BrokerErrorKind::Failed,
        _ => BrokerErrorKind::Refused,
    };
    BrokerError::new(kind, refusal.unwrap_or_default()).caused_by(error)
}

pub(crate) fn is_lasting(error: &ClientError) -> bool {
    use RDKafkaErrorCode as Code;
    let lasts = matches!(
        error.rdkafka_error_code(),
        Some(
            Code::UnknownTopic
                | Code::UnknownTopicOrPartition
                | Code::TopicAuthorizationFailed
                | Code::GroupAuthorizationFailed
                | Code::Fatal
        )
    );
    lasts || is_refusal(error)
}

/// Settles a message. A dropped message is redelivered after a second.
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
    async fn ack(mut self) -> Result<(), BrokerError> {
        self.held.take().map_or(Ok(()), |held| self.desk.settle(&held))
    }

    async fn release(mut self) -> Result<(), BrokerError> {
        if let Some(held) = self.held.take() {
            self.desk.again(held, Duration::ZERO);
        }
        Ok(())
    }

    async fn retry(mut self, _: &Message, after: Duration, attempt: u32) -> Result<(), BrokerError> {
        if let Some(held) = self.held.take() {
            self.desk.again(Held { attempt, ..held }, after);
        }
        Ok(())
    }

    async fn dead_letter(self, message: &Message, why: &Refusal) -> Result<(), BrokerError> {
        let Some(held) = &self.held else { return Ok(()) };
        let copy = dead_letters::copy(message, why, &self.desk.group, &held.place, held.offset);
        let publisher = self.desk.publisher.clone();
        copy_then_acknowledge(self, async move { publisher.publish(copy).await }, Settle::ack).await
    }
}
