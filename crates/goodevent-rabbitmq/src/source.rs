//! Consuming a queue and settling its messages.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use futures_core::Stream as _;
use goodevent_runtime::{Message, Pauses, Publish as _, Received, Refusal, Settle, SettleError, Source, SourceError};
use lapin::{
    Acker, Channel, Connection, Consumer,
    message::Delivery,
    options::{BasicAckOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions},
    types::FieldTable,
};
use tokio::{runtime::Handle, time::timeout};

use crate::{
    connect::{ConnectError, PATIENCE, connect, in_time},
    convert::{copy_to, incoming, short, with_attempt},
    publisher::RabbitPublisher,
    topology::{dead_queue, retry_queue},
};

/// A message whose copy could not be placed comes again, but not at once and for ever.
const PAUSE: Duration = Duration::from_secs(1);

/// Consumes a queue. It declares nothing, so that it needs no configure permission.
///
/// It reconnects to a lost broker, and waits for a broker that is not running yet. A rejected login, a missing queue and a
/// missing permission are errors.
///
/// Delayed retries need the retry queues beside the queue, and dead letters need their queue: see
/// [`Topology::queue`](crate::Topology::queue).
#[derive(Debug)]
pub struct RabbitSource {
    url: String,
    queue: String,
    prefetch: u16,
    link: Option<Link>,
    desk: Option<Arc<Desk>>,
}

#[derive(Debug)]
struct Link {
    consumer: Consumer,
    // Both end with the last handle.
    _channel: Channel,
    _connection: Connection,
}

/// What receipts share.
#[derive(Debug)]
struct Desk {
    queue: String,
    copies: RabbitPublisher,
}

impl RabbitSource {
    /// Creates a source of a queue. It connects when the first message is requested.
    #[must_use]
    pub fn new(url: &str, queue: &str) -> Self {
        Self { url: url.to_owned(), queue: queue.to_owned(), prefetch: 100, link: None, desk: None }
    }

    /// Sets the number of unsettled messages: those that are handled at the same time, and some that wait. Default: 100.
    /// With 1, several instances of a service share the messages evenly.
    #[must_use]
    pub fn prefetch(self, prefetch: u16) -> Self {
        Self { prefetch: prefetch.max(1), ..self }
    }

    /// Consumes, however long it takes to get there.
    async fn attach(&mut self) -> Result<(), SourceError> {
        let mut pauses = Pauses::default();
        loop {
            match self.try_attach().await {
                Ok(link) => {
                    self.link = Some(link);
                    return Ok(());
                }
                Err(ConnectError::Refused(why)) => return Err(SourceError(why)),
                Err(ConnectError::Unreachable(why)) => {
                    let pause = pauses.grow();
                    tracing::warn!(queue = self.queue, why, ?pause, "waiting for the broker");
                    tokio::time::sleep(pause).await;
                }
            }
        }
    }

    async fn try_attach(&self) -> Result<Link, ConnectError> {
        let queue = short(&self.queue).map_err(ConnectError::Refused)?;
        let connection = connect(&self.url, &format!("goodevent consumer of {}", self.queue)).await?;
        let consuming = async {
            let channel = connection.create_channel().await?;
            channel.basic_qos(self.prefetch, BasicQosOptions::default()).await?;
            let options = BasicConsumeOptions::default();
            let consumer = channel.basic_consume(queue, "".into(), options, FieldTable::default()).await?;
            Ok::<_, lapin::Error>((channel, consumer))
        };
        let (channel, consumer) = in_time(consuming).await?;
        Ok(Link { consumer, _channel: channel, _connection: connection })
    }

    fn received(&mut self, delivery: Delivery) -> Received<RabbitReceipt> {
        let desk = self.desk.get_or_insert_with(|| {
            let copies = RabbitPublisher::lazy(&self.url, usize::from(self.prefetch));
            Arc::new(Desk { queue: self.queue.clone(), copies })
        });
        let (message, attempt, acker) = incoming(delivery);
        let receipt = RabbitReceipt { unsettled: Some(acker), desk: Arc::clone(desk) };
        Received { message: message.into(), attempt, receipt }
    }
}

impl Source for RabbitSource {
    type Receipt = RabbitReceipt;

    async fn next(&mut self) -> Result<Option<Received<RabbitReceipt>>, SourceError> {
        loop {
            let Some(link) = &mut self.link else {
                self.attach().await?;
                continue;
            };
            let why = match poll_fn(|cx| Pin::new(&mut link.consumer).poll_next(cx)).await {
                Some(Ok(delivery)) => return Ok(Some(self.received(delivery))),
                Some(Err(error)) => match error.into() {
                    ConnectError::Refused(why) => return Err(SourceError(why)),
                    ConnectError::Unreachable(why) => why,
                },
                // If the queue is gone, the next attempt says so.
                None => "the broker ended it".to_owned(),
            };
            tracing::warn!(queue = self.queue, why, "consuming again");
            self.link = None;
        }
    }
}

/// Settles a message; dropping it releases the message.
///
/// A retried or dead-lettered message is published as a copy first, and acknowledged after the copy is confirmed: a crash
/// may duplicate a message but never lose it.
#[derive(Debug)]
pub struct RabbitReceipt {
    unsettled: Option<Acker>,
    desk: Arc<Desk>,
}

impl RabbitReceipt {
    async fn done(mut self) -> Result<(), SettleError> {
        let Some(acker) = self.unsettled.take() else { return Ok(()) };
        told(acker.ack(BasicAckOptions::default())).await
    }

    /// Places a copy, and is done with the original.
    async fn replace(self, copy: Message) -> Result<(), SettleError> {
        match self.desk.copies.publish(copy).await {
            Ok(()) => self.done().await,
            Err(error) => {
                tokio::time::sleep(PAUSE).await;
                let why = format!("cannot publish its copy: {error}");
                self.release().await.map_err(|SettleError(other)| SettleError(format!("{why}; {other}")))?;
                Err(SettleError(why))
            }
        }
    }
}

/// What became of a word to the broker. Without a limit of time, one that the client forgets when the connection ends would
/// hold up all that comes after it.
async fn told(settling: impl Future<Output = lapin::Result<bool>>) -> Result<(), SettleError> {
    match timeout(PATIENCE, settling).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err(SettleError("its connection is lost".to_owned())),
        Ok(Err(error)) => Err(SettleError(error.to_string())),
        Err(_) => Err(SettleError(format!("the broker was not reached within {PATIENCE:?}"))),
    }
}

async fn give_back(acker: Acker) -> Result<(), SettleError> {
    told(acker.nack(BasicNackOptions { requeue: true, ..BasicNackOptions::default() })).await
}

impl Drop for RabbitReceipt {
    fn drop(&mut self) {
        if let (Some(acker), Ok(runtime)) = (self.unsettled.take(), Handle::try_current()) {
            runtime.spawn(give_back(acker));
        }
    }
}

impl Settle for RabbitReceipt {
    async fn ack(self) -> Result<(), SettleError> {
        self.done().await
    }

    async fn release(mut self) -> Result<(), SettleError> {
        let Some(acker) = self.unsettled.take() else { return Ok(()) };
        give_back(acker).await
    }

    async fn retry(self, message: &Message, after: Duration, attempt: u32) -> Result<(), SettleError> {
        let copy = copy_to(retry_queue(&self.desk.queue, after), message.clone());
        self.replace(with_attempt(copy, attempt)).await
    }

    async fn dead_letter(self, message: &Message, why: &Refusal) -> Result<(), SettleError> {
        let copy = copy_to(dead_queue(&self.desk.queue), why.marked(message));
        self.replace(copy).await
    }
}
