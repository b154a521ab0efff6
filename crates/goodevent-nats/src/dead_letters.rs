//! Dead letters: in a separate stream, by the consumer that they came from.

use async_nats::jetstream::{
    ErrorCode,
    context::PublishErrorKind,
    message::{PublishMessage, StreamMessage},
    stream::{LastRawMessageErrorKind, Stream},
};
use futures_util::TryStreamExt as _;
use goodevent_runtime::{BrokerError, DeadLetter, DeadLetters, Message, PublishError, headers::ORIGIN};

use crate::{connection::Connection, wire};

/// The stream of the dead letters of `stream`.
pub(crate) fn dead_stream(stream: &str) -> String {
    format!("{stream}-dead")
}

/// Subject of the dead letters of a consumer.
pub(crate) fn subject(stream: &str, consumer: &str) -> String {
    format!("goodevent.dead.{stream}.{consumer}")
}

/// Subject of requeued messages, which only this consumer receives.
pub(crate) fn again_subject(stream: &str, consumer: &str) -> String {
    format!("goodevent.again.{stream}.{consumer}")
}

/// A requeued message has its topic and routing key in headers; a copy that was made by hand may not.
pub(crate) fn restore_place(message: &mut Message, subject: &str, stream: &str, consumer: &str) {
    if subject == again_subject(stream, consumer)
        && message.topic == subject
        && let Some((topic, routing_key)) = message.header(ORIGIN).and_then(|origin| origin.split_once(' '))
    {
        (message.topic, message.routing_key) = (topic.to_owned(), routing_key.to_owned());
    }
}

/// Dead letters of a durable consumer that are being read, by their sequence numbers in the stream.
#[derive(Debug)]
pub struct NatsDeadLetters {
    connection: Connection,
    stream: String,
    consumer: String,
    dead: Stream,
    from: u64,
    /// Sequence number of the last one when they were opened.
    last: u64,
    n_left: u64,
}

impl Connection {
    /// Opens the dead letters of a durable consumer.
    ///
    /// # Errors
    /// If the server does not answer, or the stream of dead letters is missing.
    pub async fn dead_letters(&self, stream: &str, consumer: &str) -> Result<NatsDeadLetters, BrokerError> {
        NatsDeadLetters::open(self.clone(), stream, consumer).await
    }
}

impl NatsDeadLetters {
    pub(crate) async fn open(connection: Connection, stream: &str, consumer: &str) -> Result<Self, BrokerError> {
        let name = dead_stream(stream);
        let dead = connection.context.get_stream(&name).await.map_err(|error| {
            use async_nats::jetstream::context::GetStreamErrorKind::JetStream;
            match error.kind() {
                JetStream(own) if own.error_code() == ErrorCode::STREAM_NOT_FOUND => {
                    BrokerError::missing(format!("stream `{name}`"))
                }
                _ => BrokerError::unreachable(format!("stream `{name}`")).caused_by(error),
            }
        })?;
        let last = dead.cached_info().state.last_sequence;
        let uncounted = || BrokerError::unreachable(format!("cannot count the messages of stream `{name}`"));
        let counts = dead.info_with_subjects(subject(stream, consumer)).await;
        let counts = counts.map_err(|error| uncounted().caused_by(error))?;
        let counts: Result<Vec<(String, usize)>, _> = counts.try_collect().await;
        let counts = counts.map_err(|error| uncounted().caused_by(error))?;
        let n_left = counts.into_iter().map(|(_, count)| count as u64).sum();
        let (stream, consumer) = (stream.to_owned(), consumer.to_owned());
        Ok(Self { connection, stream, consumer, dead, from: 1, last, n_left })
    }
}

impl DeadLetters for NatsDeadLetters {
    /// Sequence number in the stream.
    type Receipt = u64;

    fn n_left(&self) -> Option<u64> {
        Some(self.n_left)
    }

    async fn next(&mut self) -> Result<Option<DeadLetter<u64>>, BrokerError> {
        let subject = subject(&self.stream, &self.consumer);
        match self.dead.get_first_raw_message_by_subject(&subject, self.from).await {
            Ok(StreamMessage { sequence, headers, payload, .. }) if sequence <= self.last => {
                (self.from, self.n_left) = (sequence + 1, self.n_left.saturating_sub(1));
                let message = wire::message(&subject, Some(&headers), &payload);
                Ok(Some(DeadLetter { message, receipt: sequence }))
            }
            Ok(_) => Ok(None),
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(BrokerError::unreachable(format!("cannot read `{subject}`")).caused_by(error)),
        }
    }

    async fn publish_copy(&mut self, message: Message, receipt: &u64) -> Result<(), BrokerError> {
        // A second attempt after a failure makes no second copy.
        let id = format!("{}.{}.{receipt}", dead_stream(&self.stream), self.consumer);
        Ok(publish_copy(&self.connection, again_subject(&self.stream, &self.consumer), message, &id).await?)
    }

    async fn remove(&mut self, receipt: u64) -> Result<(), BrokerError> {
        let removed = self.dead.delete_message(receipt).await;
        let failed = |error| BrokerError::unreachable("cannot remove the dead letter").caused_by(error);
        removed.map(drop).map_err(failed)
    }

    async fn close(self) {}
}

/// Publishes a copy of a message to another subject, under a message id of its own, and waits for the confirmation.
pub(crate) async fn publish_copy(
    connection: &Connection,
    subject: String,
    message: Message,
    message_id: &str,
) -> Result<(), PublishError> {
    let headers = wire::headers_of_copy(&message, message_id).map_err(PublishError::Refused)?;
    let copy = PublishMessage::build().headers(headers).payload(message.body.into());
    let failed = |error: async_nats::jetstream::context::PublishError| match error.kind() {
        PublishErrorKind::StreamNotFound => {
            PublishError::Unroutable { topic: subject.clone(), routing_key: String::new() }
        }
        _ => PublishError::Unreachable(format!("`{subject}`: {error}")),
    };
    connection.context.send_publish(subject.clone(), copy).await.map_err(failed)?.await.map(drop).map_err(failed)
}
