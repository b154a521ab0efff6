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
    Receiver, Sendable, Sender, Session,
    connection::ConnectionHandle,
    link::{SendError, delivery::DeliveryFut, receiver::CreditMode},
    session::SessionHandle,
    types::messaging::{Data, Message as Carried, Outcome},
};
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use goodevent_runtime::{Confirmation, Message, Pauses, Publish, PublishError};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot},
    task::JoinHandle,
    time::{Instant, sleep},
};

use crate::{
    connect::{ConnectError, PATIENCE, Trouble, answer, connect, unique},
    convert::outgoing,
    dialect::Dialect,
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

    /// Why a message is not published, by what became of its link.
    fn failed(&self, trouble: Trouble) -> PublishError {
        match trouble {
            Trouble::Missing(_) => self.unroutable(),
            Trouble::Refused(why) => PublishError::Refused(why),
            Trouble::Passing(why) => PublishError::Unreachable(why),
        }
    }
}

impl AmqpPublisher {
    /// Connects as the user of the URL (SASL PLAIN). At most `window` messages are unsettled at the same time; further ones
    /// wait.
    ///
    /// # Errors
    /// If the broker is unreachable, or rejects the login.
    pub async fn connect(dialect: Dialect, url: &str, window: usize) -> Result<Self, ConnectError> {
        let mut line = Line::new(url);
        line.connect().await?;
        Ok(Self::over(dialect, line, window))
    }

    /// One that connects with the first message.
    pub(crate) fn lazy(dialect: Dialect, url: &str, window: usize) -> Self {
        Self::over(dialect, Line::new(url), window)
    }

    fn over(dialect: Dialect, line: Line, window: usize) -> Self {
        // The window bounds what is in the channel.
        let (commands, received) = mpsc::unbounded_channel();
        tokio::spawn(line.run(received));
        Self { dialect, commands, window: Arc::new(Semaphore::new(window.max(1))) }
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
        Err(error) => Err(address.failed(Trouble::of(&error))),
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
    url: String,
    connection: Option<ConnectionHandle<()>>,
    links: HashMap<String, Link>,
    /// The window bounds what is in the channel.
    on_their_way: mpsc::UnboundedSender<(Answer, Waiting)>,
    telling: JoinHandle<()>,
    pauses: Pauses,
    /// Nobody tries before, and why.
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
    fn new(url: &str) -> Self {
        let (on_their_way, sent) = mpsc::unbounded_channel();
        Self {
            url: url.to_owned(),
            connection: None,
            links: HashMap::new(),
            on_their_way,
            telling: tokio::spawn(tell(sent)),
            pauses: Pauses::default(),
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
            let _ = answer(link.sender.close()).await;
        }
        if let Some(mut connection) = self.connection {
            let _ = answer(connection.close()).await;
        }
    }

    async fn obey(&mut self, Command { address, carried, is_checked, told, place }: Command) {
        let checked = if is_checked { self.check(&address.link).await } else { Ok(()) };
        let sent = match checked {
            Ok(()) => self.publish(&address, carried).await,
            Err(trouble) => Err(address.failed(trouble)),
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
        let link = self.link(&address.link).await.map_err(|trouble| address.failed(trouble))?;
        let (carried, started) = (Sendable::from(carried), Instant::now());
        let sent = loop {
            // A client that waits for credit can miss it, and that is most likely for the first message of a link. Nothing
            // of it has left then, so that it can be tried again.
            let patience = if link.is_used { PATIENCE } else { FIRST_CREDIT };
            tokio::select! {
                biased;
                sent = link.sender.send_batchable_ref(&carried) => break sent,
                ended = link.session.on_end() => {
                    self.links.remove(&address.link);
                    return Err(address.failed(Trouble::of(&ended)));
                }
                () = sleep(patience) => if started.elapsed() >= PATIENCE {
                    self.links.remove(&address.link);
                    return Err(PublishError::Unreachable(format!("the broker has accepted nothing for {PATIENCE:?}")));
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

    /// Whether there is a queue to consume, which is what brokers do look at.
    async fn check(&mut self, address: &str) -> Result<(), Trouble> {
        let connection = self.connection().await?;
        let mut session = answer(Session::begin(connection)).await?;
        let attaching = Receiver::builder().name(unique("check")).source(address).credit_mode(CreditMode::Manual);
        let receiver = answer(attaching.attach(&mut session)).await?;
        // What it says of the end is of no interest.
        let _ = answer(receiver.close()).await;
        let _ = answer(session.end()).await;
        Ok(())
    }

    async fn link(&mut self, address: &str) -> Result<&mut Link, Trouble> {
        self.connection().await?;
        let is_there = self.links.get(address).is_some_and(|link| !link.session.is_ended());
        if !is_there {
            let connection = self.connection().await?;
            let mut session = answer(Session::begin(connection)).await?;
            let sender = answer(Sender::attach(&mut session, unique("link"), address)).await?;
            self.links.insert(address.to_owned(), Link { sender, session, is_used: false });
        }
        self.links.get_mut(address).ok_or_else(|| Trouble::Passing("the connection is lost".to_owned()))
    }

    async fn connection(&mut self) -> Result<&mut ConnectionHandle<()>, Trouble> {
        if self.connection.as_ref().is_none_or(ConnectionHandle::is_closed) {
            self.connect_again().await?;
        }
        self.connection.as_mut().ok_or_else(|| Trouble::Passing("there is no connection".to_owned()))
    }

    async fn connect_again(&mut self) -> Result<(), Trouble> {
        if let Some((until, why)) = &self.away
            && Instant::now() < *until
        {
            return Err(Trouble::Passing(why.clone()));
        }
        self.connect().await.map_err(|error| {
            let (pause, why) = (self.pauses.grow(), error.to_string());
            tracing::warn!(why, ?pause, "the publisher has no connection");
            self.away = Some((Instant::now() + pause, why.clone()));
            Trouble::Passing(why)
        })
    }

    async fn connect(&mut self) -> Result<(), ConnectError> {
        self.links.clear();
        self.connection = Some(connect(&self.url, "publisher").await?);
        (self.pauses, self.away) = (Pauses::default(), None);
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
