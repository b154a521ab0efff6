//! Consuming a queue or a subscription and settling its messages.

use std::{sync::Arc, time::Duration};

use fe2o3_amqp::{
    connection::ConnectionHandle,
    link::{MessageDecodeError, RecvError, delivery::DeliveryInfo},
    session::SessionHandle,
    types::{
        definitions::{self, AmqpError},
        messaging::Modified,
        primitives::{Symbol, Value},
    },
};
use goodevent_runtime::{
    Backoff, BrokerError, BrokerErrorKind, Message, Received, Refusal, Settle, Source, copy_then_acknowledge,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use crate::{
    connection::{Config, Connection, answer, broker_error, connect},
    dialect::{Dialect, dead_queue, retry_queue},
    intake::Intake,
    publisher::AmqpPublisher,
    wire::incoming,
};

/// Consumes a queue or a subscription. It declares nothing.
///
/// It reconnects to a lost broker, and waits for a broker that is not running yet. A rejected login, a missing queue and a
/// missing permission are errors.
#[derive(Debug)]
pub struct AmqpSource {
    desk: Arc<Desk>,
    copies: Option<AmqpPublisher>,
    link: Option<Link>,
}

/// What receipts share.
#[derive(Debug)]
struct Desk {
    config: Config,
    queue: String,
}

#[derive(Debug)]
struct Link {
    deliveries: mpsc::UnboundedReceiver<Result<Delivered, BrokerError>>,
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

impl Connection {
    /// Creates a source of a queue or a subscription. It connects when the first message is requested.
    #[must_use]
    pub fn source(&self, queue: &str) -> AmqpSource {
        AmqpSource::new(&self.config, queue)
    }
}

impl AmqpSource {
    pub(crate) fn new(config: &Config, queue: &str) -> Self {
        let desk = Arc::new(Desk { config: config.clone(), queue: queue.to_owned() });
        Self { desk, copies: None, link: None }
    }

    async fn try_attach(&self) -> Result<Link, BrokerError> {
        let Desk { config, queue } = &*self.desk;
        let mut connection = connect(config, "consumer").await?;
        let address = config.dialect.queue(queue);
        let attached = Intake::attach(&mut connection, &address, config.prefetch, config.timeout).await;
        let (intake, session) = attached.map_err(|error| error.context(format!("queue `{queue}`")))?;
        let (deliver, deliveries) = mpsc::unbounded_channel();
        let (settlements, to_settle) = mpsc::unbounded_channel();
        let line = Line { intake, session, connection, dialect: config.dialect, timeout: config.timeout };
        tokio::spawn(line.run(deliver, to_settle));
        Ok(Link { deliveries, settlements })
    }
}

/// The receiving link, which delivers and settles in turns.
struct Line {
    intake: Intake,
    session: SessionHandle<()>,
    connection: ConnectionHandle<()>,
    dialect: Dialect,
    timeout: Duration,
}

impl Line {
    /// Takes no more messages after the source was stopped. Ends with the link, or when the source and all of its receipts are gone; credit bounds what is delivered.
    async fn run(
        mut self,
        deliver: mpsc::UnboundedSender<Result<Delivered, BrokerError>>,
        mut to_settle: mpsc::UnboundedReceiver<Settlement>,
    ) {
        const N_AT_ONCE: usize = 64;
        let mut settlements = Vec::with_capacity(N_AT_ONCE);
        let mut is_stopped = false;
        loop {
            if !is_stopped && let Err(error) = self.intake.grant().await {
                let _ = deliver.send(Err(error));
                return;
            }
            tokio::select! {
                biased;
                () = deliver.closed(), if !is_stopped => {
                    is_stopped = true;
                    // A link that has failed ends below.
                    let _ = self.intake.stop().await;
                }
                n_settled = to_settle.recv_many(&mut settlements, N_AT_ONCE) => {
                    if n_settled == 0 {
                        break;
                    }
                    // Who waits for an outcome hears by the end of this task that there will be none.
                    if let Err(error) = self.settle_in_time(settlements.drain(..)).await {
                        let _ = deliver.send(Err(error));
                        return;
                    }
                }
                received = self.intake.recv(), if !is_stopped => match received {
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
                        if let Err(error) = self.settle_in_time(rejected.into_iter()).await {
                            let _ = deliver.send(Err(error));
                            return;
                        }
                    }
                    Err(error) => {
                        let _ = deliver.send(Err(broker_error(&error)));
                        return;
                    }
                },
            }
        }
        // RabbitMQ answers a closing detach with one that does not close: nothing to care about.
        let _ = answer(self.timeout, self.intake.receiver.close()).await;
        let _ = answer(self.timeout, self.session.end()).await;
        let _ = answer(self.timeout, self.connection.close()).await;
    }

    /// A client that forgets a settlement when its connection ends does not hold up all that comes after it.
    async fn settle_in_time(
        &mut self,
        settlements: impl ExactSizeIterator<Item = Settlement>,
    ) -> Result<(), BrokerError> {
        let late = |_| BrokerError::unreachable(format!("settling took longer than {:?}", self.timeout));
        let n_settled = settlements.len();
        timeout(self.timeout, self.settle_all(settlements)).await.map_err(late)?;
        self.intake.settled(n_settled);
        Ok(())
    }

    /// Those that are accepted are one word to the broker.
    async fn settle_all(&self, settlements: impl Iterator<Item = Settlement>) {
        let is_accepted = |settlement: &Settlement| matches!(settlement.verdict, Verdict::Accepted);
        let (accepted, others): (Vec<_>, Vec<_>) = settlements.partition(is_accepted);
        if let [_, _, ..] = accepted.as_slice() {
            let (infos, told): (Vec<_>, Vec<_>) = accepted.into_iter().map(|own| (own.info, own.told)).unzip();
            let outcome = self.intake.receiver.accept_all(infos).await.map_err(|error| error.to_string());
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
        let receiver = &self.intake.receiver;
        let outcome = match verdict {
            Verdict::Accepted => receiver.accept(info).await,
            Verdict::Released => receiver.release(info).await,
            Verdict::Rejected(error) => receiver.reject(info, error).await,
            Verdict::Modified => {
                let failed =
                    Modified { delivery_failed: Some(true), undeliverable_here: None, message_annotations: None };
                receiver.modify(info, failed).await
            }
        };
        if let Some(told) = told {
            let _ = told.send(outcome.map_err(|error| error.to_string()));
        }
    }
}

impl Source for AmqpSource {
    type Receipt = AmqpReceipt;

    async fn next(&mut self) -> Result<Option<Received<AmqpReceipt>>, BrokerError> {
        loop {
            let Some(link) = &mut self.link else {
                let link = Backoff::until_reachable(&self.desk.queue, || self.try_attach()).await?;
                self.link = Some(link);
                continue;
            };
            let why = match link.deliveries.recv().await {
                Some(Ok(Delivered { info, message, attempt })) => {
                    let config = &self.desk.config;
                    let copies =
                        self.copies.get_or_insert_with(|| AmqpPublisher::new(config, config.prefetch as usize));
                    let receipt = AmqpReceipt {
                        unsettled: Some((info, link.settlements.clone())),
                        copies: copies.clone(),
                        desk: Arc::clone(&self.desk),
                    };
                    return Ok(Some(Received { message: message.into(), attempt, receipt }));
                }
                Some(Err(error)) if error.kind() == BrokerErrorKind::Unreachable => error.chain(),
                Some(Err(error)) => return Err(error.context(format!("queue `{}`", self.desk.queue))),
                None => "the link ended".to_owned(),
            };
            tracing::warn!(queue = self.desk.queue, why, "consuming again");
            self.link = None;
        }
    }

    async fn stop(&mut self) {
        if let Some(link) = &mut self.link {
            link.deliveries.close();
            // Those that are here return when the link ends.
            while link.deliveries.try_recv().is_ok() {}
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
    async fn settle(mut self, verdict: Verdict) -> Result<(), BrokerError> {
        let Some((info, settlements)) = self.unsettled.take() else { return Ok(()) };
        let gone = || BrokerError::unreachable("the connection of the message is lost");
        let (told, outcome) = oneshot::channel();
        settlements.send(Settlement { info, verdict, told: Some(told) }).map_err(|_| gone())?;
        let limit = self.desk.config.timeout;
        match timeout(limit, outcome).await {
            Ok(outcome) => outcome.map_err(|_| gone())?.map_err(BrokerError::unreachable),
            Err(_) => Err(BrokerError::unreachable(format!("no answer for {limit:?}"))),
        }
    }

    /// Publishes a copy into a queue, and acknowledges the original.
    async fn replace(self, queue: String, copy: Message, attempt: u32) -> Result<(), BrokerError> {
        let copies = self.copies.clone();
        copy_then_acknowledge(self, async move { copies.copy(&queue, copy, attempt).await }, Settle::ack).await
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
    async fn ack(self) -> Result<(), BrokerError> {
        self.settle(Verdict::Accepted).await
    }

    async fn release(self) -> Result<(), BrokerError> {
        self.settle(Verdict::Released).await
    }

    async fn retry(self, message: &Message, after: Duration, attempt: u32) -> Result<(), BrokerError> {
        match self.desk.config.dialect {
            Dialect::RabbitMq => {
                let queue = retry_queue(&self.desk.queue, after);
                self.replace(queue, message.clone(), attempt).await
            }
            Dialect::ServiceBus => {
                tokio::time::sleep(after).await;
                self.settle(Verdict::Modified).await
            }
        }
    }

    async fn dead_letter(self, message: &Message, why: &Refusal) -> Result<(), BrokerError> {
        match self.desk.config.dialect {
            Dialect::RabbitMq => {
                let queue = dead_queue(&self.desk.queue);
                self.replace(queue, why.marked(message), 1).await
            }
            Dialect::ServiceBus => self.settle(Verdict::Rejected(error_of(why, message))).await,
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
