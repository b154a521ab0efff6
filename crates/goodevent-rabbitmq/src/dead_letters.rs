//! Dead letters: list and requeue.

use goodevent_runtime::{BrokerError, DeadLetter, DeadLetters, Message, Publish as _};
use lapin::{
    Acker, Channel,
    options::{BasicAckOptions, BasicGetOptions, QueueDeclareOptions},
    types::{FieldTable, ShortString},
};

use crate::{
    connection::{Config, Connection, connect, in_time},
    publisher::RabbitPublisher,
    topology::dead_queue,
    wire::{copy_to, incoming, short},
};

/// Dead letters of a queue that are being read; the broker reserves them until the connection ends. Each has the reason in
/// its headers ([`goodevent_runtime::headers`]).
#[derive(Debug)]
pub struct RabbitDeadLetters {
    config: Config,
    connection: lapin::Connection,
    channel: Channel,
    queue: String,
    dead_queue: ShortString,
    n_left: u32,
    copies: RabbitPublisher,
}

/// Handle that identifies a dead letter when it is requeued.
#[derive(Debug)]
pub struct RabbitDeadLetterReceipt(Acker);

impl Connection {
    /// Opens the dead letters of a queue, which are in the queue `<queue>.dead`. While they are read, no other reader sees
    /// them.
    ///
    /// # Errors
    /// If the broker is unreachable, or the queue is missing.
    pub async fn dead_letters(&self, queue: &str) -> Result<RabbitDeadLetters, BrokerError> {
        RabbitDeadLetters::open(&self.config, queue).await
    }
}

impl RabbitDeadLetters {
    pub(crate) async fn open(config: &Config, queue: &str) -> Result<Self, BrokerError> {
        let dead_queue = short(&dead_queue(queue)).map_err(BrokerError::config)?;
        let connection = connect(config, &format!("dead letters of {queue}")).await?;
        let opening = async {
            let channel = connection.create_channel().await?;
            let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
            // Later dead letters need another pass, because a loop of refusals would never end.
            let declared = channel.queue_declare(dead_queue.clone(), passive, FieldTable::default()).await?;
            Ok((channel, declared.message_count()))
        };
        let opened = in_time(config, opening).await;
        let (channel, n_left) = opened.map_err(|error| error.context(format!("queue `{dead_queue}`")))?;
        let copies = RabbitPublisher::new(config, 1);
        Ok(Self { config: config.clone(), connection, channel, queue: queue.to_owned(), dead_queue, n_left, copies })
    }
}

impl DeadLetters for RabbitDeadLetters {
    type Receipt = RabbitDeadLetterReceipt;

    fn n_left(&self) -> Option<u64> {
        Some(self.n_left.into())
    }

    async fn next(&mut self) -> Result<Option<DeadLetter<RabbitDeadLetterReceipt>>, BrokerError> {
        if self.n_left == 0 {
            return Ok(None);
        }
        self.n_left -= 1;
        let getting = self.channel.basic_get(self.dead_queue.clone(), BasicGetOptions::default());
        let got = in_time(&self.config, getting).await?;
        Ok(got.map(|got| {
            let (message, _, acker) = incoming(got.delivery);
            DeadLetter { message, receipt: RabbitDeadLetterReceipt(acker) }
        }))
    }

    async fn publish_copy(&mut self, message: Message, _: &RabbitDeadLetterReceipt) -> Result<(), BrokerError> {
        Ok(self.copies.publish(copy_to(self.queue.clone(), message)).await?)
    }

    async fn remove(&mut self, receipt: RabbitDeadLetterReceipt) -> Result<(), BrokerError> {
        in_time(&self.config, receipt.0.ack(BasicAckOptions::default())).await.map(drop)
    }

    /// Unacknowledged messages return to their place when the connection ends.
    async fn close(self) {
        let _ = self.connection.close(200, "OK".into()).await;
    }
}
