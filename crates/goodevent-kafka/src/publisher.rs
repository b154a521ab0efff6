//! Publishing to topics, whose brokers confirm each message.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task,
    time::Duration,
};

use goodevent_runtime::{BrokerError, Message, Publish, PublishError};
use rdkafka::{
    ClientContext,
    error::{KafkaError as ClientError, RDKafkaErrorCode},
    producer::{BaseRecord, DeliveryResult, Producer as _, ProducerContext, ThreadedProducer},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::{
    connection::{Config, Connection, invalid},
    refusals::Refusals,
    wire,
};

/// Publishes to topics; clones share their window.
///
/// The producer is idempotent: all replicas store a message once, in the order of the calls, even if it was sent twice.
#[derive(Clone)]
pub struct KafkaPublisher {
    shared: Arc<Shared>,
}

struct Shared {
    config: Config,
    refusals: Arc<Refusals>,
    /// Another one after an error that it does not survive.
    producer: Mutex<Arc<Producer>>,
    /// Whether that may have happened.
    is_suspect: AtomicBool,
    window: Arc<Semaphore>,
}

type Producer = ThreadedProducer<Deliveries>;

/// Tells what became of messages, and makes room for others.
struct Deliveries(Arc<Refusals>);

type Told = (oneshot::Sender<Result<(), ClientError>>, OwnedSemaphorePermit);

impl ClientContext for Deliveries {
    fn error(&self, error: ClientError, reason: &str) {
        tracing::warn!(%error, reason, "the connection has news");
        self.0.hear(&error, reason);
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = Box<Told>;

    fn delivery(&self, result: &DeliveryResult<'_>, told: Box<Told>) {
        let (sender, room) = *told;
        drop(room);
        // Who published may not want to know.
        let _ = sender.send(result.as_ref().map(drop).map_err(|(error, _)| error.clone()));
    }
}

impl fmt::Debug for KafkaPublisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaPublisher").field("brokers", &self.shared.config.brokers).finish_non_exhaustive()
    }
}

impl Connection {
    /// Creates a publisher.
    ///
    /// # Errors
    /// If the configuration is invalid.
    pub fn publisher(&self) -> Result<KafkaPublisher, BrokerError> {
        KafkaPublisher::new(&self.config)
    }
}

impl KafkaPublisher {
    pub(crate) fn new(config: &Config) -> Result<Self, BrokerError> {
        let refusals = Arc::default();
        let producer = Mutex::new(Arc::new(producer(config, &refusals).map_err(invalid)?));
        let window = Arc::new(Semaphore::new(config.window.max(1)));
        let (config, is_suspect) = (config.clone(), AtomicBool::new(false));
        Ok(Self { shared: Arc::new(Shared { config, refusals, producer, is_suspect, window }) })
    }
}

fn producer(config: &Config, refusals: &Arc<Refusals>) -> Result<Producer, ClientError> {
    let own = [
        ("enable.idempotence", "true".to_owned()),
        ("message.timeout.ms", config.timeout.as_millis().max(1).to_string()),
        // A topic that is not there is noticed by then.
        ("topic.metadata.propagation.max.ms", "1000".to_owned()),
        ("linger.ms", "2".to_owned()),
        // The window is what bounds it: the client counts a message until some time after it said that it is there, and
        // one that it has no room for waits for long.
        ("queue.buffering.max.messages", config.window.saturating_mul(2).clamp(10_000, 10_000_000).to_string()),
    ];
    config.client(&own).create_with_context(Deliveries(Arc::clone(refusals)))
}

impl Shared {
    fn producer(&self) -> Arc<Producer> {
        let mut current = self.producer.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_suspect.swap(false, Ordering::Relaxed)
            && let Some((code, why)) = current.client().fatal_error()
        {
            tracing::warn!(%code, why, "the producer starts anew");
            match producer(&self.config, &self.refusals) {
                Ok(next) => *current = Arc::new(next),
                Err(error) => tracing::error!(%error, "there is no other producer"),
            }
        }
        Arc::clone(&current)
    }

    /// Why a message is not there; the producer may have to be another one afterwards.
    fn why(&self, place: Place, error: &ClientError) -> PublishError {
        self.is_suspect.store(true, Ordering::Relaxed);
        match (why(place, error), self.refusals.latest()) {
            (PublishError::Unreachable(why), Some(refusal)) => PublishError::Unreachable(format!("{why}: {refusal}")),
            (why, _) => why,
        }
    }
}

/// Topic and routing key.
type Place = (String, String);

impl Publish for KafkaPublisher {
    type Confirmation = KafkaConfirmation;

    async fn send(&self, message: Message) -> Result<KafkaConfirmation, PublishError> {
        self.hand_over(message, true).await
    }
}

impl KafkaPublisher {
    /// Publishes a record without a value, after which compaction removes those of its key.
    pub(crate) async fn publish_removal(&self, topic: String, key: String) -> Result<(), PublishError> {
        let removal = Message { topic, partition_key: Some(key), ..Message::default() };
        self.hand_over(removal, false).await?.await
    }

    async fn hand_over(&self, message: Message, has_value: bool) -> Result<KafkaConfirmation, PublishError> {
        let headers = wire::headers(&message).map_err(PublishError::Refused)?;
        let (sender, told) = oneshot::channel();
        let window = Arc::clone(&self.shared.window);
        let Ok(room) = window.acquire_owned().await else {
            return Err(PublishError::Unreachable("the publisher has ended".to_owned()));
        };
        let mut record = BaseRecord::with_opaque_to(&message.topic, Box::new((sender, room)))
            .key(wire::key(&message))
            .headers(headers);
        record.payload = has_value.then_some(&message.body);
        loop {
            match self.shared.producer().send(record) {
                Ok(()) => break,
                Err((ClientError::MessageProduction(RDKafkaErrorCode::QueueFull), same)) => {
                    record = same;
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                Err((error, _)) => {
                    return Err(self.shared.why((message.topic.clone(), message.routing_key.clone()), &error));
                }
            }
        }
        let Message { topic, routing_key, .. } = message;
        Ok(KafkaConfirmation { told, place: (topic, routing_key), shared: Arc::clone(&self.shared) })
    }
}

fn why((topic, routing_key): Place, error: &ClientError) -> PublishError {
    use RDKafkaErrorCode as Code;
    match error.rdkafka_error_code() {
        Some(Code::UnknownTopic | Code::UnknownTopicOrPartition | Code::UnknownPartition | Code::InvalidTopic) => {
            PublishError::Unroutable { topic, routing_key }
        }
        Some(
            Code::MessageSizeTooLarge
            | Code::InvalidMessageSize
            | Code::InvalidRecord
            | Code::TopicAuthorizationFailed
            | Code::ClusterAuthorizationFailed
            | Code::SaslAuthenticationFailed,
        ) => PublishError::Refused(error.to_string()),
        _ => PublishError::Unreachable(error.to_string()),
    }
}

/// Resolves when the brokers have confirmed a message.
pub struct KafkaConfirmation {
    told: oneshot::Receiver<Result<(), ClientError>>,
    place: Place,
    shared: Arc<Shared>,
}

impl Future for KafkaConfirmation {
    type Output = Result<(), PublishError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> task::Poll<Self::Output> {
        let told = task::ready!(Pin::new(&mut self.told).poll(cx));
        task::Poll::Ready(match told {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.shared.why(self.place.clone(), &error)),
            Err(_) => Err(PublishError::Unreachable("the producer has ended".to_owned())),
        })
    }
}

impl fmt::Debug for KafkaConfirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaConfirmation").field("place", &self.place).finish_non_exhaustive()
    }
}
