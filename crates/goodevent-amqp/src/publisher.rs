//! Publishing over a connection that reconnects.

use std::{
    collections::HashMap,
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use fe2o3_amqp::{
    Sendable, Sender, Session,
    connection::ConnectionHandle,
    link::{SendError, delivery::DeliveryFut, receiver::CreditMode},
    session::SessionHandle,
    types::messaging::{Data, Message as Carried, Outcome},
};
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use goodevent_runtime::{Backoff, BrokerError, BrokerErrorKind, Confirmation, Message, Publish, PublishError};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot},
    task::JoinHandle,
    time::{Instant, sleep},
};

use crate::{
    connection::{Config, Connection, answer, attach, broker_error, connect, unique},
    dialect::Dialect,
    wire::outgoing,
};

/// The broker grants credit to a new link within this time, unless it is busy.
const FIRST_CREDIT: Duration = Duration::from_millis(100);

/// The broker's answer to a message that left.
type Answer = DeliveryFut<Result<Outcome, SendError>>;

/// Publishes to topics, with one link per topic.
///
/// A message is published when the broker *accepted* it. A *released* message, or one to a missing topic, is
/// [`PublishError::Unroutable`]; a *rejected* one is [`PublishError::Refused`].
///
/// While the broker is unreachable, messages fail at once with [`PublishError::Unreachable`], because the publisher keeps
/// none beyond its window. It reconnects after 100 ms at first, and every 5 s later.
///
/// Clones share the connection and the window.
#[derive(Debug, Clone)]
pub struct AmqpPublisher {
    dialect: Dialect,
    commands: mpsc::UnboundedSender<Command>,
    window: Arc<Semaphore>,
}

struct Command {
    address: Address,
    carried: Carried<Data>,
    /// Whether to ask for the queue first: RabbitMQ accepts what goes to one that is not there.
    is_checked: bool,
    told: oneshot::Sender<Result<(), PublishError>>,
    /// The room that it takes.
    place: OwnedSemaphorePermit,
}

/// Where a message goes, and in words of the runtime.
#[derive(Debug, Clone)]
struct Address {
    link: String,
    topic: String,
    routing_key: String,
}

impl Address {
    fn unroutable(&self) -> PublishError {
        PublishError::Unroutable { topic: self.topic.clone(), routing_key: self.routing_key.clone() }
    }

    /// Reason why a message is not published, by the error of its link.
    fn failed(&self, error: &BrokerError) -> PublishError {
        match error.kind() {
            BrokerErrorKind::Missing => self.unroutable(),
            BrokerErrorKind::Refused => PublishError::Refused(error.chain()),
            _ => PublishError::Unreachable(error.chain()),
        }
    }
}

impl Connection {
    /// Creates a publisher. It connects with the first message.
    #[must_use]
    pub fn publisher(&self) -> AmqpPublisher {
        AmqpPublisher::new(&self.config, self.config.window)
    }
}

impl AmqpPublisher {
    /// Connects with the first message. At most `window` messages are unsettled at the same time.
    pub(crate) fn new(config: &Config, window: usize) -> Self {
        // The window bounds what is in the channel.
        let (commands, received) = mpsc::unbounded_channel();
        tokio::spawn(Line::new(config).run(received));
        Self { dialect: config.dialect, commands, window: Arc::new(Semaphore::new(window.max(1))) }
    }

    /// Publishes a copy straight into a queue.
    pub(crate) async fn copy(&self, queue: &str, message: Message, attempt: u32) -> Result<(), PublishError> {
        let address = Address { link: self.dialect.queue(queue), topic: String::new(), routing_key: queue.to_owned() };
        self.hand_over(address, outgoing(message, attempt), true).await?.await
    }

    async fn hand_over(
        &self,
        address: Address,
        carried: Carried<Data>,
        is_checked: bool,
    ) -> Result<Confirmation, PublishError> {
        let gone = || PublishError::Unreachable("the publisher has ended".to_owned());
        let place = Arc::clone(&self.window).acquire_owned().await.map_err(|_| gone())?;
        let (told, outcome) = oneshot::channel();
        self.commands.send(Command { address, carried, is_checked, told, place }).map_err(|_| gone())?;
        Ok(outcome.into())
    }
}

impl Publish for AmqpPublisher {
    type Confirmation = Confirmation;

    async fn send(&self, message: Message) -> Result<Confirmation, PublishError> {
        let address = Address {
            link: self.dialect.topic(&message.topic),
            topic: message.topic.clone(),
            routing_key: message.routing_key.clone(),
        };
        self.hand_over(address, outgoing(message, 1), false).await
    }
}

