//! Live tail: plain subscriptions, which do not affect streams and their consumers.

use async_nats::Subscriber;
use futures_util::{StreamExt as _, stream::SelectAll};
use goodevent_runtime::{Binding, BrokerError, Message, Tail};

use crate::{connection::Connection, wire};

/// Live messages of some subjects, while the connection is open.
#[derive(Debug)]
pub struct NatsTail {
    subscribers: SelectAll<Subscriber>,
}

impl Connection {
    /// Opens a tail of subjects: routing keys, or topics without one. All routing keys of a topic are its subject and the
    /// subjects below it.
    ///
    /// # Errors
    /// If a subject is invalid, or the server does not answer.
    pub async fn tail(&self, bindings: &[Binding]) -> Result<NatsTail, BrokerError> {
        NatsTail::open(self, bindings).await
    }
}

impl NatsTail {
    pub(crate) async fn open(connection: &Connection, bindings: &[Binding]) -> Result<Self, BrokerError> {
        let mut subjects: Vec<String> = bindings.iter().flat_map(subjects).collect();
        subjects.sort();
        subjects.dedup();
        let mut subscribers = SelectAll::new();
        for subject in &subjects {
            let subscribed = connection.client.subscribe(subject.clone()).await;
            let failed = |error| BrokerError::failed(format!("subject `{subject}`")).caused_by(error);
            subscribers.push(subscribed.map_err(failed)?);
        }
        // The server reads in order: its answer, whatever it is, shows that it knows the subscriptions.
        let _ = connection.context.query_account().await;
        if let Some(denial) = subjects.iter().find_map(|subject| connection.denial(subject)) {
            return Err(BrokerError::refused(denial));
        }
        Ok(Self { subscribers })
    }
}

fn subjects(binding: &Binding) -> Vec<String> {
    match &binding.routing_key {
        Some(key) if !key.is_empty() => vec![key.clone()],
        Some(_) => vec![binding.topic.clone()],
        None => vec![binding.topic.clone(), format!("{}.>", binding.topic)],
    }
}

impl Tail for NatsTail {
    /// No subject is missing.
    fn missing(&self) -> &[String] {
        &[]
    }

    async fn next(&mut self) -> Result<Message, BrokerError> {
        let closed = || BrokerError::unreachable("the connection is closed");
        let own = self.subscribers.next().await.ok_or_else(closed)?;
        Ok(wire::message(&own.subject, own.headers.as_ref(), &own.payload))
    }
}
