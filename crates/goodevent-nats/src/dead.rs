//! What was laid aside: in a stream of its own, by the consumer that it came from.

use async_nats::jetstream::{
    ErrorCode,
    message::{PublishMessage, StreamMessage},
    stream::{LastRawMessageErrorKind, Stream},
};
use goodevent_runtime::{
    Message,
    refusal::{ORIGIN, REQUEUED},
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

/// What was laid aside by the services of a durable consumer.
#[derive(Debug, Clone)]
pub struct DeadLetters {
    connection: Connection,
    stream: String,
    consumer: String,
}

/// A message that was laid aside, with the reasons in its headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its number in the stream of those.
    pub number: u64,
    /// The message.
    pub message: Message,
}

impl DeadLetters {
    pub(crate) fn new(connection: Connection, stream: &str, consumer: &str) -> Self {
        Self { connection, stream: stream.to_owned(), consumer: consumer.to_owned() }
    }

    /// The oldest ones, at most `limit`.
    ///
    /// # Errors
    /// If the server does not answer, or there is no stream of them.
    pub async fn list(&self, limit: usize) -> Result<Vec<DeadLetter>, NatsError> {
        let (dead, last) = self.open().await?;
        let (mut letters, mut from) = (Vec::new(), 1);
        while letters.len() < limit
            && let Some(letter) = self.next(&dead, from, last).await?
        {
            from = letter.number + 1;
            letters.push(letter);
        }
        Ok(letters)
    }

    /// Lets those that are wanted come to their consumer again; how many these are. Those that are laid aside meanwhile are
    /// not looked at.
    ///
    /// # Errors
    /// If the server does not answer, or the stream does not take them: see [`crate::Topology`].
    pub async fn requeue(&self, is_wanted: impl Fn(&Message) -> bool) -> Result<usize, NatsError> {
        let (dead, last) = self.open().await?;
        let (mut n_requeued, mut from) = (0, 1);
        while let Some(DeadLetter { number, message }) = self.next(&dead, from, last).await? {
            from = number + 1;
            if is_wanted(&message) {
                self.publish_again(number, message).await?;
                dead.delete_message(number).await.map_err(|error| NatsError::Unreachable(error.to_string()))?;
                n_requeued += 1;
            }
        }
        Ok(n_requeued)
    }

    async fn publish_again(&self, number: u64, mut message: Message) -> Result<(), NatsError> {
        let n_before = message.header(REQUEUED).and_then(|count| count.parse::<u32>().ok()).unwrap_or(0);
        message.headers.insert(REQUEUED.to_owned(), (n_before + 1).to_string());
        // Whoever asks again after a failure makes no second copy.
        let id = format!("{}.{}.{number}", dead_stream(&self.stream), self.consumer);
        let headers = wire::headers_of_copy(&message, &id).map_err(NatsError::Failed)?;
        let copy = PublishMessage::build().headers(headers).payload(message.body.into());
        let subject = again_subject(&self.stream, &self.consumer);
        let failed = |error: async_nats::jetstream::context::PublishError| {
            NatsError::Failed(format!("nothing comes again by `{subject}`: {error}"))
        };
        self.connection.context.send_publish(subject.clone(), copy).await.map_err(failed)?.await.map_err(failed)?;
        Ok(())
    }

    /// The stream, and the number of its last message.
    async fn open(&self) -> Result<(Stream, u64), NatsError> {
        let name = dead_stream(&self.stream);
        let stream = self.connection.context.get_stream(&name).await.map_err(|error| {
            use async_nats::jetstream::context::GetStreamErrorKind::JetStream;
            match error.kind() {
                JetStream(own) if own.error_code() == ErrorCode::STREAM_NOT_FOUND => {
                    NatsError::Missing(format!("stream `{name}`"))
                }
                _ => NatsError::Unreachable(error.to_string()),
            }
        })?;
        let last = stream.cached_info().state.last_sequence;
        Ok((stream, last))
    }

    async fn next(&self, dead: &Stream, from: u64, last: u64) -> Result<Option<DeadLetter>, NatsError> {
        let subject = subject(&self.stream, &self.consumer);
        match dead.get_first_raw_message_by_subject(&subject, from).await {
            Ok(StreamMessage { sequence, headers, payload, .. }) if sequence <= last => {
                let message = wire::message(&subject, Some(&headers), &payload);
                Ok(Some(DeadLetter { number: sequence, message }))
            }
            Ok(_) => Ok(None),
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(NatsError::Unreachable(error.to_string())),
        }
    }
}
