//! The narrow door to a broker: what an adapter does, and nothing of how.

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

/// The way to a broker.
pub trait Publish: Send + Sync + 'static {
    /// Resolves when the broker has the message, or says that it has not.
    type Confirmation: Future<Output = Result<(), PublishError>> + Send + 'static;

    /// Hands a message over. Messages leave in the order of the calls, so that many can wait for their confirmations at
    /// the same time; the call waits while there are too many of them.
    ///
    /// # Errors
    /// If the message could not even leave.
    fn send(&self, message: Message) -> impl Future<Output = Result<Self::Confirmation, PublishError>> + Send;

    /// Publishes a message and waits until the broker has it.
    ///
    /// # Errors
    /// Why the broker does not have it, or may not have it.
    fn publish(&self, message: Message) -> impl Future<Output = Result<(), PublishError>> + Send {
        async { self.send(message).await?.await }
    }
}

/// Resolves when whoever publishes a message in another task says what became of it: for adapters that do.
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

/// Why a broker does not have a message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublishError {
    /// No queue, stream or subscription takes it: it would be lost.
    Unroutable {
        /// Where it went.
        topic: String,
        /// With which key.
        routing_key: String,
    },
    /// The broker refuses it; to send it again is no use.
    Refused(String),
    /// The broker can't be reached, or went away before it confirmed: it may have the message or not. To send it again is
    /// right, since it carries the same id.
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
    /// What a message is settled by.
    type Receipt: Settle;

    /// The next message. It comes back to a broker that went away by itself, and waits as long as that takes.
    ///
    /// `None` if there will be none any more.
    ///
    /// # Errors
    /// What does not pass by itself: a refused login, a queue that is not there.
    fn next(&mut self) -> impl Future<Output = Result<Option<Received<Self::Receipt>>, SourceError>> + Send;
}

/// A message that came in, to be settled in one of four ways. One that is dropped comes again.
#[derive(Debug)]
pub struct Received<R> {
    /// The message, which its receipt may keep as well.
    pub message: Arc<Message>,
    /// How often it was tried, this time included, as far as the broker counts; 1 if it does not.
    pub attempt: u32,
    /// The way to settle it.
    pub receipt: R,
}

/// The end of a message's way.
pub trait Settle: Send + 'static {
    /// It is done.
    ///
    /// # Errors
    /// If the broker is not told; the message comes again.
    fn ack(self) -> impl Future<Output = Result<(), SettleError>> + Send;

    /// It was not looked at: it may come again at once.
    ///
    /// # Errors
    /// If the broker is not told; the message comes again.
    fn release(self) -> impl Future<Output = Result<(), SettleError>> + Send;

    /// It comes again, not before `after`; `attempt` is what it counts then.
    ///
    /// # Errors
    /// If the broker is not told; the message comes again, perhaps earlier.
    fn retry(
        self,
        message: &Message,
        after: Duration,
        attempt: u32,
    ) -> impl Future<Output = Result<(), SettleError>> + Send;

    /// It can't be handled, ever: it is laid aside, with the reason.
    ///
    /// # Errors
    /// If it could not be laid aside; the message comes again.
    fn dead_letter(self, message: &Message, why: &Refusal) -> impl Future<Output = Result<(), SettleError>> + Send;
}

/// A source is of no use any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError(pub String);

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing can be consumed: {}", self.0)
    }
}

impl std::error::Error for SourceError {}

/// A broker was not told what became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettleError(pub String);

impl fmt::Display for SettleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot settle the message at the broker: {}", self.0)
    }
}

impl std::error::Error for SettleError {}
