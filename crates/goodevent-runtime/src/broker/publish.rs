//! The publishing side of a broker.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::sync::oneshot;

use crate::message::Message;

/// The publishing side of a broker.
pub trait Publish: Send + Sync + 'static {
    /// Resolves when the broker has confirmed or rejected the message.
    type Confirmation: Future<Output = Result<(), PublishError>> + Send + 'static;

    /// Hands over a message and returns its confirmation.
    ///
    /// Messages are sent in the order of the calls, so that many can wait for their confirmations at the same time; the
    /// call waits while the window of the adapter is full.
    ///
    /// # Cancel safety
    /// If the future of this call is dropped, the message is sent or not. If a confirmation is dropped, the message stays sent.
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
    fn from(outcome: oneshot::Receiver<Result<(), PublishError>>) -> Self {
        Self(outcome)
    }
}

impl Future for Confirmation {
    type Output = Result<(), PublishError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let gone = |_| Err(PublishError::Unreachable("the publisher ended before the confirmation".to_owned()));
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
