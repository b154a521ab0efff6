//! Live tail: copies of messages that are published from now on, in a temporary queue.

use std::{future::poll_fn, pin::Pin};

use futures_core::Stream as _;
use goodevent_runtime::{Message, SourceError, Tail};
use lapin::{
    Channel, Connection, Consumer,
    options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions, QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable},
};

use crate::{
    connect::{ConnectError, connect},
    convert::{incoming, short},
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
    _connection: Connection,
}

impl RabbitTail {
    /// Opens a tail of exchanges, each with a routing key; `#` matches all keys of a topic exchange.
    ///
    /// # Errors
    /// If the broker is unreachable or denies access, or no exchange exists.
    pub async fn open(url: &str, places: &[(String, String)]) -> Result<Self, ConnectError> {
        let connection = connect(url, "goodevent tail").await?;
        let mut channel = connection.create_channel().await?;
        let options = QueueDeclareOptions { exclusive: true, auto_delete: true, ..QueueDeclareOptions::default() };
        let mut bound = FieldTable::default();
        bound.insert("x-max-length".into(), AMQPValue::LongUInt(MAX_WAITING));
        let queue = channel.queue_declare("".into(), options, bound).await?.name().clone();
        let (mut missing, mut n_bound) = (Vec::new(), 0);
        for (exchange, key) in places.iter().filter(|(exchange, _)| !exchange.is_empty()) {
            if missing.contains(exchange) {
                continue;
            }
            let names = (queue.clone(), short(exchange), short(key));
            let (exchange_name, key) =
                (names.1.map_err(ConnectError::Refused)?, names.2.map_err(ConnectError::Refused)?);
            let binding =
                channel.queue_bind(names.0, exchange_name, key, QueueBindOptions::default(), FieldTable::default());
            match binding.await {
                Ok(()) => n_bound += 1,
                // The answer no closes a channel, and the queue belongs to the connection.
                Err(error) if is_missing(&error) => {
                    missing.push(exchange.clone());
                    channel = connection.create_channel().await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        if n_bound == 0 {
            return Err(ConnectError::Refused(format!("there is no exchange `{}`", missing.join("`, `"))));
        }
        channel.basic_qos(1000, BasicQosOptions::default()).await?;
        let options = BasicConsumeOptions { exclusive: true, ..BasicConsumeOptions::default() };
        let consumer = channel.basic_consume(queue, "".into(), options, FieldTable::default()).await?;
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

    /// Our queue goes with the connection, so that what is published without us is not seen.
    async fn next(&mut self) -> Result<Message, SourceError> {
        let ended = |why: String| SourceError(format!("{why}; messages that are published meanwhile are missed"));
        let delivery = match poll_fn(|cx| Pin::new(&mut self.consumer).poll_next(cx)).await {
            Some(Ok(delivery)) => delivery,
            Some(Err(error)) => return Err(ended(error.to_string())),
            None => return Err(ended("the broker ended it".to_owned())),
        };
        let (message, _, acker) = incoming(delivery);
        acker.ack(BasicAckOptions::default()).await.map_err(|error| ended(error.to_string()))?;
        Ok(message)
    }
}
