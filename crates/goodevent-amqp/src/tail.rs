//! Live tail, where the broker provides copies of messages.

use fe2o3_amqp::{connection::ConnectionHandle, session::SessionHandle};
use goodevent_runtime::{Binding, BrokerError, BrokerErrorKind, Message, Tail};
use tokio::{sync::mpsc, task::JoinSet};

use crate::{
    connection::{Config, Connection, broker_error, connect},
    dialect::Dialect,
    intake::Intake,
    wire::incoming,
};

/// Copies of messages of RabbitMQ exchanges and routing keys: the broker creates a private queue for each link from an
/// exchange, and deletes it with the link.
#[derive(Debug)]
pub struct AmqpTail {
    messages: mpsc::Receiver<Result<Message, BrokerError>>,
    missing: Vec<String>,
    // Dropping it ends the links.
    _links: JoinSet<()>,
    _connection: ConnectionHandle<()>,
}

impl Connection {
    /// Opens a tail of RabbitMQ exchanges and routing keys.
    ///
    /// # Errors
    /// If the broker is unreachable or denies access, or no exchange exists. At Service Bus always, because it delivers
    /// messages only to subscriptions, whose consumers would lose them.
    pub async fn tail(&self, bindings: &[Binding]) -> Result<AmqpTail, BrokerError> {
        AmqpTail::open(&self.config, bindings).await
    }
}

impl AmqpTail {
    pub(crate) async fn open(config: &Config, bindings: &[Binding]) -> Result<Self, BrokerError> {
        let dialect = config.dialect;
        if dialect == Dialect::ServiceBus {
            let why = "Service Bus delivers events to subscriptions only: create a subscription and consume it";
            return Err(BrokerError::refused(why));
        }
        let mut connection = connect(config, "tail").await?;
        let (messages_in, messages) = mpsc::channel(1000);
        let (mut links, mut missing) = (JoinSet::new(), Vec::new());
        for Binding { topic, routing_key } in bindings {
            if missing.contains(topic) {
                continue;
            }
            let address = dialect.exchange(topic, routing_key.as_deref().unwrap_or("#"));
            match Intake::attach(&mut connection, &address, N_ON_THE_WAY, config.timeout).await {
                Ok((intake, session)) => {
                    let link = Link { dialect, exchange: topic.clone(), intake, _session: session };
                    links.spawn(run(link, messages_in.clone()));
                }
                Err(error) if error.kind() == BrokerErrorKind::Missing => missing.push(topic.clone()),
                Err(error) => return Err(error.context(format!("exchange `{topic}`"))),
            }
        }
        if links.is_empty() {
            return Err(BrokerError::missing(format!("exchange `{}`", missing.join("`, `"))));
        }
        Ok(Self { messages, missing, _links: links, _connection: connection })
    }
}

/// Messages that may be on their way to a tail.
const N_ON_THE_WAY: u32 = 500;

/// Link of one exchange.
struct Link {
    dialect: Dialect,
    exchange: String,
    intake: Intake,
    /// Ends with the link.
    _session: SessionHandle<()>,
}

async fn run(mut link: Link, messages: mpsc::Sender<Result<Message, BrokerError>>) {
    loop {
        let received = link.next().await;
        let is_over = received.is_err();
        if messages.send(received).await.is_err() || is_over {
            return;
        }
    }
}

impl Link {
    async fn next(&mut self) -> Result<Message, BrokerError> {
        let missed = |error: BrokerError| error.context("messages that are published meanwhile are missed");
        self.intake.grant().await.map_err(missed)?;
        let delivery = self.intake.recv().await.map_err(|error| missed(broker_error(&error)))?;
        let (info, carried) = delivery.into_parts();
        self.intake.receiver.accept(info).await.map_err(|error| missed(broker_error(&error)))?;
        self.intake.settled(1);
        Ok(with_topic(incoming(self.dialect, carried).0, &self.exchange))
    }
}

/// Sets the topic of a message that was published over AMQP 0.9.1.
fn with_topic(mut message: Message, exchange: &str) -> Message {
    if message.topic.is_empty() {
        exchange.clone_into(&mut message.topic);
    }
    message
}

impl Tail for AmqpTail {
    fn missing(&self) -> &[String] {
        &self.missing
    }

    async fn next(&mut self) -> Result<Message, BrokerError> {
        self.messages.recv().await.unwrap_or_else(|| Err(BrokerError::unreachable("the link ended")))
    }
}
