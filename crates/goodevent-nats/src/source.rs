//! Consuming from an existing durable consumer.

use std::{
    collections::BTreeMap,
    fmt, mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use async_nats::{
    StatusCode, Subject,
    jetstream::{
        self, AckKind,
        consumer::{PullConsumer, pull},
    },
};
use futures_util::{FutureExt as _, StreamExt as _};
use goodevent_runtime::{Backoff, BrokerError, Message, Received, Refusal, Settle, Source, copy_then_acknowledge};
use tokio::task::unconstrained;

use crate::{answers::Answers, connection::Connection, dead_letters, wire};

/// The server shows that it is there this often; after two it did not, it is asked.
const HEARTBEAT: Duration = Duration::from_secs(2);
/// How long a server that starts may not know a consumer.
const RECOVERY: Duration = Duration::from_secs(5);
/// How long the server has to answer about a message of an earlier connection.
const STALE: Duration = Duration::from_millis(100);
/// How long a request and the answers to it are on their way.
const ON_ITS_WAY: Duration = Duration::from_millis(50);
const EXPIRES: Duration = Duration::from_secs(30);

/// Consumes from a durable consumer.
///
/// `attempt` is the delivery count of the server, which includes released and deferred deliveries. Until a message is
/// settled, the source sends in-progress acks; `ack_wait` of the consumer is therefore the time after which the messages
/// of a dead process are redelivered.
/// They are redelivered after newer messages: to preserve the order of a key beyond the death of a process, allow one open
/// message with `max_ack_pending`.
pub struct NatsSource {
    desk: Arc<Desk>,
    messages: Option<pull::Stream>,
    /// Messages that came and were not asked for any more.
    left: Vec<Subject>,
    /// Whether there were messages before.
    is_kept: bool,
    missing_since: Option<Instant>,
    backoff: Backoff,
}

impl fmt::Debug for NatsSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsSource").field("desk", &self.desk).finish_non_exhaustive()
    }
}

/// What a source and its receipts have in common.
#[derive(Debug)]
struct Desk {
    connection: Connection,
    stream: String,
    consumer: String,
    open: Mutex<Open>,
    answers: Answers,
}

/// Messages that are not settled yet, by the order in which they came.
#[derive(Debug, Default)]
struct Open {
    n_taken: u64,
    messages: BTreeMap<u64, (Subject, Instant)>,
}

impl Connection {
    /// Creates a source of a durable consumer of a stream.
    #[must_use]
    pub fn source(&self, stream: &str, consumer: &str) -> NatsSource {
        NatsSource::new(self.clone(), stream, consumer)
    }
}

impl NatsSource {
    pub(crate) fn new(connection: Connection, stream: &str, consumer: &str) -> Self {
        let open = Mutex::default();
        let answers = Answers::new(connection.client.clone());
        let desk = Desk { connection, stream: stream.to_owned(), consumer: consumer.to_owned(), open, answers };
        Self {
            desk: Arc::new(desk),
            messages: None,
            left: Vec::new(),
            is_kept: false,
            missing_since: None,
            backoff: Backoff::default(),
        }
    }

    /// Asks for messages.
    async fn bind(&mut self) -> Result<(), Trouble> {
        let consumer = self.desk.find().await?;
        let ack_wait = consumer.cached_info().config.ack_wait;
        let messages = consumer
            .stream()
            .max_messages_per_batch(self.desk.connection.config.prefetch.max(1))
            .expires(EXPIRES)
            .heartbeat(HEARTBEAT)
            .messages()
            .await
            .map_err(|error| Trouble::Temporary(BrokerError::unreachable("").caused_by(error)))?;
        self.messages = Some(messages);
        self.missing_since = None;
        if !self.is_kept {
            self.is_kept = true;
            tokio::spawn(keep(Arc::downgrade(&self.desk), (ack_wait / 3).max(Duration::from_millis(100))));
        }
        Ok(())
    }
}

/// Reason why no messages arrive.
enum Trouble {
    Temporary(BrokerError),
    Lasting(BrokerError),
    /// The consumer is missing; temporary if it existed before and the server has just started.
    Missing(BrokerError),
}

