//! Consuming a queue and settling its messages.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use futures_core::Stream as _;
use goodevent_runtime::{
    Backoff, BrokerError, BrokerErrorKind, Message, Publish as _, Received, Refusal, Settle, Source,
    copy_then_acknowledge,
};
use lapin::{
    Acker, Channel, Consumer,
    message::Delivery,
    options::{BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions},
    types::FieldTable,
};
use tokio::runtime::Handle;

use crate::{
    connection::{Config, Connection, broker_error, connect, in_time},
    publisher::RabbitPublisher,
    topology::{dead_queue, retry_queue},
    wire::{copy_to, incoming, short, with_attempt},
};

/// Consumes a queue. It declares nothing, so that it needs no configure permission.
///
/// It reconnects to a lost broker, and waits for a broker that is not running yet. A rejected login, a missing queue and a
/// missing permission are errors.
///
/// Delayed retries need the retry queues beside the queue, and dead letters need their queue: see
/// [`Topology::queue`](crate::Topology::queue).
#[derive(Debug)]
pub struct RabbitSource {
    config: Config,
    queue: String,
    link: Option<Link>,
    desk: Option<Arc<Desk>>,
}

#[derive(Debug)]
struct Link {
    consumer: Consumer,
    // Both end with the last handle.
    channel: Channel,
    _connection: lapin::Connection,
}

/// What receipts share.
#[derive(Debug)]
struct Desk {
    config: Config,
    queue: String,
    copies: RabbitPublisher,
}

impl Connection {
    /// Creates a source of a queue. It connects when the first message is requested.
    #[must_use]
    pub fn source(&self, queue: &str) -> RabbitSource {
        RabbitSource::new(&self.config, queue)
    }
}

impl RabbitSource {
    pub(crate) fn new(config: &Config, queue: &str) -> Self {
        Self { config: config.clone(), queue: queue.to_owned(), link: None, desk: None }
    }

    async fn try_attach(&self) -> Result<Link, BrokerError> {
        let queue = short(&self.queue).map_err(BrokerError::config)?;
        let connection = connect(&self.config, &format!("consumer of {}", self.queue)).await?;
        let consuming = async {
            let channel = connection.create_channel().await?;
            channel.basic_qos(self.config.prefetch.max(1), BasicQosOptions::default()).await?;
            let options = BasicConsumeOptions::default();
            let consumer = channel.basic_consume(queue, "".into(), options, FieldTable::default()).await?;
            Ok((channel, consumer))
        };
        let (channel, consumer) = in_time(&self.config, consuming).await.map_err(|error| self.named(error))?;
        Ok(Link { consumer, channel, _connection: connection })
    }

    fn named(&self, error: BrokerError) -> BrokerError {
        error.context(format!("queue `{}`", self.queue))
    }

    fn received(&mut self, delivery: Delivery) -> Received<RabbitReceipt> {
        let desk = self.desk.get_or_insert_with(|| {
            let copies = RabbitPublisher::new(&self.config, self.config.prefetch.into());
            Arc::new(Desk { config: self.config.clone(), queue: self.queue.clone(), copies })
        });
        let (message, attempt, acker) = incoming(delivery);
        let receipt = RabbitReceipt { unsettled: Some(acker), desk: Arc::clone(desk) };
        Received { message: message.into(), attempt, receipt }
    }
}

impl Source for RabbitSource {
    type Receipt = RabbitReceipt;

    async fn next(&mut self) -> Result<Option<Received<RabbitReceipt>>, BrokerError> {
        loop {
            let Some(link) = &mut self.link else {
                let link = Backoff::until_reachable(&self.queue, || self.try_attach()).await?;
                self.link = Some(link);
                continue;
            };
            let why = match poll_fn(|cx| Pin::new(&mut link.consumer).poll_next(cx)).await {
                Some(Ok(delivery)) => return Ok(Some(self.received(delivery))),
                Some(Err(error)) => {
                    let error = broker_error(error);
                    if error.kind() != BrokerErrorKind::Unreachable {
                        return Err(self.named(error));
                    }
                    error.chain()
                }
                // If the queue is gone, the next attempt reports it.
                None => "the broker ended the consumer".to_owned(),
            };
            tracing::warn!(queue = self.queue, why, "consuming again");
            self.link = None;
        }
    }

    /// Messages that are here already return to the queue when the channel ends.
    async fn stop(&mut self) {
        let Some(link) = &self.link else { return };
        let cancelling = link.channel.basic_cancel(link.consumer.tag(), BasicCancelOptions::default());
        if let Err(error) = in_time(&self.config, cancelling).await {
            tracing::warn!(queue = self.queue, error = error.chain(), "the consumer is not cancelled");
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
    /// Publishes a copy, and acknowledges the original.
    async fn replace(self, copy: Message) -> Result<(), BrokerError> {
        let copies = self.desk.copies.clone();
        copy_then_acknowledge(self, async move { copies.publish(copy).await }, Settle::ack).await
    }
}

/// Waits until the broker is informed.
async fn informed(config: &Config, settling: impl Future<Output = lapin::Result<bool>>) -> Result<(), BrokerError> {
    match in_time(config, settling).await? {
        true => Ok(()),
        false => Err(BrokerError::unreachable("the connection of the message is lost")),
    }
}

async fn give_back(config: &Config, acker: Acker) -> Result<(), BrokerError> {
    informed(config, acker.nack(BasicNackOptions { requeue: true, ..BasicNackOptions::default() })).await
}

impl Drop for RabbitReceipt {
    fn drop(&mut self) {
        if let (Some(acker), Ok(runtime)) = (self.unsettled.take(), Handle::try_current()) {
            let desk = Arc::clone(&self.desk);
            runtime.spawn(async move { give_back(&desk.config, acker).await });
        }
    }
}

impl Settle for RabbitReceipt {
    async fn ack(mut self) -> Result<(), BrokerError> {
        let Some(acker) = self.unsettled.take() else { return Ok(()) };
        informed(&self.desk.config, acker.ack(BasicAckOptions::default())).await
    }

    async fn release(mut self) -> Result<(), BrokerError> {
        let Some(acker) = self.unsettled.take() else { return Ok(()) };
        give_back(&self.desk.config, acker).await
    }

    async fn retry(self, message: &Message, after: Duration, attempt: u32) -> Result<(), BrokerError> {
        let copy = copy_to(retry_queue(&self.desk.queue, after), message.clone());
        self.replace(with_attempt(copy, attempt)).await
    }

    async fn dead_letter(self, message: &Message, why: &Refusal) -> Result<(), BrokerError> {
        let copy = copy_to(dead_queue(&self.desk.queue), why.marked(message));
        self.replace(copy).await
    }
}