fn judge(address: &Address, outcome: Result<Outcome, SendError>) -> Result<(), PublishError> {
    match outcome {
        Ok(Outcome::Accepted(_)) => Ok(()),
        Ok(Outcome::Released(_)) => Err(address.unroutable()),
        Ok(Outcome::Rejected(rejected)) => {
            let why = rejected.error.map_or_else(|| "without a reason".to_owned(), |error| format!("{error:?}"));
            Err(PublishError::Refused(why))
        }
        Ok(Outcome::Modified(_)) => {
            Err(PublishError::Unreachable("the broker cannot accept the message now".to_owned()))
        }
        Err(error @ (SendError::MessageSizeExceeded(_) | SendError::MessageEncodeError)) => {
            Err(PublishError::Refused(error.to_string()))
        }
        Err(error) => Err(address.failed(&broker_error(&error))),
    }
}

/// Who waits to know what became of a message.
struct Waiting {
    address: Address,
    told: oneshot::Sender<Result<(), PublishError>>,
    /// There is room again when the broker answered, whether or not anybody waits for that.
    _place: OwnedSemaphorePermit,
}

impl Waiting {
    fn tell(self, outcome: Result<(), PublishError>) {
        let Self { told, _place: place, .. } = self;
        // Room first: who is told may send the next one, or may not want to know.
        drop(place);
        let _ = told.send(outcome);
    }
}

/// Tells what the broker answers, apart from who sends, so that no answer waits for a message.
async fn tell(mut sent: mpsc::UnboundedReceiver<(Answer, Waiting)>) {
    let mut on_their_way = FuturesUnordered::new();
    let mut is_open = true;
    while is_open || !on_their_way.is_empty() {
        tokio::select! {
            Some((outcome, waiting)) = on_their_way.next() => {
                let (outcome, waiting): (_, Waiting) = (outcome, waiting);
                let outcome = judge(&waiting.address, outcome);
                waiting.tell(outcome);
            }
            next = sent.recv(), if is_open => match next {
                Some((answer, waiting)) => on_their_way.push(async move { (answer.await, waiting) }),
                None => is_open = false,
            },
        }
    }
}

/// The connection, with a link for each topic.
struct Line {
    config: Config,
    connection: Option<ConnectionHandle<()>>,
    links: HashMap<String, Link>,
    /// The window bounds what is in the channel.
    on_their_way: mpsc::UnboundedSender<(Answer, Waiting)>,
    telling: JoinHandle<()>,
    backoff: Backoff,
    /// Time before which no attempt is made, and the last error.
    away: Option<(Instant, String)>,
}

/// A broker ends the whole session for a link that it does not like.
struct Link {
    sender: Sender,
    session: SessionHandle<()>,
    /// Whether a message has left by it.
    is_used: bool,
}

impl Line {
    fn new(config: &Config) -> Self {
        let (on_their_way, sent) = mpsc::unbounded_channel();
        Self {
            config: config.clone(),
            connection: None,
            links: HashMap::new(),
            on_their_way,
            telling: tokio::spawn(tell(sent)),
            backoff: Backoff::default(),
            away: None,
        }
    }

    async fn run(mut self, mut received: mpsc::UnboundedReceiver<Command>) {
        const N_AT_ONCE: usize = 64;
        let mut commands = Vec::with_capacity(N_AT_ONCE);
        loop {
            tokio::select! {
                biased;
                () = ended(&mut self.connection, &mut self.links) => self.forget_ended(),
                n_received = received.recv_many(&mut commands, N_AT_ONCE) => {
                    if n_received == 0 {
                        break;
                    }
                    for command in commands.drain(..) {
                        self.obey(command).await;
                    }
                }
            }
        }
        // All that was sent is told once nobody sends any more.
        self.on_their_way = mpsc::unbounded_channel().0;
        while !self.telling.is_finished() {
            tokio::select! {
                biased;
                () = ended(&mut self.connection, &mut self.links) => self.forget_ended(),
                _ = &mut self.telling => break,
            }
        }
        for (_, link) in self.links.drain() {
            let _ = answer(self.config.timeout, link.sender.close()).await;
        }
        if let Some(mut connection) = self.connection {
            let _ = answer(self.config.timeout, connection.close()).await;
        }
    }

    async fn obey(&mut self, Command { address, carried, is_checked, told, place }: Command) {
        let checked = if is_checked { self.check(&address.link).await } else { Ok(()) };
        let sent = match checked {
            Ok(()) => self.publish(&address, carried).await,
            Err(error) => Err(address.failed(&error)),
        };
        let waiting = Waiting { address, told, _place: place };
        match sent {
            // It ends with the last sender, which is here.
            Ok(answer) => _ = self.on_their_way.send((answer, waiting)),
            Err(error) => waiting.tell(Err(error)),
        }
    }

