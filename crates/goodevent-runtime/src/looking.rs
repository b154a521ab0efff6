//! Looking at a broker from outside of its services: at what was laid aside, and at what passes by.

use std::{error::Error, future::Future};

use crate::{message::Message, transport::SourceError};

/// What was laid aside from a queue, opened to be gone through once, from the oldest on.
///
/// It ends with what lay there when it was opened, so that what is refused again meanwhile is for the next time.
pub trait Letters: Send {
    /// What a letter is taken again by.
    type Ticket: Send;
    /// Why that fails.
    type Error: Error + Send + Sync + 'static;

    /// How many come yet, if the broker tells.
    fn n_left(&self) -> Option<u64>;

    /// The next one. Those that are not requeued stay where they are.
    ///
    /// # Errors
    /// If the broker does not answer.
    fn next(&mut self) -> impl Future<Output = Result<Option<Letter<Self::Ticket>>, Self::Error>> + Send;

    /// Puts one back where its service takes it, with a count and its history in the headers
    /// ([`take_again`](crate::refusal::take_again)).
    ///
    /// It is there before it is gone from here: a crash in between makes two of one, but never none.
    ///
    /// # Errors
    /// If the broker does not take it; it stays then.
    fn requeue(&mut self, letter: Letter<Self::Ticket>) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Lets go of all that was looked at.
    fn close(self) -> impl Future<Output = ()> + Send;

    /// The next ones, at most `limit`. They stay where they are.
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

    /// Puts back those that `is_wanted` names, and leaves the others; how many that are.
    ///
    /// # Errors
    /// If the broker does not answer, or does not take one; those before are back then.
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

/// A message that was laid aside, with the reasons in its headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter<T> {
    /// The message.
    pub message: Message,
    /// What it is taken again by.
    pub ticket: T,
}

/// What passes by from now on. Nothing is taken from those who consume.
pub trait Tail: Send {
    /// Places that were asked for and are not there; nothing comes from them.
    fn missing(&self) -> &[String];

    /// The next message.
    ///
    /// # Errors
    /// If nothing can be seen any more.
    fn next(&mut self) -> impl Future<Output = Result<Message, SourceError>> + Send;
}
