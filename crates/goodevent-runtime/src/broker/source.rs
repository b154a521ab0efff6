//! The consuming side of a broker.

use std::{future::Future, sync::Arc, time::Duration};

use super::BrokerError;
use crate::{message::Message, refusal::Refusal};

/// A source of messages: a queue, a consumer group, a subscription.
pub trait Source: Send + 'static {
    /// Handle that settles a message.
    type Receipt: Settle;

    /// Returns the next message, and reconnects to an unreachable broker, however long that takes.
    ///
    /// `None` if the source has ended.
    ///
    /// # Cancel safety
    /// None is required: a router polls the future of a call to its end, and drops it only when it stops. The broker redelivers
    /// a message that such a call has taken and not returned.
    ///
    /// # Errors
    /// If waiting cannot help: a rejected login, a missing queue.
    fn next(&mut self) -> impl Future<Output = Result<Option<Received<Self::Receipt>>, BrokerError>> + Send;

    /// Asks the broker for no further messages. [`next`](Self::next) is not called any more; messages that it has returned can
    /// still be settled, and those that it has not go back when the source is dropped. A router calls it first when it stops,
    /// so that what it gives back does not come to it again. By default it does nothing, for a source that asks for messages
    /// in `next` alone.
    fn stop(&mut self) -> impl Future<Output = ()> + Send {
        async {}
    }
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

/// Settles a message. One that is dropped instead is redelivered.
///
/// # Cancel safety
/// If the future of a method is dropped before its end, the message is settled or redelivered. A message that is retried or
/// dead-lettered by a copy is not lost: the copy is confirmed before the original is acknowledged.
pub trait Settle: Send + 'static {
    /// Acknowledges the message.
    ///
    /// # Errors
    /// If the broker cannot be informed; it redelivers the message.
    fn ack(self) -> impl Future<Output = Result<(), BrokerError>> + Send;

    /// Releases the message for immediate redelivery.
    ///
    /// # Errors
    /// If the broker cannot be informed; it redelivers the message.
    fn release(self) -> impl Future<Output = Result<(), BrokerError>> + Send;

    /// Redelivers the message after `after`, as the given attempt.
    ///
    /// # Errors
    /// If the broker cannot be informed; it redelivers the message, possibly earlier.
    fn retry(
        self,
        message: &Message,
        after: Duration,
        attempt: u32,
    ) -> impl Future<Output = Result<(), BrokerError>> + Send;

    /// Dead-letters the message with a reason.
    ///
    /// # Errors
    /// If the message could not be dead-lettered; the broker redelivers it.
    fn dead_letter(self, message: &Message, why: &Refusal) -> impl Future<Output = Result<(), BrokerError>> + Send;
}
