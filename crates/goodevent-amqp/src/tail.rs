//! Live tail, where the broker provides copies of messages.

use fe2o3_amqp::{
    Receiver, Session,
    connection::ConnectionHandle,
    link::receiver::CreditMode,
    session::SessionHandle,
    types::{messaging::Body, primitives::Value},
};
use goodevent_runtime::{Message, SourceError, Tail};
use tokio::{sync::mpsc, task::JoinSet};

use crate::{
    connect::{ConnectError, Trouble, answer, connect, unique},
    convert::incoming,
    dialect::Dialect,
};

/// Copies of messages of RabbitMQ exchanges and routing keys: the broker creates a private queue for each link from an
/// exchange, and deletes it with the link.
#[derive(Debug)]
pub struct AmqpTail {
    messages: mpsc::Receiver<Result<Message, SourceError>>,
    missing: Vec<String>,
    // Ends them with us.
    _links: JoinSet<()>,
    _connection: ConnectionHandle<()>,
}

impl AmqpTail {
    /// Opens a tail of exchanges, each with a routing key; `#` matches all keys of a topic exchange.
    ///
    /// # Errors
    /// If the broker is unreachable or denies access, or no exchange exists. At Service Bus always, because it delivers
    /// messages only to subscriptions, whose consumers would lose them.
    pub async fn open(dialect: Dialect, url: &str, places: &[(String, String)]) -> Result<Self, ConnectError> {
        if dialect == Dialect::ServiceBus {
            let why = "Service Bus delivers events to subscriptions only: create a subscription and consume it";
            return Err(ConnectError::Refused(why.to_owned()));
        }
        let mut connection = connect(url, "tail").await?;
        let (tell, messages) = mpsc::channel(1000);
        let (mut links, mut missing) = (JoinSet::new(), Vec::new());
        for (exchange, key) in places {
            if missing.contains(exchange) {
                continue;
            }
            match attach(&mut connection, &dialect.exchange(exchange, key)).await {
                Ok((receiver, session)) => {
                    links.spawn(run(Link { dialect, exchange: exchange.clone(), receiver, session }, tell.clone()));
                }
                Err(Trouble::Missing(_)) => missing.push(exchange.clone()),
                Err(trouble) => return Err(trouble.into()),
            }
        }
        if links.is_empty() {
            return Err(ConnectError::Refused(format!("there is no exchange `{}`", missing.join("`, `"))));
        }
        Ok(Self { messages, missing, _links: links, _connection: connection })
    }
}

/// A link in a session of its own, for a broker ends the whole session for a link that it does not like.
async fn attach(
    connection: &mut ConnectionHandle<()>,
    address: &str,
) -> Result<(Receiver, SessionHandle<()>), Trouble> {
    let mut session = answer(Session::begin(connection)).await?;
    let attaching = Receiver::builder().name(unique("link")).source(address).credit_mode(CreditMode::Auto(500));
    let receiver = answer(attaching.attach(&mut session)).await?;
    Ok((receiver, session))
}

/// What passes by one exchange.
struct Link {
    dialect: Dialect,
    exchange: String,
    receiver: Receiver,
    /// Ends with us.
    session: SessionHandle<()>,
}

async fn run(link: Link, tell: mpsc::Sender<Result<Message, SourceError>>) {
    let Link { dialect, exchange, mut receiver, session: _session } = link;
    let ended = |why: String| Err(SourceError(format!("{why}; messages that are published meanwhile are missed")));
    loop {
        let told = match receiver.recv::<Body<Value>>().await {
            Ok(delivery) => {
                let (info, carried) = delivery.into_parts();
                match receiver.accept(info).await {
                    Ok(()) => Ok(with_topic(incoming(dialect, carried).0, &exchange)),
                    Err(error) => ended(error.to_string()),
                }
            }
            Err(error) => ended(error.to_string()),
        };
        let is_over = told.is_err();
        if tell.send(told).await.is_err() || is_over {
            return;
        }
    }
}

/// What was published over AMQP 0.9.1 does not say where to.
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

    async fn next(&mut self) -> Result<Message, SourceError> {
        self.messages.recv().await.unwrap_or_else(|| Err(SourceError("the link ended".to_owned())))
    }
}
