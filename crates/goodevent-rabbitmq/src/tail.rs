//! Live tail: copies of messages that are published from now on, in a temporary queue.

use std::{future::poll_fn, pin::Pin};

use futures_core::Stream as _;
use goodevent_runtime::{Binding, BrokerError, Message, Tail};
use lapin::{
    Channel, Consumer,
    options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions, QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable},
};

use crate::{
    connection::{Config, Connection, broker_error, connect},
    wire::{incoming, short},
};

/// As many may wait for whoever watches; older ones are dropped, so that a window that stands still costs no broker its disk.
const MAX_WAITING: u32 = 10_000;

/// Copies of messages of exchanges and routing keys, in a private queue that is deleted with the connection.
#[derive(Debug)]
pub struct RabbitTail {
    consumer: Consumer,
    missing: Vec<String>,
    // Both end with the last handle.
    _channel: Channel,
    _connection: lapin::Connection,
}

impl Connection {
    /// Opens a tail of exchanges and routing keys.
    ///
    /// # Errors
    /// If the broker is unreachable or denies access, or no exchange exists.
    pub async fn tail(&self, bindings: &[Binding]) -> Result<RabbitTail, BrokerError> {
        RabbitTail::open(&self.config, bindings).await
    }
}

impl RabbitTail {
    pub(crate) async fn open(config: &Config, bindings: &[Binding]) -> Result<Self, BrokerError> {
        let connection = connect(config, "tail").await?;
        let mut channel = connection.create_channel().await.map_err(broker_error)?;
        let options = QueueDeclareOptions { exclusive: true, auto_delete: true, ..QueueDeclareOptions::default() };
        let mut arguments = FieldTable::default();
        arguments.insert("x-max-length".into(), AMQPValue::LongUInt(MAX_WAITING));
        let queue = channel.queue_declare("".into(), options, arguments).await.map_err(broker_error)?.name().clone();
        let (mut missing, mut n_bound) = (Vec::new(), 0);
        for Binding { topic, routing_key } in bindings.iter().filter(|binding| !binding.topic.is_empty()) {
            if missing.contains(topic) {
                continue;
            }
            let exchange = short(topic).map_err(BrokerError::config)?;
            let key = short(routing_key.as_deref().unwrap_or("#")).map_err(BrokerError::config)?;
            let options = QueueBindOptions::default();
            match channel.queue_bind(queue.clone(), exchange, key, options, FieldTable::default()).await {
                Ok(()) => n_bound += 1,
                // A negative answer closes the channel, and the queue belongs to the connection.
                Err(error) if is_missing(&error) => {
                    missing.push(topic.clone());
                    channel = connection.create_channel().await.map_err(broker_error)?;
                }
                Err(error) => return Err(broker_error(error).context(format!("exchange `{topic}`"))),
            }
        }
        if n_bound == 0 {
            return Err(BrokerError::missing(format!("exchange `{}`", missing.join("`, `"))));
        }
        channel.basic_qos(1000, BasicQosOptions::default()).await.map_err(broker_error)?;
        let options = BasicConsumeOptions { exclusive: true, ..BasicConsumeOptions::default() };
        let consuming = channel.basic_consume(queue, "".into(), options, FieldTable::default());
        let consumer = consuming.await.map_err(broker_error)?;
        Ok(Self { consumer, missing, _channel: channel, _connection: connection })
    }
}

fn is_missing(error: &lapin::Error) -> bool {
    matches!(error.kind(), lapin::ErrorKind::ProtocolError(own) if own.get_id() == 404)
}

impl Tail for RabbitTail {
    fn missing(&self) -> &[String] {
        &self.missing
    }

    /// The queue is deleted with the connection, so that a lost connection ends the tail.
    async fn next(&mut self) -> Result<Message, BrokerError> {
        let ended = |error| broker_error(error).context("messages that are published meanwhile are missed");
        let delivery = match poll_fn(|cx| Pin::new(&mut self.consumer).poll_next(cx)).await {
            Some(delivery) => delivery.map_err(ended)?,
            None => return Err(BrokerError::unreachable("the broker ended the tail")),
        };
        let (message, _, acker) = incoming(delivery);
        acker.ack(BasicAckOptions::default()).await.map_err(ended)?;
        Ok(message)
    }
}
