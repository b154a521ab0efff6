//! Dead letters: in a separate stream, by the consumer that they came from.

use async_nats::jetstream::{
    ErrorCode,
    message::{PublishMessage, StreamMessage},
    stream::{LastRawMessageErrorKind, Stream},
};
use futures_util::TryStreamExt as _;
use goodevent_runtime::{
    Letter, Letters, Message,
    refusal::{ORIGIN, take_again},
};

use crate::{
    connection::{Connection, NatsError},
    wire,
};

/// The stream of what was laid aside from `stream`.
pub(crate) fn dead_stream(stream: &str) -> String {
    format!("{stream}-dead")
}

/// Where a consumer lays aside.
pub(crate) fn subject(stream: &str, consumer: &str) -> String {
    format!("goodevent.dead.{stream}.{consumer}")
}

/// From where a consumer, and nobody else, takes what comes again.
pub(crate) fn again_subject(stream: &str, consumer: &str) -> String {
    format!("goodevent.again.{stream}.{consumer}")
}

/// A message that comes again says where it was published first; copies that were made by hand may not.
pub(crate) fn restore_place(message: &mut Message, subject: &str, stream: &str, consumer: &str) {
    if subject == again_subject(stream, consumer)
        && message.topic == subject
        && let Some((topic, routing_key)) = message.header(ORIGIN).and_then(|origin| origin.split_once(' '))
    {
        (message.topic, message.routing_key) = (topic.to_owned(), routing_key.to_owned());
    }
}

/// Dead letters of a durable consumer.
#[derive(Debug, Clone)]
pub struct DeadLetters {
    connection: Connection,
    stream: String,
    consumer: String,
}

/// Dead letters that are being read, by their sequence numbers in the stream.
#[derive(Debug)]
pub struct NatsLetters {
    of: DeadLetters,
    dead: Stream,
    from: u64,
    /// The number of the last one when they were opened.
    last: u64,
    n_left: u64,
}

impl Connection {
    /// Dead letters of a durable consumer.
    #[must_use]
    pub fn dead_letters(&self, stream: &str, consumer: &str) -> DeadLetters {
        DeadLetters::new(self.clone(), stream, consumer)
    }
}

impl DeadLetters {
    pub(crate) fn new(connection: Connection, stream: &str, consumer: &str) -> Self {
        Self { connection, stream: stream.to_owned(), consumer: consumer.to_owned() }
    }

    /// Returns the oldest dead letters, at most `limit`.
    ///
    /// # Errors
    /// If the server does not answer, or the stream of dead letters is missing.
    pub async fn list(&self, limit: usize) -> Result<Vec<Letter<u64>>, NatsError> {
        self.open().await?.list(limit).await
    }

    /// Requeues the dead letters that `is_wanted` selects to their consumer, and returns their number. Dead letters that
    /// arrive meanwhile are not included.
    ///
    /// # Errors
    /// If the server does not answer, or the stream does not accept them: see [`crate::Topology`].
    pub async fn requeue(&self, is_wanted: impl FnMut(&Message) -> bool + Send) -> Result<usize, NatsError> {
        self.open().await?.requeue_if(is_wanted).await
    }

    /// Opens the dead letters, to read them one after the other.
    ///
    /// # Errors
    /// If the server does not answer, or the stream of dead letters is missing.
    pub async fn open(&self) -> Result<NatsLetters, NatsError> {
        let name = dead_stream(&self.stream);
        let dead = self.connection.context.get_stream(&name).await.map_err(|error| {
            use async_nats::jetstream::context::GetStreamErrorKind::JetStream;
            match error.kind() {
                JetStream(own) if own.error_code() == ErrorCode::STREAM_NOT_FOUND => {
                    NatsError::Missing(format!("stream `{name}`"))
                }
                _ => NatsError::Unreachable(error.to_string()),
            }
        })?;
        let last = dead.cached_info().state.last_sequence;
        let own = dead.info_with_subjects(subject(&self.stream, &self.consumer)).await;
        let own = own.map_err(|error| NatsError::Unreachable(error.to_string()))?;
        let counts: Result<Vec<(String, usize)>, _> = own.try_collect().await;
        let counts = counts.map_err(|error| NatsError::Unreachable(error.to_string()))?;
        let n_left = counts.into_iter().map(|(_, count)| count as u64).sum();
        Ok(NatsLetters { of: self.clone(), dead, from: 1, last, n_left })
    }
}

impl Letters for NatsLetters {
    /// The number in the stream.
    type Ticket = u64;
    type Error = NatsError;

    fn n_left(&self) -> Option<u64> {
        Some(self.n_left)
    }

    async fn next(&mut self) -> Result<Option<Letter<u64>>, NatsError> {
        let subject = subject(&self.of.stream, &self.of.consumer);
        match self.dead.get_first_raw_message_by_subject(&subject, self.from).await {
            Ok(StreamMessage { sequence, headers, payload, .. }) if sequence <= self.last => {
                (self.from, self.n_left) = (sequence + 1, self.n_left.saturating_sub(1));
                let message = wire::message(&subject, Some(&headers), &payload);
                Ok(Some(Letter { message, ticket: sequence }))
            }
            Ok(_) => Ok(None),
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(NatsError::Unreachable(error.to_string())),
        }
    }

    async fn requeue(&mut self, Letter { mut message, ticket: number }: Letter<u64>) -> Result<(), NatsError> {
        let DeadLetters { connection, stream, consumer } = &self.of;
        take_again(&mut message);
        // Whoever asks again after a failure makes no second copy.
        let id = format!("{}.{consumer}.{number}", dead_stream(stream));
        let headers = wire::headers_of_copy(&message, &id).map_err(NatsError::Failed)?;
        let copy = PublishMessage::build().headers(headers).payload(message.body.into());
        let subject = again_subject(stream, consumer);
        let failed = |error: async_nats::jetstream::context::PublishError| {
            NatsError::Failed(format!("cannot requeue through `{subject}`: {error}"))
        };
        connection.context.send_publish(subject.clone(), copy).await.map_err(failed)?.await.map_err(failed)?;
        self.dead.delete_message(number).await.map_err(|error| NatsError::Unreachable(error.to_string()))?;
        Ok(())
    }

    async fn close(self) {}
}
