//! Transactional outbox and idempotent inbox: the *outbox* stores an event in the transaction of the business change, and a
//! [`Relay`] publishes it afterwards, with retries; the *inbox* deduplicates messages that are delivered at least once.
//!
//! Both are tables in the service's own database: see the features `sqlite` and `postgres` of this crate.

#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "sqlite")]
pub mod sqlite;

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    fmt,
    future::Future,
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use goodevent::{Contract, Json};
use tokio::{sync::Notify, time::Instant};

use crate::{
    broker::{Publish, PublishError},
    failure::{Place, Retry},
    message::Message,
    observe::{self, Published},
    shutdown::Shutdown,
};

/// A message in an outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Number of the message, which determines the order.
    pub number: i64,
    /// The message.
    pub message: Message,
    /// Number of rejections by the broker.
    pub attempts: u32,
}

/// A message that the broker rejected too often. Later messages of its key wait for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// The message.
    pub stored: Stored,
    /// Last reason of the broker.
    pub why: String,
}

/// A failure of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError(pub String);

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot access the outbox: {}", self.0)
    }
}

impl std::error::Error for StoreError {}

/// The reading side of an outbox.
pub trait Store: Send + 'static {
    /// Returns the oldest messages to publish, at most `limit`, in order; none whose key has a stuck message.
    ///
    /// # Errors
    /// If the database does not answer.
    fn pending(&mut self, limit: usize) -> impl Future<Output = Result<Vec<Stored>, StoreError>> + Send;

    /// Deletes messages that the broker has confirmed.
    ///
    /// # Errors
    /// If the database does not answer; the messages are published again.
    fn sent(&mut self, numbers: Vec<i64>) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Records that the broker rejected a message, for good if `is_stuck`.
    ///
    /// # Errors
    /// If the database does not answer.
    fn refused(
        &mut self,
        number: i64,
        why: String,
        is_stuck: bool,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// Messages to read at once, in windows, so that those of a key follow one another without a query between.
const N_FETCHED: usize = 5;

/// Result of publishing the oldest messages.
enum Round {
    /// Nothing: there are none, or all wait for their next attempt.
    Idle,
    /// The broker answered.
    Published,
    /// The broker did not answer.
    Unreachable,
}

/// Publishes the messages of an outbox, in the order of each key.
#[derive(Debug)]
pub struct Relay<S, P> {
    store: S,
    transport: P,
    retry: Retry,
    window: usize,
    interval: Duration,
    wake: Arc<Notify>,
    published: Published,
    contracts: Vec<Contract>,
    /// Messages that the broker has confirmed, and the database still has.
    confirmed: Vec<i64>,
    /// Messages that the broker rejected, and when they are published again.
    deferred: HashMap<i64, Instant>,
}

impl<S: Store, P: Publish> Relay<S, P> {
    /// Creates a relay from `store` to `transport`.
    pub fn new(store: S, transport: P) -> Self {
        Self {
            store,
            transport,
            retry: Retry { max_attempts: 10, place: Place::Here, ..Retry::default() },
            window: 100,
            interval: Duration::from_millis(100),
            wake: Arc::default(),
            published: Published::default(),
            contracts: Vec::new(),
            confirmed: Vec::new(),
            deferred: HashMap::new(),
        }
    }

    /// Compares the frequencies of published events with these contracts: see [`observe`].
    #[must_use]
    pub fn contracts<'c>(self, contracts: impl IntoIterator<Item = &'c Contract>) -> Self {
        Self { contracts: contracts.into_iter().copied().collect(), ..self }
    }

    /// Sets the number of attempts until a rejected message is stuck, and the delays between them, in which other keys continue.
    /// Default: ten attempts within about two minutes, so that a missing route or a full queue can be fixed meanwhile. The
    /// delays are also those for an unreachable broker or database, which the relay asks without limit.
    #[must_use]
    pub fn retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }

    /// Sets the number of unconfirmed messages, at most one per key. Default: 100.
    #[must_use]
    pub fn window(self, window: usize) -> Self {
        Self { window: window.max(1), ..self }
    }

    /// Sets the polling interval of the database. Default: 100 ms.
    #[must_use]
    pub fn interval(self, interval: Duration) -> Self {
        Self { interval, ..self }
    }

    /// Wakes the relay before its interval: notify it after the commit of a transaction.
    #[must_use]
    pub fn wake(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }

    /// Publishes until `stop` is triggered, and then waits for open confirmations, for at most [`Shutdown::within`]. A broker or a database that does not answer is
    /// asked again, after a delay that grows; only `stop` ends the relay.
    ///
    /// # Cancel safety
    /// If the future is dropped, no message is lost; messages that were on their way are published again by the next relay.
    pub async fn run(mut self, stop: Shutdown) {
        let mut n_failed = 0;
        loop {
            // Until it answers, which may be when another relay ends.
            let pending = tokio::select! {
                () = stop.triggered() => break,
                pending = self.pending() => pending,
            };
            let too_late = async {
                stop.triggered().await;
                tokio::time::sleep(stop.limit()).await;
            };
            let published = match pending {
                Ok(pending) => tokio::select! {
                    published = self.publish(pending) => published,
                    () = too_late => break,
                },
                Err(error) => Err(error),
            };
            if let Err(error) = &published {
                tracing::warn!(%error, "the relay waits for the database");
            }
            n_failed = if matches!(published, Ok(Round::Published | Round::Idle)) { 0 } else { n_failed + 1 };
            let pause = match published {
                Ok(Round::Published) => continue,
                Ok(Round::Idle) => self.interval,
                Ok(Round::Unreachable) | Err(_) => self.retry.pause(n_failed),
            };
            tokio::select! {
                () = stop.triggered() => break,
                () = self.wake.notified(), if n_failed == 0 => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        // Otherwise the next relay publishes them again.
        let _ = tokio::time::timeout(stop.limit(), self.forget_confirmed()).await;
    }

    async fn pending(&mut self) -> Result<Vec<Stored>, StoreError> {
        self.forget_confirmed().await?;
        self.store.pending(self.window.saturating_mul(N_FETCHED)).await
    }

    async fn forget_confirmed(&mut self) -> Result<(), StoreError> {
        if !self.confirmed.is_empty() {
            self.store.sent(self.confirmed.clone()).await?;
            self.confirmed.clear();
        }
        Ok(())
    }

    /// Publishes messages, those of a key one after the other.
    async fn publish(&mut self, pending: Vec<Stored>) -> Result<Round, StoreError> {
        let now = Instant::now();
        self.deferred.retain(|_, until| *until > now);
        let deferred = &self.deferred;
        // A key whose first message waits for its next attempt waits with it.
        let queues = by_key(pending).into_iter();
        let mut queues = queues.filter(|queue| queue.front().is_some_and(|own| !deferred.contains_key(&own.number)));
        let (transport, published, contracts) = (&self.transport, &self.published, &self.contracts);
        let publish_first = |mut queue: VecDeque<Stored>| async move {
            let first = queue.pop_front()?;
            let contract = |event: &str| contracts.iter().find(|contract| contract.event_type == event);
            let sent = published.find(&first.message.event_type, contract);
            let outcome = match observe::send(transport, sent, first.message.clone()).await {
                Ok(confirmation) => confirmation.await,
                Err(error) => Err(error),
            };
            Some((first, queue, outcome))
        };
        let mut on_their_way: FuturesUnordered<_> = queues.by_ref().take(self.window).map(publish_first).collect();
        if on_their_way.is_empty() {
            return Ok(Round::Idle);
        }
        let (mut is_reached, mut refused, mut put_off) = (true, Ok(()), Vec::new());
        while let Some(ended) = on_their_way.next().await {
            let Some((stored, rest, outcome)) = ended else { continue };
            let mut next = None;
            match outcome {
                Ok(()) => {
                    self.confirmed.push(stored.number);
                    next = Some(rest).filter(|rest| !rest.is_empty());
                }
                Err(PublishError::Unreachable(why)) => {
                    tracing::warn!(why, "the relay waits for the broker");
                    is_reached = false;
                }
                Err(error) => {
                    let is_stuck = stored.attempts + 1 >= self.retry.max_attempts;
                    tracing::error!(number = stored.number, event = stored.message.event_type, %error, is_stuck, "not relayed");
                    if !is_stuck {
                        put_off.push((stored.number, Instant::now() + self.retry.pause(stored.attempts + 1)));
                    }
                    let noted = self.store.refused(stored.number, error.to_string(), is_stuck).await;
                    refused = refused.and(noted);
                }
            }
            if is_reached && refused.is_ok() {
                on_their_way.extend(next.or_else(|| queues.next()).map(publish_first));
            }
        }
        drop(queues);
        drop(on_their_way);
        self.deferred.extend(put_off);
        refused?;
        self.forget_confirmed().await?;
        Ok(if is_reached { Round::Published } else { Round::Unreachable })
    }
}

/// The messages of each key in their order. A message without a key is alone.
fn by_key(pending: Vec<Stored>) -> Vec<VecDeque<Stored>> {
    let mut queues: Vec<VecDeque<Stored>> = Vec::new();
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    for stored in pending {
        let key = stored.message.partition_key.clone().map(|key| (stored.message.topic.clone(), key));
        let place = key.map_or(queues.len(), |key| *places.entry(key).or_insert(queues.len()));
        match queues.get_mut(place) {
            Some(queue) => queue.push_back(stored),
            None => queues.push(VecDeque::from([stored])),
        }
    }
    queues
}

/// Headers as a text, for a column.
#[cfg_attr(not(any(feature = "postgres", feature = "sqlite")), expect(dead_code, reason = "for databases"))]
fn text_of(headers: &BTreeMap<String, String>) -> String {
    let members = headers.iter().map(|(name, value)| (name.clone(), Json::String(value.clone())));
    Json::Object(members.collect()).to_text()
}

#[cfg_attr(not(any(feature = "postgres", feature = "sqlite")), expect(dead_code, reason = "for databases"))]
fn headers_of(text: &str) -> BTreeMap<String, String> {
    let Some(Json::Object(members)) = Json::parse(text.as_bytes()) else { return BTreeMap::new() };
    let texts = members.into_iter().filter_map(|(name, value)| match value {
        Json::String(value) => Some((name, value)),
        _ => None,
    });
    texts.collect()
}
