//! Consuming a queue or a subscription and settling its messages.

use std::{sync::Arc, time::Duration};

use fe2o3_amqp::{
    Receiver, Session,
    connection::ConnectionHandle,
    link::{MessageDecodeError, RecvError, delivery::DeliveryInfo, receiver::CreditMode},
    session::SessionHandle,
    types::{
        definitions::{self, AmqpError},
        messaging::{Body, Modified},
        primitives::{Symbol, Value},
    },
};
use goodevent_runtime::{Message, Pauses, PublishError, Received, Refusal, Settle, SettleError, Source, SourceError};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use crate::{
    connect::{ConnectError, PATIENCE, Trouble, answer, connect, unique},
    convert::incoming,
    dialect::{Dialect, dead_queue, retry_queue},
    publisher::AmqpPublisher,
};

/// A message whose copy could not be placed comes again, but not at once and for ever.
const PAUSE: Duration = Duration::from_secs(1);

/// Consumes a queue or a subscription. It declares nothing.
///
/// It reconnects to a lost broker, and waits for a broker that is not running yet. A rejected login, a missing queue and a
/// missing permission are errors.
#[derive(Debug)]
pub struct AmqpSource {
    desk: Arc<Desk>,
    url: String,
    prefetch: u32,
    copies: Option<AmqpPublisher>,
    link: Option<Link>,
}

/// What receipts share.
#[derive(Debug)]
struct Desk {
    dialect: Dialect,
    queue: String,
}

#[derive(Debug)]
struct Link {
    deliveries: mpsc::UnboundedReceiver<Result<Delivered, Trouble>>,
    settlements: mpsc::UnboundedSender<Settlement>,
}

#[derive(Debug)]
struct Delivered {
    info: DeliveryInfo,
    message: Message,
    attempt: u32,
}

/// What is to become of a message.
#[derive(Debug)]
struct Settlement {
    info: DeliveryInfo,
    verdict: Verdict,
    told: Option<oneshot::Sender<Result<(), String>>>,
}

#[derive(Debug)]
enum Verdict {
    Accepted,
    Released,
    /// The message failed, and counts as a delivery.
    Modified,
    Rejected(definitions::Error),
}

impl AmqpSource {
    /// Creates a source of a queue or a subscription. It connects when the first message is requested.
    #[must_use]
    pub fn new(dialect: Dialect, url: &str, queue: &str) -> Self {
        let desk = Arc::new(Desk { dialect, queue: queue.to_owned() });
        Self { desk, url: url.to_owned(), prefetch: 100, copies: None, link: None }
    }

    /// Sets the number of unsettled messages. Default: 100.
    #[must_use]
    pub fn prefetch(self, prefetch: u32) -> Self {
        Self { prefetch: prefetch.max(1), ..self }
    }

    /// Consumes, however long it takes to get there.
    async fn attach(&mut self) -> Result<(), SourceError> {
        let mut pauses = Pauses::default();
        loop {
            match self.try_attach().await {
                Ok(link) => {
                    self.link = Some(link);
                    return Ok(());
                }
                Err(ConnectError::Refused(why)) => return Err(SourceError(why)),
                Err(ConnectError::Unreachable(why)) => {
                    let pause = pauses.grow();
                    tracing::warn!(queue = self.desk.queue, why, ?pause, "waiting for the broker");
                    tokio::time::sleep(pause).await;
                }
            }
        }
    }

    async fn try_attach(&self) -> Result<Link, ConnectError> {
        let mut connection = connect(&self.url, "consumer").await?;
        let mut session = answer(Session::begin(&mut connection)).await?;
        let attaching = Receiver::builder()
            .name(unique("link"))
            .source(self.desk.dialect.queue(&self.desk.queue))
            .credit_mode(CreditMode::Auto(self.prefetch))
            .attach(&mut session);
        let receiver = answer(attaching).await?;
        let (deliver, deliveries) = mpsc::unbounded_channel();
        let (settlements, to_settle) = mpsc::unbounded_channel();
        let line = Line { receiver, session, connection, dialect: self.desk.dialect };
        tokio::spawn(line.run(deliver, to_settle));
        Ok(Link { deliveries, settlements })
    }
}

/// The receiving link, which delivers and settles in turns.
struct Line {
    receiver: Receiver,
    session: SessionHandle<()>,
    connection: ConnectionHandle<()>,
    dialect: Dialect,
}