impl Desk {
    async fn find(&self) -> Result<PullConsumer, Trouble> {
        let Self { connection, stream, consumer, .. } = self;
        let found = connection.context.get_consumer_from_stream(consumer, stream).await;
        let name = || format!("consumer `{consumer}` of stream `{stream}`");
        found.map_err(|error| match error.kind() {
            jetstream::stream::ConsumerErrorKind::TimedOut | jetstream::stream::ConsumerErrorKind::Request => {
                match connection.denial(&format!("$JS.API.CONSUMER.INFO.{stream}.{consumer}")) {
                    Some(denial) => Trouble::Lasting(BrokerError::refused(denial)),
                    None => Trouble::Temporary(BrokerError::unreachable(name()).caused_by(error)),
                }
            }
            jetstream::stream::ConsumerErrorKind::JetStream(reply) if reply.code() < 500 => {
                Trouble::Missing(BrokerError::missing(name()).caused_by(reply))
            }
            jetstream::stream::ConsumerErrorKind::JetStream(reply) => {
                Trouble::Temporary(BrokerError::failed(name()).caused_by(reply))
            }
            _ => Trouble::Lasting(BrokerError::failed(name()).caused_by(error)),
        })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers a message.
    fn take(self: &Arc<Self>, own: &jetstream::Message) -> Option<Received<NatsReceipt>> {
        let info = own.info().ok()?;
        let (attempt, sequence) = (u32::try_from(info.delivered).unwrap_or(u32::MAX), info.stream_sequence);
        let reply = own.reply.clone()?;
        let mut message = wire::message(&own.subject, own.headers.as_ref(), &own.payload);
        dead_letters::restore_place(&mut message, &own.subject, &self.stream, &self.consumer);
        let mut open = self.open();
        open.n_taken += 1;
        let number = open.n_taken;
        open.messages.insert(number, (reply.clone(), Instant::now()));
        drop(open);
        let receipt = NatsReceipt { desk: Arc::clone(self), number, reply, sequence, n_lost: self.connection.n_lost() };
        Some(Received { message: message.into(), attempt: attempt.max(1), receipt })
    }
}

/// Tells the server of messages that take long, as long as there is anybody who could settle one.
async fn keep(desk: Weak<Desk>, period: Duration) {
    loop {
        tokio::time::sleep(period).await;
        let Some(desk) = desk.upgrade() else { return };
        let old: Vec<Subject> = {
            let mut open = desk.open();
            let old = open.messages.values_mut().filter(|(_, since)| since.elapsed() >= period);
            old.map(|(reply, _)| reply.clone()).collect()
        };
        for reply in old {
            // Who is away hears it the next time.
            if desk.connection.up().await.is_err() {
                break;
            }
            let _ = desk.connection.client.publish(reply, AckKind::Progress.into()).await;
        }
    }
}

impl Source for NatsSource {
    type Receipt = NatsReceipt;

    async fn next(&mut self) -> Result<Option<Received<NatsReceipt>>, BrokerError> {
        loop {
            let trouble = match &mut self.messages {
                None => match self.bind().await {
                    Ok(()) => continue,
                    Err(trouble) => trouble,
                },
                Some(messages) => match messages.next().await {
                    Some(Ok(message)) => match self.desk.take(&message) {
                        Some(received) => {
                            self.backoff.reset();
                            return Ok(Some(received));
                        }
                        None => continue,
                    },
                    Some(Err(error)) => Trouble::Temporary(BrokerError::unreachable("").caused_by(error)),
                    None => Trouble::Temporary(BrokerError::unreachable("the server ended the request")),
                },
            };
            let error = match trouble {
                Trouble::Lasting(error) => return Err(error),
                Trouble::Missing(error) => {
                    let since = self.missing_since.get_or_insert_with(Instant::now);
                    if !self.is_kept || since.elapsed() > RECOVERY {
                        return Err(error);
                    }
                    error
                }
                Trouble::Temporary(error) => {
                    self.missing_since = None;
                    error
                }
            };
            let delay = self.backoff.next_delay();
            tracing::warn!(error = error.chain(), ?delay, "asking for messages again");
            // A missing consumer is noticed by the next request.
            self.take_no_more();
            self.put_back();
            tokio::time::sleep(delay).await;
        }
    }

