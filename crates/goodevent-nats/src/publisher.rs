//! Publishing into streams, which confirm each message.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{self, ready},
};

use async_nats::{StatusCode, Subject, jetstream};
use goodevent_runtime::{Message, Publish, PublishError};
use serde::Deserialize;
use tokio::sync::Semaphore;

use crate::{
    answers::{Answer, Answers, NotAsked},
    connection::Connection,
    wire,
};

/// Publishes into the streams of a server; clones share their window.
///
/// The subject is the routing key, or the topic if the routing key is empty. The id of a message is its `Nats-Msg-Id`, so
/// that the stream drops a second copy within its duplicate window.
#[derive(Debug, Clone)]
pub struct NatsPublisher {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    connection: Connection,
    answers: Answers,
    window: Arc<Semaphore>,
}

impl Connection {
    /// Creates a publisher.
    #[must_use]
    pub fn publisher(&self) -> NatsPublisher {
        NatsPublisher::new(self.clone())
    }
}

impl NatsPublisher {
    pub(crate) fn new(connection: Connection) -> Self {
        let window = Arc::new(Semaphore::new(connection.config.window.max(1)));
        let answers = Answers::new(connection.client.clone());
        Self { shared: Arc::new(Shared { connection, answers, window }) }
    }
}

impl Publish for NatsPublisher {
    type Confirmation = NatsConfirmation;

    async fn send(&self, message: Message) -> Result<NatsConfirmation, PublishError> {
        let Shared { connection, answers, window } = &*self.shared;
        let subject = Subject::from(wire::subject(&message).map_err(PublishError::Refused)?);
        let headers = wire::headers(&message).map_err(PublishError::Refused)?;
        connection.up().await?;
        let Ok(room) = Arc::clone(window).acquire_owned().await else {
            return Err(PublishError::Unreachable("the publisher has ended".to_owned()));
        };
        let Message { topic, routing_key, body, .. } = message;
        let timeout = connection.config.timeout;
        match answers.ask(subject, Some(headers), body.into(), timeout, Some(room)).await {
            Ok(answer) => {
                let place = Place { topic, routing_key };
                Ok(NatsConfirmation { answer, place, shared: Arc::clone(&self.shared) })
            }
            Err(NotAsked::Refused(why)) => Err(PublishError::Refused(why)),
            Err(NotAsked::Unreachable(why)) => Err(PublishError::Unreachable(why)),
        }
    }
}

/// Resolves when the stream has confirmed a message.
#[derive(Debug)]
pub struct NatsConfirmation {
    answer: Answer,
    place: Place,
    shared: Arc<Shared>,
}

impl Future for NatsConfirmation {
    type Output = Result<(), PublishError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> task::Poll<Self::Output> {
        let answer = ready!(Pin::new(&mut self.answer).poll(cx));
        task::Poll::Ready(match answer {
            Ok(Some(answer)) => self.place.judge(&answer),
            Ok(None) => Err(self.place.late(&self.shared.connection)),
            Err(_) => Err(PublishError::Unreachable("the connection is closed".to_owned())),
        })
    }
}

/// Where a message went.
#[derive(Debug)]
struct Place {
    topic: String,
    routing_key: String,
}

/// What a stream says; a duplicate is there as well.
#[derive(Deserialize)]
struct Told {
    seq: Option<u64>,
    error: Option<jetstream::Error>,
}

impl Place {
    fn judge(&self, answer: &async_nats::Message) -> Result<(), PublishError> {
        if answer.status == Some(StatusCode::NO_RESPONDERS) {
            let (topic, routing_key) = (self.topic.clone(), self.routing_key.clone());
            return Err(PublishError::Unroutable { topic, routing_key });
        }
        match serde_json::from_slice(&answer.payload) {
            Ok(Told { error: Some(error), .. }) if error.code() < 500 => Err(PublishError::Refused(error.to_string())),
            // A full disk passes, a message that is too large does not.
            Ok(Told { error: Some(error), .. }) => Err(PublishError::Unreachable(error.to_string())),
            Ok(Told { seq: Some(_), .. }) => Ok(()),
            Ok(Told { .. }) => Err(PublishError::Unreachable("the reply did not come from a stream".to_owned())),
            Err(error) => Err(PublishError::Unreachable(error.to_string())),
        }
    }

    /// Nobody answers who may not publish, but the connection heard of that.
    fn late(&self, connection: &Connection) -> PublishError {
        let subject = if self.routing_key.is_empty() { &self.topic } else { &self.routing_key };
        match connection.denial(subject) {
            Some(denial) => PublishError::Refused(denial),
            None => PublishError::Unreachable(format!("no answer for {:?}", connection.config.timeout)),
        }
    }
}
