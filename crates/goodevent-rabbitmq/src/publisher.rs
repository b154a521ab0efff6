//! Publishing with confirms, over a connection that reconnects.

use std::{fmt, sync::Arc, time::Duration};

use goodevent_runtime::{Backoff, BrokerError, Confirmation, Message, Publish, PublishError};
use lapin::{
    Channel,
    options::{BasicPublishOptions, ConfirmSelectOptions},
};
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    time::{Instant, MissedTickBehavior},
};

use crate::{
    connection::{Config, Connection, connect, in_time},
    window::{Waiting, Window},
    wire::{Outgoing, outgoing},
};

/// How long a channel is closed when nothing more is to be heard from it.
const LOST_AFTER: Duration = Duration::from_secs(1);

/// Publishes to exchanges, by topic and routing key of each message.
///
/// A published message is in a queue: messages are persistent and mandatory, and the broker confirms them. A message that
/// reaches no queue is [`PublishError::Unroutable`], and so is one to a missing exchange.
///
/// While the broker is unreachable, messages fail at once with [`PublishError::Unreachable`], because the publisher keeps
/// none beyond its window. It reconnects after 100 ms at first, and every 5 s later. A silent broker counts as unreachable
/// after 30 s, or after twice the `heartbeat` of the URL.
///
/// Clones share the connection and the window.
#[derive(Debug, Clone)]
pub struct RabbitPublisher {
    commands: mpsc::UnboundedSender<(Outgoing, Waiting)>,
    window: Arc<Semaphore>,
}

impl Connection {
    /// Creates a publisher. It connects with the first message.
    #[must_use]
    pub fn publisher(&self) -> RabbitPublisher {
        RabbitPublisher::new(&self.config, self.config.window)
    }
}

impl RabbitPublisher {
    /// Connects with the first message. At most `window` messages are unconfirmed at the same time.
    pub(crate) fn new(config: &Config, window: usize) -> Self {
        // The window bounds what is in the channel.
        let (commands, received) = mpsc::unbounded_channel();
        tokio::spawn(Line::new(config).run(received));
        Self { commands, window: Arc::new(Semaphore::new(window.max(1))) }
    }
}

impl Publish for RabbitPublisher {
    type Confirmation = Confirmation;

    async fn send(&self, message: Message) -> Result<Confirmation, PublishError> {
        let outgoing = outgoing(message)?;
        let gone = || PublishError::Unreachable("the publisher has ended".to_owned());
        let place = Arc::clone(&self.window).acquire_owned().await.map_err(|_| gone())?;
        let (told, outcome) = oneshot::channel();
        let (address, n_bytes) = (outgoing.address.clone(), outgoing.body.len());
        self.commands.send((outgoing, Waiting { address, n_bytes, told, place })).map_err(|_| gone())?;
        Ok(outcome.into())
    }
}

/// The connection, and all that is on its way.
struct Line {
    config: Config,
    link: Option<(lapin::Connection, Arc<Channel>)>,
    window: Window,
    backoff: Backoff,
    /// Time before which no attempt is made, and the last error.
    away: Option<(Instant, String)>,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").field("is_connected", &self.link.is_some()).finish_non_exhaustive()
    }
}

impl Line {
    fn new(config: &Config) -> Self {
        let (config, window, backoff) = (config.clone(), Window::default(), Backoff::default());
        Self { config, link: None, window, backoff, away: None }
    }

    async fn run(mut self, mut received: mpsc::UnboundedReceiver<(Outgoing, Waiting)>) {
        const N_AT_ONCE: usize = 64;
        let mut commands = Vec::with_capacity(N_AT_ONCE);
        let mut lost = tokio::time::interval(LOST_AFTER);
        lost.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = self.window.woken() => self.window.collect(),
                _ = lost.tick(), if !self.window.is_empty() => self.window.give_up_lost(),
                n_received = received.recv_many(&mut commands, N_AT_ONCE) => {
                    if n_received == 0 {
                        break;
                    }
                    for (outgoing, waiting) in commands.drain(..) {
                        self.publish(outgoing, waiting).await;
                    }
                }
            }
        }
        while !self.window.is_empty() {
            tokio::select! {
                () = self.window.woken() => self.window.collect(),
                _ = lost.tick() => self.window.give_up_lost(),
            }
        }
        if let Some((connection, _)) = self.link {
            let _ = in_time(&self.config, connection.close(200, "OK".into())).await;
        }
    }

    async fn publish(&mut self, outgoing: Outgoing, waiting: Waiting) {
        let channel = match self.channel().await {
            Ok(channel) => channel,
            Err(why) => return waiting.tell(Err(PublishError::Unreachable(why))),
        };
        let Outgoing { exchange, routing_key, properties, body, .. } = outgoing;
        let on = Arc::clone(&channel);
        let confirming = async move {
            let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
            on.basic_publish(exchange, routing_key, options, &body, properties).await?.await
        };
        self.window.open(waiting, channel, Box::pin(confirming));
    }

    /// The channel, a new one if the last is closed.
    async fn channel(&mut self) -> Result<Arc<Channel>, String> {
        if let Some((_, channel)) = &self.link
            && channel.status().connected()
        {
            return Ok(Arc::clone(channel));
        }
        // Who waits on the old one shall not wait for the new one.
        self.window.collect();
        if let Some((until, why)) = &self.away
            && Instant::now() < *until
        {
            return Err(why.clone());
        }
        match self.connect().await {
            Ok(channel) => Ok(channel),
            Err(error) => {
                let (delay, why) = (self.backoff.next_delay(), error.chain());
                tracing::warn!(why, ?delay, "the publisher has no connection");
                self.away = Some((Instant::now() + delay, why.clone()));
                Err(why)
            }
        }
    }

    async fn connect(&mut self) -> Result<Arc<Channel>, BrokerError> {
        // The broker closes a channel on a message that it does not take; the connection stays.
        let connection = match self.link.take() {
            Some((connection, _)) if connection.status().connected() => connection,
            _ => connect(&self.config, "publisher").await?,
        };
        let opening = async {
            let channel = connection.create_channel().await?;
            channel.confirm_select(ConfirmSelectOptions::default()).await?;
            Ok(channel)
        };
        let channel = Arc::new(in_time(&self.config, opening).await?);
        self.link = Some((connection, Arc::clone(&channel)));
        self.backoff.reset();
        self.away = None;
        Ok(channel)
    }
}
