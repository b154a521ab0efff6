//! Kafka: rdkafka, an idempotent producer that waits for all replicas, a group that commits what was handled.

use std::time::Instant;

use anyhow::{Result, anyhow};
use goodevent_kafka::{Config, Connection, KafkaPublisher, KafkaSource};
use rdkafka::{
    ClientConfig, Message as _,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{CommitMode, Consumer as _, StreamConsumer},
    message::{Header, OwnedHeaders},
    producer::{FutureProducer, FutureRecord, future_producer::DeliveryFuture},
};

use crate::{
    broker::{Broker, Window, traceparent},
    event::Feed,
    measure::Seen,
};

pub(crate) struct Kafka {
    client: ClientConfig,
    window: usize,
    admin: AdminClient<DefaultClientContext>,
    producer: FutureProducer,
    connection: Connection,
    ours: KafkaPublisher,
    place: String,
}

impl Broker for Kafka {
    const NAME: &'static str = "kafka";
    const VARIABLE: &'static str = "GOODEVENT_KAFKA_URL";
    const CLIENT: &'static str = "Kafka, rdkafka";
    const N_EVENTS: usize = 60_000;

    type Publisher = KafkaPublisher;
    type Source = KafkaSource;

    async fn open(url: &str, window: usize) -> Result<Self> {
        let mut client = ClientConfig::new();
        client.set("bootstrap.servers", url);
        let admin = client.create()?;
        let idempotent = [("enable.idempotence", "true"), ("linger.ms", "2")];
        let producer = idempotent.into_iter().fold(client.clone(), set).create()?;
        let connection = Connection::open(&Config { window, prefetch: window, ..Config::new(url) }).await?;
        let ours = connection.publisher()?;
        Ok(Self { client, window, admin, producer, connection, ours, place: String::new() })
    }

    async fn renew(&mut self, place: &str) -> Result<()> {
        self.remove().await?;
        place.clone_into(&mut self.place);
        let topic = NewTopic::new(place, 3, TopicReplication::Fixed(1));
        for made in self.admin.create_topics([&topic], &AdminOptions::new()).await? {
            made.map_err(|(name, code)| anyhow!("no topic `{name}`: {code}"))?;
        }
        Ok(())
    }

    async fn publish_bare(&self, feed: &mut Feed) -> Result<()> {
        let mut window = Window::new(self.window);
        while let Some(message) = feed.next().await {
            if let Some(oldest) = window.oldest() {
                confirm(oldest, feed).await?;
            }
            let sent = Instant::now();
            let headers = [
                ("goodevent-type", message.event_type.as_str()),
                ("goodevent-id", message.id.as_str()),
                ("goodevent-routing-key", self.place.as_str()),
                ("traceparent", traceparent(&message)),
            ];
            let headers = headers.into_iter().fold(OwnedHeaders::new_with_capacity(4), |headers, (key, value)| {
                headers.insert(Header { key, value: Some(value) })
            });
            let key = message.partition_key.as_deref().unwrap_or(&message.id);
            let record = FutureRecord::to(&self.place).key(key).payload(&message.body).headers(headers);
            window.push(sent, self.producer.send_result(record).map_err(|(error, _)| error)?);
        }
        for waiting in window.rest() {
            confirm(waiting, feed).await?;
        }
        Ok(())
    }

    async fn consume_bare(&self, seen: &Seen) -> Result<()> {
        let (group, n_queued) = (format!("{}-group", self.place), self.window.to_string());
        let own = [
            ("group.id", group.as_str()),
            ("enable.auto.commit", "true"),
            ("auto.commit.interval.ms", "1000"),
            ("enable.auto.offset.store", "false"),
            ("auto.offset.reset", "earliest"),
            ("partition.assignment.strategy", "cooperative-sticky"),
            ("queued.min.messages", n_queued.as_str()),
            ("queued.max.messages.kbytes", "16384"),
            ("fetch.queue.backoff.ms", "10"),
        ];
        let consumer: StreamConsumer = own.into_iter().fold(self.client.clone(), set).create()?;
        consumer.subscribe(&[&self.place])?;
        while !seen.all.is_triggered() {
            let record = consumer.recv().await?;
            // Its id is in a header, which a bare handler would look for only if it needs it.
            seen.note(&id(&record));
            consumer.store_offset_from_message(&record)?;
        }
        Ok(consumer.commit_consumer_state(CommitMode::Sync)?)
    }

    async fn publisher(&self) -> Result<KafkaPublisher> {
        Ok(self.ours.clone())
    }

    async fn source(&self) -> Result<KafkaSource> {
        Ok(self.connection.source(&format!("{}-group", self.place), &[&self.place])?)
    }

    async fn close(mut self) -> Result<()> {
        self.remove().await
    }
}

impl Kafka {
    async fn remove(&mut self) -> Result<()> {
        if !self.place.is_empty() {
            self.admin.delete_topics(&[&self.place], &AdminOptions::new()).await?;
        }
        Ok(())
    }
}

async fn confirm((sent, confirmation): (Instant, DeliveryFuture), feed: &mut Feed) -> Result<()> {
    confirmation.await?.map_err(|(error, _)| error)?;
    feed.confirmed(sent);
    Ok(())
}

fn set(mut client: ClientConfig, (name, value): (&str, &str)) -> ClientConfig {
    client.set(name, value);
    client
}

fn id(record: &rdkafka::message::BorrowedMessage<'_>) -> String {
    use rdkafka::message::Headers as _;
    let own = record.headers().and_then(|headers| headers.iter().find(|header| header.key == "goodevent-id"));
    own.and_then(|own| own.value).map(|id| String::from_utf8_lossy(id).into_owned()).unwrap_or_default()
}
