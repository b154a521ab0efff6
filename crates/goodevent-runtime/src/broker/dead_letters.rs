//! Dead letters: list and requeue.

use std::future::Future;

use super::{BrokerError, headers::mark_requeued};
use crate::message::Message;

/// The dead letters of a queue, read once, from the oldest on.
///
/// It ends with the last message that was there when it was opened; later dead letters need another pass.
pub trait DeadLetters: Send {
    /// Handle that identifies a dead letter when it is requeued.
    type Receipt: Send + Sync;

    /// Number of remaining dead letters, if the broker reports it.
    fn n_left(&self) -> Option<u64>;

    /// Returns the next dead letter. Dead letters that are not requeued stay in place.
    ///
    /// # Errors
    /// If the broker does not answer.
    fn next(&mut self) -> impl Future<Output = Result<Option<DeadLetter<Self::Receipt>>, BrokerError>> + Send;

    /// Publishes a copy of a dead letter for its service, and waits for the confirmation.
    ///
    /// # Errors
    /// If the broker does not accept it.
    fn publish_copy(
        &mut self,
        message: Message,
        receipt: &Self::Receipt,
    ) -> impl Future<Output = Result<(), BrokerError>> + Send;

    /// Removes a dead letter, whose copy is confirmed.
    ///
    /// # Errors
    /// If the broker cannot be informed; the dead letter stays in place.
    fn remove(&mut self, receipt: Self::Receipt) -> impl Future<Output = Result<(), BrokerError>> + Send;

    /// Releases all messages that were read.
    fn close(self) -> impl Future<Output = ()> + Send;

    /// Requeues a dead letter for its service, with a count and its history in the headers ([`mark_requeued`]).
    ///
    /// The copy is confirmed before the original is removed: a crash may duplicate a message but never lose it.
    ///
    /// # Errors
    /// If the broker does not accept it; the dead letter stays in place.
    fn requeue(
        &mut self,
        dead_letter: DeadLetter<Self::Receipt>,
    ) -> impl Future<Output = Result<(), BrokerError>> + Send {
        async {
            let DeadLetter { mut message, receipt } = dead_letter;
            mark_requeued(&mut message);
            self.publish_copy(message, &receipt)
                .await
                .map_err(|error| error.context("cannot requeue a dead letter"))?;
            self.remove(receipt).await
        }
    }

    /// Returns at most `limit` dead letters, which stay in place.
    ///
    /// # Errors
    /// If the broker does not answer.
    fn list(mut self, limit: usize) -> impl Future<Output = Result<Vec<DeadLetter<Self::Receipt>>, BrokerError>> + Send
    where
        Self: Sized,
    {
        async move {
            let mut dead_letters = Vec::new();
            while dead_letters.len() < limit
                && let Some(dead_letter) = self.next().await?
            {
                dead_letters.push(dead_letter);
            }
            self.close().await;
            Ok(dead_letters)
        }
    }

    /// Requeues the dead letters that `is_wanted` selects, and returns their number.
    ///
    /// # Errors
    /// If the broker does not answer or does not accept one; the ones before it are requeued.
    fn requeue_if(
        mut self,
        mut is_wanted: impl FnMut(&Message) -> bool + Send,
    ) -> impl Future<Output = Result<usize, BrokerError>> + Send
    where
        Self: Sized,
    {
        async move {
            let mut n_requeued = 0;
            while let Some(dead_letter) = self.next().await? {
                if is_wanted(&dead_letter.message) {
                    self.requeue(dead_letter).await?;
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
pub struct DeadLetter<R> {
    /// The message.
    pub message: Message,
    /// Handle for requeuing it.
    pub receipt: R,
}