impl Line {
    /// Ends with the link, or when the source and all of its receipts are gone; credit bounds what is delivered.
    async fn run(
        mut self,
        deliver: mpsc::UnboundedSender<Result<Delivered, Trouble>>,
        mut to_settle: mpsc::UnboundedReceiver<Settlement>,
    ) {
        const N_AT_ONCE: usize = 64;
        let mut settlements = Vec::with_capacity(N_AT_ONCE);
        loop {
            tokio::select! {
                biased;
                n_settled = to_settle.recv_many(&mut settlements, N_AT_ONCE) => {
                    if n_settled == 0 {
                        break;
                    }
                    // Who waits for an outcome hears by the end of this task that there will be none.
                    if let Err(trouble) = self.settle_in_time(settlements.drain(..)).await {
                        let _ = deliver.send(Err(trouble));
                        return;
                    }
                }
                received = self.receiver.recv::<Body<Value>>(), if !deliver.is_closed() => match received {
                    Ok(delivery) => {
                        let (info, carried) = delivery.into_parts();
                        let (message, attempt) = incoming(self.dialect, carried);
                        // A source that is gone takes nothing any more, and the link's end gives it back.
                        let _ = deliver.send(Ok(Delivered { info, message, attempt }));
                    }
                    Err(RecvError::MessageDecode(MessageDecodeError { info, source })) => {
                        let why = source.to_string();
                        tracing::warn!(why, "a malformed AMQP 1.0 message is rejected, so that the broker dead-letters it");
                        let verdict = Verdict::Rejected(definitions::Error::new(AmqpError::DecodeError, why, None));
                        let rejected = Some(Settlement { info, verdict, told: None });
                        if let Err(trouble) = self.settle_in_time(rejected.into_iter()).await {
                            let _ = deliver.send(Err(trouble));
                            return;
                        }
                    }
                    Err(error) => {
                        let _ = deliver.send(Err(Trouble::of(&error)));
                        return;
                    }
                },
            }
        }
        // RabbitMQ answers a closing detach with one that does not close: nothing to care about.
        let _ = answer(self.receiver.close()).await;
        let _ = answer(self.session.end()).await;
        let _ = answer(self.connection.close()).await;
    }

    /// A client that forgets a settlement when its connection ends does not hold up all that comes after it.
    async fn settle_in_time(&self, settlements: impl Iterator<Item = Settlement>) -> Result<(), Trouble> {
        let late = |_| Trouble::Passing(format!("settling took longer than {PATIENCE:?}"));
        timeout(PATIENCE, self.settle_all(settlements)).await.map_err(late)
    }

    /// Those that are accepted are one word to the broker.
    async fn settle_all(&self, settlements: impl Iterator<Item = Settlement>) {
        let is_accepted = |settlement: &Settlement| matches!(settlement.verdict, Verdict::Accepted);
        let (accepted, others): (Vec<_>, Vec<_>) = settlements.partition(is_accepted);
        if let [_, _, ..] = accepted.as_slice() {
            let (infos, told): (Vec<_>, Vec<_>) = accepted.into_iter().map(|own| (own.info, own.told)).unzip();
            let outcome = self.receiver.accept_all(infos).await.map_err(|error| error.to_string());
            for told in told.into_iter().flatten() {
                let _ = told.send(outcome.clone());
            }
        } else {
            for settlement in accepted {
                self.settle(settlement).await;
            }
        }
        for settlement in others {
            self.settle(settlement).await;
        }
    }

    async fn settle(&self, Settlement { info, verdict, told }: Settlement) {
        let outcome = match verdict {
            Verdict::Accepted => self.receiver.accept(info).await,
            Verdict::Released => self.receiver.release(info).await,
            Verdict::Rejected(error) => self.receiver.reject(info, error).await,
            Verdict::Modified => {
                let failed =
                    Modified { delivery_failed: Some(true), undeliverable_here: None, message_annotations: None };
                self.receiver.modify(info, failed).await
            }
        };
        if let Some(told) = told {
            let _ = told.send(outcome.map_err(|error| error.to_string()));
        }
    }
}

impl Source for AmqpSource {
    type Receipt = AmqpReceipt;