    fn forget_ended(&mut self) {
        self.links.retain(|_, link| !link.session.is_ended());
        if self.connection.as_ref().is_some_and(ConnectionHandle::is_closed) {
            self.links.clear();
            self.connection = None;
        }
    }

    async fn publish(&mut self, address: &Address, carried: Carried<Data>) -> Result<Answer, PublishError> {
        let timeout = self.config.timeout;
        let link = self.link(&address.link).await.map_err(|error| address.failed(&error))?;
        let (carried, started) = (Sendable::from(carried), Instant::now());
        let sent = loop {
            // A client that waits for credit can miss it, and that is most likely for the first message of a link. Nothing
            // of it has left then, so that it can be tried again.
            let patience = if link.is_used { timeout } else { FIRST_CREDIT };
            tokio::select! {
                biased;
                sent = link.sender.send_batchable_ref(&carried) => break sent,
                ended = link.session.on_end() => {
                    self.links.remove(&address.link);
                    return Err(address.failed(&broker_error(&ended)));
                }
                () = sleep(patience) => if started.elapsed() >= timeout {
                    self.links.remove(&address.link);
                    return Err(PublishError::Unreachable(format!("the broker has accepted nothing for {timeout:?}")));
                }
            }
        };
        link.is_used = true;
        if let Err(error) = &sent
            && !matches!(error, SendError::MessageSizeExceeded(_) | SendError::MessageEncodeError)
        {
            self.links.remove(&address.link);
        }
        sent.map_err(|error| judge(address, Err(error)).err().unwrap_or_else(|| address.unroutable()))
    }

    /// Checks that a queue exists, by a link that consumes nothing: brokers reject such a link to a missing queue.
    async fn check(&mut self, address: &str) -> Result<(), BrokerError> {
        let timeout = self.config.timeout;
        let (receiver, mut session) = attach(self.connection().await?, address, CreditMode::Manual, timeout).await?;
        // The answer to the end does not matter.
        let _ = answer(timeout, receiver.close()).await;
        let _ = answer(timeout, session.end()).await;
        Ok(())
    }

    async fn link(&mut self, address: &str) -> Result<&mut Link, BrokerError> {
        self.connection().await?;
        let is_there = self.links.get(address).is_some_and(|link| !link.session.is_ended());
        if !is_there {
            let timeout = self.config.timeout;
            let connection = self.connection().await?;
            let mut session = answer(timeout, Session::begin(connection)).await?;
            let sender = answer(timeout, Sender::attach(&mut session, unique("link"), address)).await?;
            self.links.insert(address.to_owned(), Link { sender, session, is_used: false });
        }
        self.links.get_mut(address).ok_or_else(|| BrokerError::unreachable("the connection is lost"))
    }

    async fn connection(&mut self) -> Result<&mut ConnectionHandle<()>, BrokerError> {
        if self.connection.as_ref().is_none_or(ConnectionHandle::is_closed) {
            self.connect_again().await?;
        }
        self.connection.as_mut().ok_or_else(|| BrokerError::unreachable("there is no connection"))
    }

    /// Connects, unless the last attempt failed a short time ago. A message that is published meanwhile can be retried,
    /// whatever the reason.
    async fn connect_again(&mut self) -> Result<(), BrokerError> {
        if let Some((until, why)) = &self.away
            && Instant::now() < *until
        {
            return Err(BrokerError::unreachable(why.clone()));
        }
        self.connect().await.map_err(|error| {
            let (delay, why) = (self.backoff.next_delay(), error.chain());
            tracing::warn!(why, ?delay, "the publisher has no connection");
            self.away = Some((Instant::now() + delay, why.clone()));
            BrokerError::unreachable(why)
        })
    }

    async fn connect(&mut self) -> Result<(), BrokerError> {
        self.links.clear();
        self.connection = Some(connect(&self.config, "publisher").await?);
        self.backoff.reset();
        self.away = None;
        Ok(())
    }
}

/// Resolves when the connection or a session ended. Whoever waits for an answer there learns it only when its link is
/// forgotten.
async fn ended(connection: &mut Option<ConnectionHandle<()>>, links: &mut HashMap<String, Link>) {
    poll_fn(|cx| {
        let mut has_ended = false;
        for link in links.values_mut() {
            has_ended |= pin!(link.session.on_end()).poll(cx).is_ready();
        }
        if let Some(connection) = connection {
            has_ended |= pin!(connection.on_close()).poll(cx).is_ready();
        }
        if has_ended { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}
