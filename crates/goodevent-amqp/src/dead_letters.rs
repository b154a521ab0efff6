//! Dead letters: list and requeue.

use std::{collections::BTreeMap, time::Duration};

use fe2o3_amqp::{
    Receiver, Session,
    connection::ConnectionHandle,
    link::{
        RecvError,
        delivery::{Delivery, DeliveryInfo},
        receiver::CreditMode,
    },
    session::SessionHandle,
    types::{messaging::Body, primitives::Value},
};
use goodevent::clock;
use goodevent_runtime::{
    BrokerError, DeadLetter, DeadLetters, Message, Publish as _, PublishError, headers::DEAD_LETTERED_AT,
};

use crate::{
    connection::{Config, Connection, answer, attach, broker_error, connect},
    dialect::Dialect,
    publisher::AmqpPublisher,
    wire::incoming,
};

/// Time without a message after which all dead letters are read: AMQP 1.0 does not report their number.
const QUIET: Duration = Duration::from_millis(1500);
/// The same, after the broker answered another request: it may have been busy.
const STILL_QUIET: Duration = Duration::from_millis(300);

type Received = Result<Delivery<Body<Value>>, RecvError>;

/// Dead letters of a queue or a subscription that are being read; the broker reserves them until they are released. Each has
/// the reason in its headers ([`goodevent_runtime::headers`]).
///
/// Requeued messages return to their queue at RabbitMQ; at Service Bus a message of a subscription is published to its topic
/// again, because nothing can be sent to a subscription.
#[derive(Debug)]
pub struct AmqpDeadLetters {
    config: Config,
    queue: String,
    receiver: Receiver,
    session: SessionHandle<()>,
    connection: ConnectionHandle<()>,
    held: BTreeMap<u64, DeliveryInfo>,
    n_seen: u64,
    opened: String,
    copies: AmqpPublisher,
}

impl Connection {
    /// Opens the dead letters of a queue or a subscription: `<queue>.dead` at RabbitMQ, the entity's dead-letter queue at
    /// Service Bus. While they are read, no other reader sees them.
    ///
    /// # Errors
    /// If the broker is unreachable, or the queue is missing.
    pub async fn dead_letters(&self, queue: &str) -> Result<AmqpDeadLetters, BrokerError> {
        AmqpDeadLetters::open(&self.config, queue).await
    }
}

impl AmqpDeadLetters {
    pub(crate) async fn open(config: &Config, queue: &str) -> Result<Self, BrokerError> {
        let mut connection = connect(config, "dead-letters").await?;
        let address = config.dialect.dead(queue);
        let attached = attach(&mut connection, &address, CreditMode::Manual, config.timeout).await;
        let (receiver, session) = attached.map_err(|error| error.context(format!("dead letters of `{queue}`")))?;
        Ok(Self {
            copies: AmqpPublisher::new(config, 1),
            config: config.clone(),
            queue: queue.to_owned(),
            receiver,
            session,
            connection,
            held: BTreeMap::new(),
            n_seen: 0,
            opened: clock::now(),
        })
    }

    /// The next message, or `None` if no further one arrives.
    async fn receive(&mut self) -> Result<Option<Received>, BrokerError> {
        let timeout = self.config.timeout;
        answer(timeout, self.receiver.set_credit(1)).await?;
        if let Ok(received) = tokio::time::timeout(QUIET, self.receiver.recv()).await {
            return Ok(Some(received));
        }
        let mut session = answer(timeout, Session::begin(&mut self.connection)).await?;
        let _ = answer(timeout, session.end()).await;
        Ok(tokio::time::timeout(STILL_QUIET, self.receiver.recv()).await.ok())
    }
}

impl DeadLetters for AmqpDeadLetters {
    /// Number among the messages that were read.
    type Receipt = u64;

    /// The protocol does not report it.
    fn n_left(&self) -> Option<u64> {
        None
    }

    async fn next(&mut self) -> Result<Option<DeadLetter<u64>>, BrokerError> {
        loop {
            let Some(received) = self.receive().await? else { return Ok(None) };
            self.n_seen += 1;
            let (info, carried) = match received {
                Ok(delivery) => delivery.into_parts(),
                Err(RecvError::MessageDecode(error)) => {
                    tracing::error!(?error, "a dead letter is not valid AMQP and stays in its queue");
                    self.held.insert(self.n_seen, error.info);
                    continue;
                }
                Err(error) => return Err(broker_error(&error)),
            };
            self.held.insert(self.n_seen, info);
            let (message, _) = incoming(self.config.dialect, carried);
            // Both are written by the same clock in the same form.
            let is_later = message.header(DEAD_LETTERED_AT).is_some_and(|at| at > self.opened.as_str());
            return Ok((!is_later).then_some(DeadLetter { message, receipt: self.n_seen }));
        }
    }

    async fn publish_copy(&mut self, message: Message, _: &u64) -> Result<(), BrokerError> {
        let is_queue = self.config.dialect == Dialect::RabbitMq || !self.queue.contains("/Subscriptions/");
        let placed: Result<(), PublishError> = match is_queue {
            true => self.copies.copy(&self.queue, message, 1).await,
            false => self.copies.publish(message).await,
        };
        Ok(placed?)
    }

    async fn remove(&mut self, receipt: u64) -> Result<(), BrokerError> {
        let Some(info) = self.held.remove(&receipt) else { return Ok(()) };
        answer(self.config.timeout, self.receiver.accept(info)).await.map(drop)
    }

    async fn close(mut self) {
        let timeout = self.config.timeout;
        for info in self.held.into_values() {
            // A message whose release fails returns when the link ends.
            let _ = answer(timeout, self.receiver.release(info)).await;
        }
        let _ = answer(timeout, self.receiver.close()).await;
        let _ = answer(timeout, self.session.end()).await;
        let _ = answer(timeout, self.connection.close()).await;
    }
}