    async fn next(&mut self) -> Result<Option<Received<AmqpReceipt>>, SourceError> {
        loop {
            let Some(link) = &mut self.link else {
                self.attach().await?;
                continue;
            };
            let why = match link.deliveries.recv().await {
                Some(Ok(Delivered { info, message, attempt })) => {
                    let (dialect, url, window) = (self.desk.dialect, &self.url, self.prefetch as usize);
                    let copies = self.copies.get_or_insert_with(|| AmqpPublisher::lazy(dialect, url, window));
                    let receipt = AmqpReceipt {
                        unsettled: Some((info, link.settlements.clone())),
                        copies: copies.clone(),
                        desk: Arc::clone(&self.desk),
                    };
                    return Ok(Some(Received { message: message.into(), attempt, receipt }));
                }
                Some(Err(Trouble::Missing(why) | Trouble::Refused(why))) => return Err(SourceError(why)),
                Some(Err(Trouble::Passing(why))) => why,
                None => "the link ended".to_owned(),
            };
            tracing::warn!(queue = self.desk.queue, why, "consuming again");
            self.link = None;
        }
    }
}

/// Settles a message; dropping it releases the message.
#[derive(Debug)]
pub struct AmqpReceipt {
    unsettled: Option<(DeliveryInfo, mpsc::UnboundedSender<Settlement>)>,
    copies: AmqpPublisher,
    desk: Arc<Desk>,
}

impl AmqpReceipt {
    async fn tell(mut self, verdict: Verdict) -> Result<(), SettleError> {
        let Some((info, settlements)) = self.unsettled.take() else { return Ok(()) };
        let gone = || SettleError("its connection is lost".to_owned());
        let (told, outcome) = oneshot::channel();
        settlements.send(Settlement { info, verdict, told: Some(told) }).map_err(|_| gone())?;
        match timeout(PATIENCE, outcome).await {
            Ok(outcome) => outcome.map_err(|_| gone())?.map_err(SettleError),
            Err(_) => Err(SettleError(format!("the broker was not reached within {PATIENCE:?}"))),
        }
    }

    /// Is done with the original if its copy is placed.
    async fn replaced(self, placed: Result<(), PublishError>) -> Result<(), SettleError> {
        match placed {
            Ok(()) => self.tell(Verdict::Accepted).await,
            Err(error) => {
                tokio::time::sleep(PAUSE).await;
                self.tell(Verdict::Released).await?;
                Err(SettleError(format!("cannot publish its copy: {error}")))
            }
        }
    }
}

impl Drop for AmqpReceipt {
    fn drop(&mut self) {
        if let Some((info, settlements)) = self.unsettled.take() {
            // A link that is gone gave it back by that.
            let _ = settlements.send(Settlement { info, verdict: Verdict::Released, told: None });
        }
    }
}

impl Settle for AmqpReceipt {
    async fn ack(self) -> Result<(), SettleError> {
        self.tell(Verdict::Accepted).await
    }

    async fn release(self) -> Result<(), SettleError> {
        self.tell(Verdict::Released).await
    }

    async fn retry(self, message: &Message, after: Duration, attempt: u32) -> Result<(), SettleError> {
        match self.desk.dialect {
            Dialect::RabbitMq => {
                let queue = retry_queue(&self.desk.queue, after);
                let placed = self.copies.copy(&queue, message.clone(), attempt).await;
                self.replaced(placed).await
            }
            Dialect::ServiceBus => {
                tokio::time::sleep(after).await;
                self.tell(Verdict::Modified).await
            }
        }
    }

    async fn dead_letter(self, message: &Message, why: &Refusal) -> Result<(), SettleError> {
        match self.desk.dialect {
            Dialect::RabbitMq => {
                let placed = self.copies.copy(&dead_queue(&self.desk.queue), why.marked(message), 1).await;
                self.replaced(placed).await
            }
            Dialect::ServiceBus => self.tell(Verdict::Rejected(error_of(why, message))).await,
        }
    }
}

/// A refusal as Service Bus takes it: two members have names of its own, all others become properties of the dead letter.
fn error_of(why: &Refusal, message: &Message) -> definitions::Error {
    let own = [("DeadLetterReason", why.reason.name().to_owned()), ("DeadLetterErrorDescription", why.detail.clone())];
    let members =
        own.into_iter().chain(why.headers(message)).map(|(name, value)| (Symbol::from(name), Value::String(value)));
    let condition = definitions::ErrorCondition::Custom(Symbol::from("com.microsoft:dead-letter"));
    definitions::Error { condition, description: Some(why.to_string()), info: Some(Box::new(members.collect())) }
}
