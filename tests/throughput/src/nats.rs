//! NATS: async-nats, streams on disk that acknowledge what they have, a durable consumer that waits for every message.

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use async_nats::{
    ConnectOptions, HeaderMap, ServerAddr,
    jetstream::{
        self, AckKind, Context,
        consumer::{AckPolicy, PullConsumer, pull},
        context::PublishAckFuture,
        message::PublishMessage,
        stream,
    },
};
use futures_util::StreamExt as _;
use goodevent_nats::{Config, Connection, NatsPublisher, NatsSource};
use goodevent_runtime::Message;

use crate::{
    broker::{Broker, Window, traceparent},
    event::Feed,
    measure::Seen,
};

/// The durable consumer of each stream.
const CONSUMER: &str = "bench";

pub(crate) struct Nats {
    window: usize,
    context: Context,
    ours: Connection,
    place: String,
}

impl Broker for Nats {
    const NAME: &'static str = "nats";
    const VARIABLE: &'static str = "GOODEVENT_NATS_URL";
    const CLIENT: &'static str = "NATS, async-nats";
    const N_EVENTS: usize = 20_000;

    type Publisher = NatsPublisher;
    type Source = NatsSource;

    async fn open(url: &str, window: usize) -> Result<Self> {
        let address: ServerAddr = url.parse()?;
        let options = match (address.username(), address.password()) {
            (Some(user), Some(password)) => ConnectOptions::with_user_and_password(user.into(), password.into()),
            _ => ConnectOptions::new(),
        };
        let context = jetstream::new(options.connect(address).await?);
        let ours = Connection::open(&Config { window, prefetch: window, ..Config::new(url) }).await?;
        Ok(Self { window, context, ours, place: String::new() })
    }

    async fn renew(&mut self, place: &str) -> Result<()> {
        self.remove().await?;
        place.clone_into(&mut self.place);
        let (name, subjects) = (place.to_owned(), vec![place.to_owned()]);
        let config = stream::Config { name, subjects, storage: stream::StorageType::File, ..Default::default() };
        let stream = self.context.create_stream(config).await?;
        let consumer = pull::Config {
            durable_name: Some(CONSUMER.to_owned()),
            ack_policy: AckPolicy::Explicit,
            ack_wait: Duration::from_secs(30),
            max_ack_pending: i64::try_from(self.window)?,
            ..Default::default()
        };
        stream.create_consumer(consumer).await?;
        Ok(())
    }

    async fn publish_bare(&self, feed: &mut Feed) -> Result<()> {
        let mut window = Window::new(self.window);
        while let Some(message) = feed.next().await {
            if let Some(oldest) = window.oldest() {
                confirm(oldest, feed).await?;
            }
            let sent = Instant::now();
            let publish = PublishMessage::build().headers(headers(&message)).payload(message.body.into());
            window.push(sent, self.context.send_publish(self.place.clone(), publish).await?);
        }
        for waiting in window.rest() {
            confirm(waiting, feed).await?;
        }
        Ok(())
    }

    async fn consume_bare(&self, seen: &Seen) -> Result<()> {
        let consumer: PullConsumer = self.context.get_consumer_from_stream(CONSUMER, &self.place).await?;
        let messages = consumer.stream().max_messages_per_batch(self.window).messages().await?;
        // As `double_ack`, but without a subscription for each of them.
        let acks = messages.take(seen.n_expected).map(async |message| {
            let message = message?;
            let id = message.headers.as_ref().and_then(|headers| headers.get("Nats-Msg-Id"));
            seen.note(id.map_or("", |id| id.as_str()));
            let reply = message.reply.clone().context("a message of a stream is to be acknowledged")?;
            anyhow::Ok(self.context.client().request(reply, AckKind::Ack.into()).await?)
        });
        let mut acks = pin!(acks.buffer_unordered(self.window));
        while let Some(told) = acks.next().await {
            told?;
        }
        Ok(())
    }

    async fn publisher(&self) -> Result<NatsPublisher> {
        Ok(self.ours.publisher())
    }

    async fn source(&self) -> Result<NatsSource> {
        Ok(self.ours.source(&self.place, CONSUMER))
    }

    async fn close(mut self) -> Result<()> {
        self.remove().await?;
        Ok(self.ours.close().await?)
    }
}

impl Nats {
    async fn remove(&mut self) -> Result<()> {
        if !self.place.is_empty() {
            self.context.delete_stream(&self.place).await?;
        }
        Ok(())
    }
}

async fn confirm((sent, confirmation): (Instant, PublishAckFuture), feed: &mut Feed) -> Result<()> {
    confirmation.await?;
    feed.confirmed(sent);
    Ok(())
}

fn headers(message: &Message) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("traceparent", traceparent(message));
    headers.insert("Nats-Msg-Id", message.id.as_str());
    headers.insert("goodevent-type", message.event_type.as_str());
    if let Some(key) = &message.partition_key {
        headers.insert("goodevent-key", key.as_str());
    }
    headers
}