    async fn stop(&mut self) {
        // A message that is on its way when the request ends is redelivered only after the `ack_wait` of the consumer.
        tokio::time::sleep(ON_ITS_WAY).await;
        self.take_no_more();
        // The client ends it in a task of its own. The server keeps it until it looks for requests that nobody waits for, as it
        // does when asked for the consumer; before, the first message that is given back could change places with the next.
        tokio::time::sleep(ON_ITS_WAY).await;
        let _ = self.desk.find().await;
    }
}

impl NatsSource {
    /// Ends the request for messages.
    fn take_no_more(&mut self) {
        let Some(mut messages) = self.messages.take() else { return };
        // Nothing is waited for here, so that no more is asked for meanwhile.
        while let Some(Some(Ok(message))) = unconstrained(messages.next()).now_or_never() {
            self.left.extend(message.reply.clone());
        }
    }

    /// Releases the messages that are left, for immediate redelivery.
    fn put_back(&mut self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (client, left) = (self.desk.connection.client.clone(), mem::take(&mut self.left));
        runtime.spawn(async move {
            for reply in left {
                let _ = client.publish(reply, AckKind::Nak(None).into()).await;
            }
        });
    }
}

impl Drop for NatsSource {
    fn drop(&mut self) {
        self.take_no_more();
        self.put_back();
    }
}

/// When the server got a message, in nanoseconds, as the subject of its acknowledgement states it. Longer subjects have a domain
/// and an account before the stream ([ADR-15](https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-15.md)).
fn published(reply: &str) -> &str {
    let parts: Vec<&str> = reply.split('.').collect();
    let place = if parts.len() < 11 { 7 } else { 9 };
    parts.get(place).copied().unwrap_or_default()
}

/// Settles a message. A dropped message is redelivered after the consumer's `ack_wait`.
#[derive(Debug)]
pub struct NatsReceipt {
    desk: Arc<Desk>,
    number: u64,
    reply: Subject,
    /// Its place in the stream.
    sequence: u64,
    /// How often the connection had been lost before.
    n_lost: u64,
}

impl Drop for NatsReceipt {
    fn drop(&mut self) {
        self.desk.open().messages.remove(&self.number);
    }
}

impl NatsReceipt {
    /// Informs the server, and waits for its answer.
    async fn settle(&self, kind: AckKind) -> Result<(), BrokerError> {
        let Connection { config, .. } = &self.desk.connection;
        // A server that died may have forgotten that it delivered the message, and does not answer then; it redelivers it.
        let is_stale = self.desk.connection.n_lost() != self.n_lost;
        let timeout = if is_stale { config.timeout.min(STALE) } else { config.timeout };
        let asked = self.desk.answers.ask(self.reply.clone(), None, kind.into(), timeout, None).await;
        match asked.map_err(|error| BrokerError::unreachable(error.to_string()))?.await {
            Ok(Some(answer)) if answer.status == Some(StatusCode::NO_RESPONDERS) => {
                Err(BrokerError::missing("the delivery of the message"))
            }
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err(BrokerError::unreachable(format!("no answer for {timeout:?}"))),
            Err(_) => Err(BrokerError::unreachable("the connection is closed")),
        }
    }

    /// Acknowledges a message that was not handled.
    async fn terminate(self) -> Result<(), BrokerError> {
        self.settle(AckKind::Term).await
    }
}

impl Settle for NatsReceipt {
    async fn ack(self) -> Result<(), BrokerError> {
        self.settle(AckKind::Ack).await
    }

    async fn release(self) -> Result<(), BrokerError> {
        self.settle(AckKind::Nak(None)).await
    }

    async fn retry(self, _: &Message, after: Duration, _: u32) -> Result<(), BrokerError> {
        self.settle(AckKind::Nak(Some(after))).await
    }

    async fn dead_letter(self, message: &Message, why: &Refusal) -> Result<(), BrokerError> {
        let (desk, message) = (Arc::clone(&self.desk), why.marked(message));
        // The same copy twice is one; the same event that is dead-lettered again is another.
        // Places begin anew with a stream that is created anew.
        let id = format!("{}.{}.{}.{}", desk.stream, desk.consumer, self.sequence, published(&self.reply));
        let copy = async move {
            let subject = dead_letters::subject(&desk.stream, &desk.consumer);
            dead_letters::publish_copy(&desk.connection, subject, message, &id).await
        };
        copy_then_acknowledge(self, copy, Self::terminate).await
    }
}
