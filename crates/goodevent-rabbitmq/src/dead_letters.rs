//! What was laid aside: to be looked at, and to be taken again.

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

/// Dead letters that are looked at: the broker holds them back for us, until the connection ends.
#[derive(Debug)]
pub struct RabbitLetters {
    connection: Connection,
    channel: Channel,
    queue: String,
    dead_queue: ShortString,
    n_left: u32,
    copies: RabbitPublisher,
}

/// What a dead letter is taken again by.
#[derive(Debug)]
pub struct RabbitTicket(Acker);

impl DeadLetters {
    /// Those of `queue`, which lie in `<queue>.dead`.
    #[must_use]
    pub fn new(url: &str, queue: &str) -> Self {
        Self { url: url.to_owned(), queue: queue.to_owned() }
    }

    /// The first of them, at most `limit`. They stay where they are; while they are looked at, nobody else sees them.
    ///
    /// # Errors
    /// If the broker can't be reached, or the queue is not there.
    pub async fn list(&self, limit: usize) -> Result<Vec<Message>, ConnectError> {
        let letters = self.open().await?.list(limit).await?;
        Ok(letters.into_iter().map(|letter| letter.message).collect())
    }

    /// Puts those that `is_wanted` names back into their queue, and leaves the others; how many that are.
    ///
    /// # Errors
    /// If the broker can't be reached, or a queue is not there; those before are back then.
    pub async fn requeue(&self, is_wanted: impl FnMut(&Message) -> bool + Send) -> Result<usize, ConnectError> {
        self.open().await?.requeue_if(is_wanted).await
    }

    /// Opens them, to go through them one after the other.
    ///
    /// # Errors
    /// If the broker can't be reached, or the queue is not there.
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

    /// What is not acknowledged goes back to its place when the connection ends.
    async fn close(self) {
        let _ = self.connection.close(200, "OK".into()).await;
    }
}
