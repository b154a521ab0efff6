//! Live tail: plain subscriptions, which do not affect streams and their consumers.

use async_nats::Subscriber;
use futures_util::{StreamExt as _, stream::SelectAll};
use goodevent_runtime::{Message, SourceError, Tail};

use crate::{
    connection::{Connection, NatsError},
    wire,
};

/// Live messages of some subjects, while the connection is open.
#[derive(Debug)]
pub struct NatsTail {
    subscribers: SelectAll<Subscriber>,
}

impl Connection {
    /// Opens a tail of subjects; `>` matches any further tokens.
    ///
    /// # Errors
    /// If a subject is invalid, or the server does not answer.
    pub async fn tail(&self, subjects: &[String]) -> Result<NatsTail, NatsError> {
        let mut subscribers = SelectAll::new();
        for subject in subjects {
            let subscribed = self.client.subscribe(subject.clone()).await;
            subscribers.push(subscribed.map_err(|error| NatsError::Failed(format!("`{subject}`: {error}")))?);
        }
        // The server reads in order: when it answers, it knows of the subscriptions. What it says is of no interest.
        let _ = self.context.query_account().await;
        if let Some(denial) = subjects.iter().find_map(|subject| self.denial(subject)) {
            return Err(NatsError::Refused(denial));
        }
        Ok(NatsTail { subscribers })
    }
}

impl Tail for NatsTail {
    /// A subject is always there.
    fn missing(&self) -> &[String] {
        &[]
    }

    async fn next(&mut self) -> Result<Message, SourceError> {
        let own = self.subscribers.next().await.ok_or_else(|| SourceError("the connection is closed".to_owned()))?;
        Ok(wire::message(&own.subject, own.headers.as_ref(), &own.payload))
    }
}
