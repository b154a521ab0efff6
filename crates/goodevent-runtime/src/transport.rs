//! The traits that a broker adapter implements.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::sync::oneshot;

use crate::{message::Message, refusal::Refusal};

/// The publishing side of a broker.
pub trait Publish: Send + Sync + 'static {
    /// Resolves when the broker has confirmed or rejected the message.
    type Confirmation: Future<Output = Result<(), PublishError>> + Send + 'static;

    /// Hands over a message and returns its confirmation.
    ///
    /// Messages are sent in the order of the calls, so that many can wait for their confirmations at the same time; the
    /// call waits while the window of the adapter is full.
    ///
    /// # Errors
    /// If the message could not be sent.
    fn send(&self, message: Message) -> impl Future<Output = Result<Self::Confirmation, PublishError>> + Send;

    /// Publishes a message and waits until the broker has confirmed it.
    ///
    /// # Errors
    /// If the broker does not have the message, or may not have it.
    fn publish(&self, message: Message) -> impl Future<Output = Result<(), PublishError>> + Send {
        async { self.send(message).await?.await }
    }
}

/// Confirmation of a message that another task publishes, for adapters that work so.
#[derive(Debug)]
pub struct Confirmation(oneshot::Receiver<Result<(), PublishError>>);

impl From<oneshot::Receiver<Result<(), PublishError>>> for Confirmation {
    fn from(told: oneshot::Receiver<Result<(), PublishError>>) -> Self {
        Self(told)
    }
}

impl Future for Confirmation {
    type Output = Result<(), PublishError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let gone = |_| Err(PublishError::Unreachable("the publisher ended before it knew".to_owned()));
        Poll::Ready(ready!(Pin::new(&mut self.0).poll(cx)).unwrap_or_else(gone))
    }
}

/// Reason why a broker does not have a message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublishError {
    /// The message is unroutable: no queue, stream or subscription receives it.
    Unroutable {
        /// Topic of the message.
        topic: String,
        /// Routing key of the message.
        routing_key: String,
    },
    /// The broker rejects the message; a retry would fail as well.
    Refused(String),
    /// The broker is unreachable, or the connection was lost before the confirmation, so that the broker may have the
    /// message. A retry is safe, because the message carries the same id.
    Unreachable(String),
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unroutable { topic, routing_key } => {
                write!(f, "unroutable: no queue or stream receives `{topic}` with the routing key `{routing_key}`")
            }
            Self::Refused(why) => write!(f, "the broker rejects the message: {why}"),
            Self::Unreachable(why) => write!(f, "the broker is unreachable: {why}"),
        }
    }
}

impl std::error::Error for PublishError {}

/// A source of messages: a queue, a consumer group, a subscription.
pub trait Source: Send + 'static {
    /// Handle that settles a message.
    type Receipt: Settle;

    /// Returns the next message, and reconnects to an unreachable broker, however long that takes.
    ///
    /// `None` if the source has ended.
    ///
    /// # Errors
    /// If waiting cannot help: a rejected login, a missing queue.
    fn next(&mut self) -> impl Future<Output = Result<Option<Received<Self::Receipt>>, SourceError>> + Send;
}

/// A received message, to be settled by ack, release, retry or dead-letter. A message that is dropped is redelivered.
#[derive(Debug)]
pub struct Received<R> {
    /// The message; its receipt may share it.
    pub message: Arc<Message>,
    /// Number of attempts, including this one, if the broker counts them; otherwise 1.
    pub attempt: u32,
    /// Settles the message.
    pub receipt: R,
}

/// Settles a message.
pub trait Settle: Send + 'static {
    /// Acknowledges the message.
    ///
    /// # Errors
    /// If the broker cannot be informed; it redelivers the message.
    fn ack(self) -> impl Future<Output = Result<(), SettleError>> + Send;

    /// Releases the message for immediate redelivery.
    ///
    /// # Errors
    /// If the broker cannot be informed; it redelivers the message.
    fn release(self) -> impl Future<Output = Result<(), SettleError>> + Send;

    /// Redelivers the message after `after`, as the given attempt.
    ///
    /// # Errors
    /// If the broker cannot be informed; it redelivers the message, possibly earlier.
    fn retry(
        self,
        message: &Message,
        after: Duration,
        attempt: u32,
    ) -> impl Future<Output = Result<(), SettleError>> + Send;

    /// Dead-letters the message with a reason.
    ///
    /// # Errors
    /// If the message could not be dead-lettered; the broker redelivers it.
    fn dead_letter(self, message: &Message, why: &Refusal) -> impl Future<Output = Result<(), SettleError>> + Send;
}

/// A source that cannot deliver any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError(pub String);

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot consume: {}", self.0)
    }
}

impl std::error::Error for SourceError {}

/// A failure to settle a message at the broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettleError(pub String);

impl fmt::Display for SettleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot settle the message at the broker: {}", self.0)
    }
}

impl std::error::Error for SettleError {}
