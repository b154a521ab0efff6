//! Operator access to a broker: dead letters and live tail.

use std::{error::Error, future::Future};

use crate::{message::Message, transport::SourceError};

/// The dead letters of a queue, read once, from the oldest on.
///
/// It ends with the last message that was there when it was opened; later dead letters need another pass.
pub trait Letters: Send {
    /// Handle that identifies a dead letter when requeuing.
    type Ticket: Send;
    /// Error of the broker.
    type Error: Error + Send + Sync + 'static;

    /// Number of remaining dead letters, if the broker reports it.
    fn n_left(&self) -> Option<u64>;

    /// Returns the next dead letter. Dead letters that are not requeued stay in place.
    ///
    /// # Errors
    /// If the broker does not answer.
    fn next(&mut self) -> impl Future<Output = Result<Option<Letter<Self::Ticket>>, Self::Error>> + Send;

    /// Requeues a dead letter for its service, with a count and its history in the headers
    /// ([`take_again`](crate::refusal::take_again)).
    ///
    /// The copy is confirmed before the original is removed: a crash may duplicate a message but never lose it.
    ///
    /// # Errors
    /// If the broker does not accept it; the dead letter stays in place.
    fn requeue(&mut self, letter: Letter<Self::Ticket>) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Releases all messages that were read.
    fn close(self) -> impl Future<Output = ()> + Send;

    /// Returns at most `limit` dead letters, which stay in place.
    ///
    /// # Errors
    /// If the broker does not answer.
    fn list(mut self, limit: usize) -> impl Future<Output = Result<Vec<Letter<Self::Ticket>>, Self::Error>> + Send
    where
        Self: Sized,
    {
        async move {
            let mut letters = Vec::new();
            while letters.len() < limit
                && let Some(letter) = self.next().await?
            {
                letters.push(letter);
            }
            self.close().await;
            Ok(letters)
        }
    }

    /// Requeues the dead letters that `is_wanted` selects, and returns their number.
    ///
    /// # Errors
    /// If the broker does not answer or does not accept one; the ones before it are requeued.
    fn requeue_if(
        mut self,
        mut is_wanted: impl FnMut(&Message) -> bool + Send,
    ) -> impl Future<Output = Result<usize, Self::Error>> + Send
    where
        Self: Sized,
    {
        async move {
            let mut n_requeued = 0;
            while let Some(letter) = self.next().await? {
                if is_wanted(&letter.message) {
                    self.requeue(letter).await?;
                    n_requeued += 1;
                }
            }
            self.close().await;
            Ok(n_requeued)
        }
    }
}

/// A dead letter: a message with the reasons in its headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter<T> {
    /// The message.
    pub message: Message,
    /// Handle for requeuing it.
    pub ticket: T,
}

/// Live messages from now on. Consumers lose none of them.
pub trait Tail: Send {
    /// Requested topics that do not exist and deliver nothing.
    fn missing(&self) -> &[String];

    /// Returns the next message.
    ///
    /// # Errors
    /// If the connection is lost for good.
    fn next(&mut self) -> impl Future<Output = Result<Message, SourceError>> + Send;
}
