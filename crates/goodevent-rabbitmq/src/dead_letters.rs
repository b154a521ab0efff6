//! What was laid aside: to be looked at, and to be taken again.

use goodevent_runtime::{Message, Publish as _, PublishError, refusal::REQUEUED};
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

/// Messages that the broker holds back for us, until the channel ends.
struct Held {
    connection: Connection,
    channel: Channel,
    dead_queue: ShortString,
    n_left: u32,
}

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
        let mut held = self.hold().await?;
        let mut messages = Vec::new();
        while messages.len() < limit
            && let Some((message, _)) = held.next().await?
        {
            messages.push(message);
        }
        held.let_go().await;
        Ok(messages)
    }

    /// Puts those that `is_wanted` names back into their queue, and leaves the others; how many that are.
    ///
    /// Each goes with a count of how often it was taken again, and with the reasons of the last time. It is in the queue
    /// before it is gone from here: a crash in between makes two of one, but never none.
    ///
    /// # Errors
    /// If the broker can't be reached, or a queue is not there; those before are back then.
    pub async fn requeue(&self, mut is_wanted: impl FnMut(&Message) -> bool + Send) -> Result<usize, ConnectError> {
        let copies = RabbitPublisher::connect(&self.url, 1).await?;
        let mut held = self.hold().await?;
        let mut n_requeued = 0;
        while let Some((mut message, acker)) = held.next().await? {
            if !is_wanted(&message) {
                continue;
            }
            let n_before = message.header(REQUEUED).and_then(|count| count.parse::<u32>().ok()).unwrap_or(0);
            message.headers.insert(REQUEUED.to_owned(), n_before.saturating_add(1).to_string());
            copies.publish(copy_to(self.queue.clone(), message)).await.map_err(|error| match error {
                PublishError::Unreachable(why) => ConnectError::Unreachable(why),
                refused => ConnectError::Refused(refused.to_string()),
            })?;
            acker.ack(BasicAckOptions::default()).await?;
            n_requeued += 1;
        }
        held.let_go().await;
        Ok(n_requeued)
    }

    async fn hold(&self) -> Result<Held, ConnectError> {
        let connection = connect(&self.url, &format!("goodevent dead letters of {}", self.queue)).await?;
        let channel = connection.create_channel().await?;
        let dead_queue = short(&dead_queue(&self.queue)).map_err(ConnectError::Refused)?;
        let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
        // What is laid aside from now on is for the next time, else a loop of refusals would never end.
        let queue = channel.queue_declare(dead_queue.clone(), passive, FieldTable::default()).await?;
        Ok(Held { connection, channel, dead_queue, n_left: queue.message_count() })
    }
}

impl Held {
    async fn next(&mut self) -> Result<Option<(Message, Acker)>, ConnectError> {
        if self.n_left == 0 {
            return Ok(None);
        }
        self.n_left -= 1;
        let got = self.channel.basic_get(self.dead_queue.clone(), BasicGetOptions::default()).await?;
        Ok(got.map(|got| {
            let (message, _, acker) = incoming(got.delivery);
            (message, acker)
        }))
    }

    /// What is not acknowledged goes back to its place when the connection ends.
    async fn let_go(self) {
        let _ = self.connection.close(200, "OK".into()).await;
    }
}
