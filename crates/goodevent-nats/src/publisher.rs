//! Into a stream, which says when it has the message.

use std::{error::Error as _, future::Future, pin::Pin, task};

use async_nats::jetstream::{
    self, Context,
    context::{self, PublishErrorKind},
    message::PublishMessage,
};
use goodevent_runtime::{Message, Publish, PublishError};
use tokio::task::JoinHandle;

use crate::{connection::Connection, wire};

/// Publishes into the streams of a server; clones share their window.
///
/// The subject is the routing key, or the topic if there is none. The id of a message is its `Nats-Msg-Id`, so that the
/// stream drops a second one within its duplicate window.
#[derive(Debug, Clone)]
pub struct NatsPublisher {
    connection: Connection,
    context: Context,
}

impl NatsPublisher {
    pub(crate) fn new(connection: Connection) -> Self {
        let context = jetstream::ContextBuilder::new()
            .ack_timeout(connection.config.timeout)
            .max_ack_inflight(connection.config.window.max(1))
            .backpressure_on_inflight(true)
            .build(connection.client.clone());
        Self { connection, context }
    }
}

impl Publish for NatsPublisher {
    type Confirmation = NatsConfirmation;

    async fn send(&self, message: Message) -> Result<NatsConfirmation, PublishError> {
        let subject = wire::subject(&message).map_err(PublishError::Refused)?.to_owned();
        let headers = wire::headers(&message).map_err(PublishError::Refused)?;
        self.connection.up().await?;
        let Message { topic, routing_key, body, .. } = message;
        let publish = PublishMessage::build().headers(headers).payload(body.into());
        let sent = self.context.send_publish(subject.clone(), publish).await;
        let place = Place { subject, topic, routing_key };
        let sent = match sent {
            Ok(sent) => sent,
            Err(error) => return Err(place.why(&self.connection, &error)),
        };
        let connection = self.connection.clone();
        // By itself, so that there is room again when the stream has it, and not when somebody asks.
        Ok(NatsConfirmation(tokio::spawn(async move {
            match sent.await {
                // A duplicate is there as well.
                Ok(_) => Ok(()),
                Err(error) => Err(place.why(&connection, &error)),
            }
        })))
    }
}

/// Resolves when the stream has a message.
#[derive(Debug)]
pub struct NatsConfirmation(JoinHandle<Result<(), PublishError>>);

impl Future for NatsConfirmation {
    type Output = Result<(), PublishError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> task::Poll<Self::Output> {
        let told = std::task::ready!(Pin::new(&mut self.0).poll(cx));
        task::Poll::Ready(told.unwrap_or_else(|error| Err(PublishError::Unreachable(error.to_string()))))
    }
}

/// Where a message went.
struct Place {
    subject: String,
    topic: String,
    routing_key: String,
}

impl Place {
    fn why(self, connection: &Connection, error: &context::PublishError) -> PublishError {
        match error.kind() {
            PublishErrorKind::StreamNotFound => {
                PublishError::Unroutable { topic: self.topic, routing_key: self.routing_key }
            }
            PublishErrorKind::MaxPayloadExceeded
            | PublishErrorKind::WrongLastMessageId
            | PublishErrorKind::WrongLastSequence => PublishError::Refused(error.to_string()),
            PublishErrorKind::TimedOut => match connection.denial(&self.subject) {
                Some(denial) => PublishError::Refused(denial),
                None => PublishError::Unreachable(error.to_string()),
            },
            PublishErrorKind::BrokenPipe | PublishErrorKind::MaxAckPending => {
                PublishError::Unreachable(error.to_string())
            }
            // A full disk passes, a message that is too large does not.
            PublishErrorKind::Other => match error.source().and_then(|source| source.downcast_ref()) {
                Some(own) if jetstream::Error::code(own) < 500 => PublishError::Refused(own.to_string()),
                _ => PublishError::Unreachable(error.to_string()),
            },
        }
    }
}
