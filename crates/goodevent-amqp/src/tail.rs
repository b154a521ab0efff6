//! Live tail, where the broker provides copies of messages.

use fe2o3_amqp::{
    Receiver,
    connection::ConnectionHandle,
    link::receiver::CreditMode,
    session::SessionHandle,
    types::{messaging::Body, primitives::Value},
};
use goodevent_runtime::{Binding, BrokerError, BrokerErrorKind, Message, Tail};
use tokio::{sync::mpsc, task::JoinSet};

use crate::{
    connection::{Config, Connection, attach, broker_error, connect},
    dialect::Dialect,
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
            match attach(&mut connection, &address, CreditMode::Auto(500), config.timeout).await {
                Ok((receiver, session)) => {
                    let link = Link { dialect, exchange: topic.clone(), receiver, session };
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

/// Link of one exchange.
struct Link {
    dialect: Dialect,
    exchange: String,
    receiver: Receiver,
    /// Ends with the link.
    session: SessionHandle<()>,
}

async fn run(link: Link, messages: mpsc::Sender<Result<Message, BrokerError>>) {
    const MISSED: &str = "messages that are published meanwhile are missed";
    let Link { dialect, exchange, mut receiver, session: _session } = link;
    loop {
        let received = match receiver.recv::<Body<Value>>().await {
            Ok(delivery) => {
                let (info, carried) = delivery.into_parts();
                match receiver.accept(info).await {
                    Ok(()) => Ok(with_topic(incoming(dialect, carried).0, &exchange)),
                    Err(error) => Err(broker_error(&error).context(MISSED)),
                }
            }
            Err(error) => Err(broker_error(&error).context(MISSED)),
        };
        let is_over = received.is_err();
        if messages.send(received).await.is_err() || is_over {
            return;
        }
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
