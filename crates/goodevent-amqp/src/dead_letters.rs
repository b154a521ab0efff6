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
    Letter, Letters, Message, Publish as _, PublishError,
    refusal::{LAID_ASIDE, take_again},
};

use crate::{
    connect::{ConnectError, Trouble, answer, connect, unique},
    convert::incoming,
    dialect::Dialect,
    publisher::AmqpPublisher,
};

/// AMQP 1.0 does not tell how many there are: when none comes for so long, that was all.
const QUIET: Duration = Duration::from_millis(1500);
/// The same, after it answered something else: a broker that was busy may go on then.
const STILL_QUIET: Duration = Duration::from_millis(300);

type Received = Result<Delivery<Body<Value>>, RecvError>;

/// The dead letters of a queue or a subscription, each with the reason in its headers ([`goodevent_runtime::refusal`]).
#[derive(Debug, Clone)]
pub struct AmqpDeadLetters {
    dialect: Dialect,
    url: String,
    queue: String,
}

/// Dead letters that are being read; the broker reserves them until they are released.
#[derive(Debug)]
pub struct AmqpLetters {
    of: AmqpDeadLetters,
    receiver: Receiver,
    session: SessionHandle<()>,
    connection: ConnectionHandle<()>,
    held: BTreeMap<u64, DeliveryInfo>,
    n_seen: u64,
    opened: String,
    copies: AmqpPublisher,
}

impl AmqpDeadLetters {
    /// Dead letters of `queue`: in `<queue>.dead` at RabbitMQ, in the entity's dead-letter queue at Service Bus.
    #[must_use]
    pub fn new(dialect: Dialect, url: &str, queue: &str) -> Self {
        Self { dialect, url: url.to_owned(), queue: queue.to_owned() }
    }

    /// Returns the first dead letters, at most `limit`. They stay in place; while they are read, no other reader sees them.
    ///
    /// # Errors
    /// If the broker is unreachable, or the queue is missing.
    pub async fn list(&self, limit: usize) -> Result<Vec<Message>, ConnectError> {
        let letters = self.open().await?.list(limit).await?;
        Ok(letters.into_iter().map(|letter| letter.message).collect())
    }

    /// Requeues the dead letters that `is_wanted` selects, and returns their number. At RabbitMQ they return to their queue;
    /// at Service Bus a message of a subscription is published to its topic again, because nothing can be sent to a
    /// subscription.
    ///
    /// # Errors
    /// If the broker is unreachable, or a queue is missing; earlier dead letters are requeued then.
    pub async fn requeue(&self, is_wanted: impl FnMut(&Message) -> bool + Send) -> Result<usize, ConnectError> {
        self.open().await?.requeue_if(is_wanted).await
    }

    /// Opens the dead letters, to read them one after the other.
    ///
    /// # Errors
    /// If the broker is unreachable, or the queue is missing.
    pub async fn open(&self) -> Result<AmqpLetters, ConnectError> {
        let mut connection = connect(&self.url, "dead-letters").await?;
        let mut session = answer(Session::begin(&mut connection)).await?;
        let attaching = Receiver::builder()
            .name(unique("link"))
            .source(self.dialect.dead(&self.queue))
            .credit_mode(CreditMode::Manual)
            .attach(&mut session);
        let receiver = answer(attaching).await?;
        Ok(AmqpLetters {
            copies: AmqpPublisher::lazy(self.dialect, &self.url, 1),
            of: self.clone(),
            receiver,
            session,
            connection,
            held: BTreeMap::new(),
            n_seen: 0,
            opened: clock::now(),
        })
    }
}

impl AmqpLetters {
    /// What comes next, or `None` if nothing does.
    async fn receive(&mut self) -> Result<Option<Received>, ConnectError> {
        answer(self.receiver.set_credit(1)).await?;
        if let Ok(received) = tokio::time::timeout(QUIET, self.receiver.recv()).await {
            return Ok(Some(received));
        }
        let mut session = answer(Session::begin(&mut self.connection)).await?;
        let _ = answer(session.end()).await;
        Ok(tokio::time::timeout(STILL_QUIET, self.receiver.recv()).await.ok())
    }
}

impl Letters for AmqpLetters {
    /// Its number among those that were looked at.
    type Ticket = u64;
    type Error = ConnectError;

    /// The protocol does not tell.
    fn n_left(&self) -> Option<u64> {
        None
    }

    async fn next(&mut self) -> Result<Option<Letter<u64>>, ConnectError> {
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
                Err(error) => return Err(Trouble::of(&error).into()),
            };
            self.held.insert(self.n_seen, info);
            let (message, _) = incoming(self.of.dialect, carried);
            // Both are written by the same clock in the same form.
            let is_later = message.header(LAID_ASIDE).is_some_and(|laid_aside| laid_aside > self.opened.as_str());
            return Ok((!is_later).then_some(Letter { message, ticket: self.n_seen }));
        }
    }

    async fn requeue(&mut self, Letter { mut message, ticket }: Letter<u64>) -> Result<(), ConnectError> {
        take_again(&mut message);
        let is_queue = self.of.dialect == Dialect::RabbitMq || !self.of.queue.contains("/Subscriptions/");
        let placed = match is_queue {
            true => self.copies.copy(&self.of.queue, message, 1).await,
            false => self.copies.publish(message).await,
        };
        placed.map_err(|error| match error {
            PublishError::Unreachable(why) => ConnectError::Unreachable(why),
            refused => ConnectError::Refused(refused.to_string()),
        })?;
        if let Some(info) = self.held.remove(&ticket) {
            answer(self.receiver.accept(info)).await?;
        }
        Ok(())
    }

    async fn close(mut self) {
        for info in self.held.into_values() {
            // What can't be told comes back when the link ends.
            let _ = answer(self.receiver.release(info)).await;
        }
        let _ = answer(self.receiver.close()).await;
        let _ = answer(self.session.end()).await;
        let _ = answer(self.connection.close()).await;
    }
}
