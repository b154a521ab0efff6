//! AMQP 1.0 at RabbitMQ's plugin: fe2o3-amqp, durable messages that the broker accepts.

use std::time::Instant;

use anyhow::{Result, ensure};
use fe2o3_amqp::{
    Connection, Receiver, Sender, Session,
    connection::ConnectionHandle,
    link::{SendError, delivery::DeliveryFut, receiver::CreditMode},
    session::SessionHandle,
    types::{
        messaging::{ApplicationProperties, Body, Data, Header, Message as Carried, MessageId, Outcome, Properties},
        primitives::{Binary, SimpleValue, Value},
    },
};
use goodevent_amqp::{AmqpPublisher, AmqpSource, Config, Dialect};
use goodevent_runtime::Message;
use tokio::sync::Mutex;

use crate::{
    broker::{Broker, Window, traceparent},
    event::Feed,
    measure::Seen,
    rabbitmq::{declare, remove},
};

pub(crate) struct Amqp {
    url: String,
    window: usize,
    admin: (lapin::Connection, lapin::Channel),
    connection: ConnectionHandle<()>,
    link: Option<(SessionHandle<()>, Mutex<Sender>)>,
    ours: goodevent_amqp::Connection,
    publisher: AmqpPublisher,
    place: String,
}

type Answer = DeliveryFut<Result<Outcome, SendError>>;

impl Broker for Amqp {
    const NAME: &'static str = "amqp";
    const NEEDS: &'static str = "rabbitmq";
    const VARIABLE: &'static str = "GOODEVENT_AMQP_URL";
    const CLIENT: &'static str = "AMQP 1.0, fe2o3-amqp";
    const N_EVENTS: usize = 8_000;

    type Publisher = AmqpPublisher;
    type Source = AmqpSource;

    async fn open(url: &str, window: usize) -> Result<Self> {
        let admin = lapin::Connection::connect(url, Default::default()).await?;
        let channel = admin.create_channel().await?;
        let connection = Connection::open("bench", url).await?;
        let config = Config { window, prefetch: u32::try_from(window)?, ..Config::new(Dialect::RabbitMq, url) };
        let ours = goodevent_amqp::Connection::open(&config).await?;
        let publisher = ours.publisher();
        let (url, admin) = (url.to_owned(), (admin, channel));
        Ok(Self { url, window, admin, connection, link: None, ours, publisher, place: String::new() })
    }

    async fn renew(&mut self, place: &str) -> Result<()> {
        self.detach().await?;
        remove(&self.admin.1, &self.place).await?;
        declare(&self.admin.1, place).await?;
        place.clone_into(&mut self.place);
        let mut session = Session::begin(&mut self.connection).await?;
        let sender = Sender::attach(&mut session, place, format!("/exchange/{place}")).await?;
        self.link = Some((session, Mutex::new(sender)));
        Ok(())
    }

    async fn publish_bare(&self, feed: &mut Feed) -> Result<()> {
        let Some((_, sender)) = &self.link else { return Ok(()) };
        let (mut sender, mut window) = (sender.lock().await, Window::new(self.window));
        while let Some(message) = feed.next().await {
            if let Some(oldest) = window.oldest() {
                confirm(oldest, feed).await?;
            }
            let sent = Instant::now();
            window.push(sent, sender.send_batchable(self.carried(message)).await?);
        }
        for waiting in window.rest() {
            confirm(waiting, feed).await?;
        }
        Ok(())
    }

    async fn consume_bare(&self, seen: &Seen) -> Result<()> {
        let mut connection = Connection::open("bench-consumer", self.url.as_str()).await?;
        let mut session = Session::begin(&mut connection).await?;
        let mut receiver = Receiver::builder()
            .name("consumer")
            .source(format!("/amq/queue/{}", self.place))
            .credit_mode(CreditMode::Auto(u32::try_from(self.window)?))
            .attach(&mut session)
            .await?;
        while !seen.all.is_triggered() {
            let delivery = receiver.recv::<Body<Value>>().await?;
            let properties = &delivery.message().properties;
            match properties.as_ref().and_then(|properties| properties.message_id.as_ref()) {
                Some(MessageId::String(id)) => seen.note(id),
                _ => seen.note(""),
            }
            receiver.accept(&delivery).await?;
        }
        // RabbitMQ answers a closing detach with one that does not close.
        let _ = receiver.close().await;
        session.end().await?;
        Ok(connection.close().await?)
    }

    async fn publisher(&self) -> Result<AmqpPublisher> {
        Ok(self.publisher.clone())
    }

    async fn source(&self) -> Result<AmqpSource> {
        Ok(self.ours.source(&self.place))
    }

    async fn close(mut self) -> Result<()> {
        self.detach().await?;
        self.connection.close().await?;
        remove(&self.admin.1, &self.place).await?;
        Ok(self.admin.0.close(200, "OK".into()).await?)
    }
}

impl Amqp {
    async fn detach(&mut self) -> Result<()> {
        if let Some((mut session, sender)) = self.link.take() {
            let _ = sender.into_inner().close().await;
            session.end().await?;
        }
        Ok(())
    }

    fn carried(&self, message: Message) -> Carried<Data> {
        let own = [
            ("traceparent", traceparent(&message).to_owned()),
            ("goodevent-topic", self.place.clone()),
            ("goodevent-type", message.event_type),
        ];
        let own = own.into_iter().map(|(name, value)| (name.to_owned(), SimpleValue::String(value)));
        let mut properties =
            Properties::builder().subject(self.place.as_str()).content_type("application/json").message_id(message.id);
        if let Some(key) = message.partition_key {
            properties = properties.group_id(key);
        }
        Carried {
            header: Some(Header::builder().durable(true).build()),
            delivery_annotations: None,
            message_annotations: None,
            properties: Some(properties.build()),
            application_properties: Some(ApplicationProperties(own.collect())),
            body: Data(Binary::from(message.body)),
            footer: None,
        }
    }
}

async fn confirm((sent, answer): (Instant, Answer), feed: &mut Feed) -> Result<()> {
    ensure!(matches!(answer.await?, Outcome::Accepted(_)), "a message was not accepted");
    feed.confirmed(sent);
    Ok(())
}
