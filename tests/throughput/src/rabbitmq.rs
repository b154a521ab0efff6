//! RabbitMQ: lapin, persistent and mandatory messages with publisher confirms.

use std::{pin::pin, time::Instant};

use anyhow::{Result, ensure};
use futures_util::{StreamExt as _, stream::FuturesOrdered};
use goodevent_rabbitmq::{Config, RabbitPublisher, RabbitSource};
use goodevent_runtime::Message;
use lapin::{
    BasicProperties, Channel, Confirmation, Connection, ExchangeKind,
    options::{
        BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, ExchangeDeclareOptions,
        QueueDeclareOptions,
    },
    types::{AMQPValue, FieldTable, ShortString},
};

use crate::{
    broker::{Broker, traceparent},
    event::Feed,
    measure::Seen,
};

pub(crate) struct RabbitMq {
    window: usize,
    connection: Connection,
    channel: Channel,
    ours: goodevent_rabbitmq::Connection,
    publisher: RabbitPublisher,
    place: String,
}

impl Broker for RabbitMq {
    const NAME: &'static str = "rabbitmq";
    const VARIABLE: &'static str = "GOODEVENT_RABBITMQ_URL";
    const CLIENT: &'static str = "RabbitMQ, lapin";
    const N_EVENTS: usize = 20_000;

    type Publisher = RabbitPublisher;
    type Source = RabbitSource;

    async fn open(url: &str, window: usize) -> Result<Self> {
        let connection = Connection::connect(url, Default::default()).await?;
        let channel = connection.create_channel().await?;
        channel.confirm_select(Default::default()).await?;
        let config = Config { window, prefetch: u16::try_from(window)?, ..Config::new(url) };
        let ours = goodevent_rabbitmq::Connection::open(&config).await?;
        let publisher = ours.publisher();
        Ok(Self { window, connection, channel, ours, publisher, place: String::new() })
    }

    async fn renew(&mut self, place: &str) -> Result<()> {
        remove(&self.channel, &self.place).await?;
        place.clone_into(&mut self.place);
        declare(&self.channel, place).await
    }

    async fn publish_bare(&self, feed: &mut Feed) -> Result<()> {
        let mut window = FuturesOrdered::new();
        let mut is_open = true;
        while is_open || !window.is_empty() {
            tokio::select! {
                biased;
                Some(sent) = window.next() => feed.confirmed(sent?),
                next = feed.next(), if is_open && window.len() < self.window => match next {
                    Some(message) => window.push_back(self.publish(message)),
                    None => is_open = false,
                },
            }
        }
        Ok(())
    }

    async fn consume_bare(&self, seen: &Seen) -> Result<()> {
        let channel = self.connection.create_channel().await?;
        channel.basic_qos(u16::try_from(self.window)?, BasicQosOptions::default()).await?;
        let options = BasicConsumeOptions::default();
        let consumer =
            channel.basic_consume(self.place.as_str().into(), "".into(), options, FieldTable::default()).await?;
        let acks = consumer.take(seen.n_expected).map(async |delivery| {
            let delivery = delivery?;
            seen.note(delivery.properties.message_id().as_ref().map_or("", ShortString::as_str));
            delivery.ack(BasicAckOptions::default()).await
        });
        let mut acks = pin!(acks.buffer_unordered(self.window));
        while let Some(told) = acks.next().await {
            ensure!(told?, "a message could not be acknowledged");
        }
        Ok(channel.close(200, "OK".into()).await?)
    }

    async fn publisher(&self) -> Result<RabbitPublisher> {
        Ok(self.publisher.clone())
    }

    async fn source(&self) -> Result<RabbitSource> {
        Ok(self.ours.source(&self.place))
    }

    async fn close(self) -> Result<()> {
        remove(&self.channel, &self.place).await?;
        Ok(self.connection.close(200, "OK".into()).await?)
    }
}

impl RabbitMq {
    /// Publishes a message, and waits for its confirmation; when it was sent.
    async fn publish(&self, message: Message) -> Result<Instant> {
        let (sent, place) = (Instant::now(), || ShortString::from(self.place.as_str()));
        let options = BasicPublishOptions { mandatory: true, ..Default::default() };
        let publishing =
            self.channel.basic_publish(place(), place(), options, &message.body, properties(&message)).await?;
        ensure!(publishing.await? == Confirmation::Ack(None), "a message was not taken");
        Ok(sent)
    }
}

fn properties(message: &Message) -> BasicProperties {
    let mut headers = FieldTable::default();
    headers.insert("traceparent".into(), AMQPValue::LongString(traceparent(message).into()));
    if let Some(key) = &message.partition_key {
        headers.insert("goodevent-key".into(), AMQPValue::LongString(key.as_str().into()));
    }
    BasicProperties::default()
        .with_delivery_mode(2)
        .with_message_id(message.id.as_str().into())
        .with_type(message.event_type.as_str().into())
        .with_content_type("application/json".into())
        .with_headers(headers)
}

/// An exchange with a durable queue, both of one name; AMQP 1.0 has no words for that.
pub(crate) async fn declare(channel: &Channel, place: &str) -> Result<()> {
    let name = || ShortString::from(place);
    let durable = ExchangeDeclareOptions { durable: true, ..Default::default() };
    channel.exchange_declare(name(), ExchangeKind::Direct, durable, FieldTable::default()).await?;
    let durable = QueueDeclareOptions { durable: true, ..Default::default() };
    channel.queue_declare(name(), durable, FieldTable::default()).await?;
    Ok(channel.queue_bind(name(), name(), name(), Default::default(), FieldTable::default()).await?)
}

pub(crate) async fn remove(channel: &Channel, place: &str) -> Result<()> {
    if !place.is_empty() {
        channel.queue_delete(place.into(), Default::default()).await?;
        channel.exchange_delete(place.into(), Default::default()).await?;
    }
    Ok(())
}
