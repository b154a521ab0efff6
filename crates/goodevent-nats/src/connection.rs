//! A connection that comes back by itself, and what was heard on it beside the messages.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_nats::{
    Client, ConnectErrorKind, ConnectOptions, Event, ServerAddr, ServerError,
    jetstream::{self, Context},
};
use goodevent_runtime::PublishError;
use tokio::sync::watch;

use crate::{dead::DeadLetters, publisher::NatsPublisher, source::NatsSource};

/// More of them tell nothing more.
const SHORTEST_PING: Duration = Duration::from_millis(100);

/// How to reach a server, and how much may be on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// `nats://user:password@host:port`; `tls://` for TLS.
    pub url: String,
    /// The name of the service, as the server shows it.
    pub name: String,
    /// How many messages of one publisher wait for the stream at the same time, 1,000 unless said. More of them wait for
    /// room; this bounds what is in memory while the server is away.
    pub window: usize,
    /// How many messages of one source are here before they are asked for, 256 unless said.
    pub prefetch: usize,
    /// How long the server has to answer, 5 s unless said; also how long a publisher waits for a server that is away. One that
    /// is silent for three times as long is away, and the connection is opened again.
    pub timeout: Duration,
}

impl Config {
    /// For the server at `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            name: "goodevent".to_owned(),
            window: 1000,
            prefetch: 256,
            timeout: Duration::from_secs(5),
        }
    }
}

/// Why something could not be done at the server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NatsError {
    /// The address can't be read.
    Address(String),
    /// The server does not let us in, or not do this.
    Refused(String),
    /// The server does not answer.
    Unreachable(String),
    /// A stream or a consumer is not there.
    Missing(String),
    /// The server has another objection.
    Failed(String),
}

impl fmt::Display for NatsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(why) => write!(f, "cannot parse the server address: {why}"),
            Self::Refused(why) => write!(f, "the server rejects the connection: {why}"),
            Self::Unreachable(why) => write!(f, "the server is unreachable: {why}"),
            Self::Missing(what) => write!(f, "there is no {what}"),
            Self::Failed(why) => write!(f, "the server objects: {why}"),
        }
    }
}

impl std::error::Error for NatsError {}

/// A connection to a server with JetStream; clones are the same one.
///
/// When it is lost it is opened again, as often as it takes.
#[derive(Debug, Clone)]
pub struct Connection {
    pub(crate) client: Client,
    /// For requests about streams, consumers and dead letters.
    pub(crate) context: Context,
    pub(crate) config: Config,
    is_up: watch::Receiver<bool>,
    n_lost: Arc<AtomicU64>,
    /// What the server said last about missing rights; requests without them are just not answered.
    denied: watch::Receiver<String>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// If there is no server, or it refuses user and password.
    pub async fn open(config: &Config) -> Result<Self, NatsError> {
        let address: ServerAddr =
            config.url.parse().map_err(|error: std::io::Error| NatsError::Address(error.to_string()))?;
        let place = format!("{}:{}", address.host(), address.port());
        let (says_up, is_up) = watch::channel(true);
        let (says_denied, denied) = watch::channel(String::new());
        let n_lost = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&n_lost);
        let mut options = ConnectOptions::new()
            .name(&config.name)
            // A publisher has all of its confirmations by one subscription.
            .subscription_capacity(config.window.saturating_mul(2).clamp(65_536, 1 << 20))
            .max_reconnects(None)
            // A server that answers none of three is gone.
            .ping_interval(config.timeout.max(SHORTEST_PING))
            .reconnect_delay_callback(|nth| Duration::from_millis(100 * nth.min(20) as u64))
            .event_callback(move |event| {
                note(event, &says_up, &says_denied, &counter);
                std::future::ready(())
            });
        // The client does not take them from the address by itself.
        if let (Some(user), Some(password)) = (address.username(), address.password()) {
            options = options.user_and_password(user.to_owned(), password.to_owned());
        }
        let client = options.connect(address).await.map_err(|error| match error.kind() {
            ConnectErrorKind::ServerParse => NatsError::Address(error.to_string()),
            ConnectErrorKind::Authentication | ConnectErrorKind::AuthorizationViolation => {
                NatsError::Refused(format!("{place}: {error}"))
            }
            _ => NatsError::Unreachable(format!("{place}: {error}")),
        })?;
        let context = jetstream::ContextBuilder::new()
            .timeout(config.timeout)
            .ack_timeout(config.timeout)
            .backpressure_on_inflight(true)
            .build(client.clone());
        Ok(Self { client, context, config: config.clone(), is_up, n_lost, denied })
    }

    /// A way into the streams of the server.
    #[must_use]
    pub fn publisher(&self) -> NatsPublisher {
        NatsPublisher::new(self.clone())
    }

    /// What comes to a durable consumer of a stream.
    #[must_use]
    pub fn source(&self, stream: &str, consumer: &str) -> NatsSource {
        NatsSource::new(self.clone(), stream, consumer)
    }

    /// What was laid aside by the services of a durable consumer.
    #[must_use]
    pub fn dead_letters(&self, stream: &str, consumer: &str) -> DeadLetters {
        DeadLetters::new(self.clone(), stream, consumer)
    }

    /// Waits until what was said is sent, and says no more.
    ///
    /// # Errors
    /// If the connection is closed already.
    pub async fn close(self) -> Result<(), NatsError> {
        self.client.drain().await.map_err(|error| NatsError::Unreachable(error.to_string()))
    }

    /// Waits for a connection that is lost, so that nothing piles up in the client meanwhile.
    pub(crate) async fn up(&self) -> Result<(), PublishError> {
        if *self.is_up.borrow() {
            return Ok(());
        }
        let mut is_up = self.is_up.clone();
        match tokio::time::timeout(self.config.timeout, is_up.wait_for(|is_up| *is_up)).await {
            Ok(Ok(_)) => Ok(()),
            _ => Err(PublishError::Unreachable("the connection is lost".to_owned())),
        }
    }

    /// How often it was lost.
    pub(crate) fn n_lost(&self) -> u64 {
        self.n_lost.load(Ordering::Relaxed)
    }

    /// What the server said about missing rights, if that was about `subject`.
    pub(crate) fn denial(&self, subject: &str) -> Option<String> {
        let denied = self.denied.borrow();
        denied.contains(&format!("\"{subject}\"")).then(|| denied.clone())
    }
}

fn note(event: Event, says_up: &watch::Sender<bool>, says_denied: &watch::Sender<String>, n_lost: &AtomicU64) {
    match event {
        Event::Connected => {
            tracing::info!("connected");
            says_up.send_replace(true);
        }
        Event::Disconnected | Event::Closed => {
            tracing::warn!(%event, "no connection");
            n_lost.fetch_add(1, Ordering::Relaxed);
            says_up.send_replace(false);
        }
        Event::ServerError(ServerError::Other(error)) => {
            tracing::warn!(error, "the server objects");
            says_denied.send_replace(error);
        }
        other => tracing::warn!(event = %other, "the connection has news"),
    }
}
