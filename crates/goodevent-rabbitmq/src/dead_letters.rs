//! Dead letters: list and requeue.

use goodevent_runtime::{Letter, Letters, Message, Publish as _, PublishError, refusal::take_again};
use lapin::{
    Acker, Channel, Connection,
    options::{BasicAckOptions, BasicGetOptions, QueueDeclareOptions},
    types::{FieldTable, ShortString},
};

use crate::{
    connect::{ConnectError, connect},
    convert::{copy_to, incoming, short},
    publisher::RabbitPublisher,
    topology::dead_queue,
};

/// The dead letters of a queue, each with the reason in its headers ([`goodevent_runtime::refusal`]).
#[derive(Debug, Clone)]
pub struct DeadLetters {
    url: String,
    queue: String,
}

/// Dead letters that are being read; the broker reserves them until the connection ends.
#[derive(Debug)]
pub struct RabbitLetters {
    connection: Connection,
    channel: Channel,
    queue: String,
    dead_queue: ShortString,
    n_left: u32,
    copies: RabbitPublisher,
}

/// Handle that identifies a dead letter when requeuing.
#[derive(Debug)]
pub struct RabbitTicket(Acker);

impl DeadLetters {
    /// Dead letters of `queue`, in the queue `<queue>.dead`.
    #[must_use]
    pub fn new(url: &str, queue: &str) -> Self {
        Self { url: url.to_owned(), queue: queue.to_owned() }
    }

    /// Returns the first dead letters, at most `limit`. They stay in place; while they are read, no other reader sees them.
    ///
    /// # Errors
    /// If the broker is unreachable, or the queue is missing.
    pub async fn list(&self, limit: usize) -> Result<Vec<Message>, ConnectError> {
        let letters = self.open().await?.list(limit).await?;
        Ok(letters.into_iter().map(|letter| letter.message).collect())
    }

    /// Requeues the dead letters that `is_wanted` selects, and returns their number.
    ///
    /// # Errors
    /// If the broker is unreachable, or a queue is missing; earlier dead letters are requeued then.
    pub async fn requeue(&self, is_wanted: impl FnMut(&Message) -> bool + Send) -> Result<usize, ConnectError> {
        self.open().await?.requeue_if(is_wanted).await
    }

    /// Opens the dead letters, to read them one after the other.
    ///
    /// # Errors
    /// If the broker is unreachable, or the queue is missing.
    pub async fn open(&self) -> Result<RabbitLetters, ConnectError> {
        let connection = connect(&self.url, &format!("goodevent dead letters of {}", self.queue)).await?;
        let channel = connection.create_channel().await?;
        let dead_queue = short(&dead_queue(&self.queue)).map_err(ConnectError::Refused)?;
        let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
        // What is laid aside from now on is for the next time, else a loop of refusals would never end.
        let queue = channel.queue_declare(dead_queue.clone(), passive, FieldTable::default()).await?;
        let copies = RabbitPublisher::lazy(&self.url, 1);
        let (queue_name, n_left) = (self.queue.clone(), queue.message_count());
        Ok(RabbitLetters { connection, channel, queue: queue_name, dead_queue, n_left, copies })
    }
}

impl Letters for RabbitLetters {
    type Ticket = RabbitTicket;
    type Error = ConnectError;

    fn n_left(&self) -> Option<u64> {
        Some(self.n_left.into())
    }

    async fn next(&mut self) -> Result<Option<Letter<RabbitTicket>>, ConnectError> {
        if self.n_left == 0 {
            return Ok(None);
        }
        self.n_left -= 1;
        let got = self.channel.basic_get(self.dead_queue.clone(), BasicGetOptions::default()).await?;
        Ok(got.map(|got| {
            let (message, _, acker) = incoming(got.delivery);
            Letter { message, ticket: RabbitTicket(acker) }
        }))
    }

    async fn requeue(&mut self, Letter { mut message, ticket }: Letter<RabbitTicket>) -> Result<(), ConnectError> {
        take_again(&mut message);
        self.copies.publish(copy_to(self.queue.clone(), message)).await.map_err(|error| match error {
            PublishError::Unreachable(why) => ConnectError::Unreachable(why),
            refused => ConnectError::Refused(refused.to_string()),
        })?;
        ticket.0.ack(BasicAckOptions::default()).await?;
        Ok(())
    }

    /// Unacknowledged messages return to their place when the connection ends.
    async fn close(self) {
        let _ = self.connection.close(200, "OK".into()).await;
    }
}
