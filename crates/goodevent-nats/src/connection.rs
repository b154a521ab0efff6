//! A connection that reconnects automatically, and its events.

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

/// More of them tell nothing more.
const SHORTEST_PING: Duration = Duration::from_millis(100);

/// Address, login and limits of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// `nats://user:password@host:port`; `tls://` for TLS.
    pub url: String,
    /// Name of the service, for the monitoring of the server.
    pub name: String,
    /// Number of unconfirmed messages per publisher. Default: 1,000. Further messages wait, which bounds the memory while
    /// the server is unreachable.
    pub window: usize,
    /// Number of messages that a source fetches in advance. Default: 256.
    pub prefetch: usize,
    /// Time-out of a request, and of a publisher's wait for an unreachable server. Default: 5 s. After three times this
    /// time without an answer, the connection is opened again.
    pub timeout: Duration,
}

impl Config {
    /// Creates the configuration for the server at `url`.
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

/// Error of the server or the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NatsError {
    /// The address is malformed.
    Address(String),
    /// The server rejects the login or the operation.
    Refused(String),
    /// The server is unreachable.
    Unreachable(String),
    /// A stream or a consumer is missing.
    Missing(String),
    /// Another error of the server.
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

/// A connection to a server with JetStream; clones share it.
///
/// A lost connection is opened again, with unlimited attempts.
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
    /// If the server is unreachable or rejects the login.
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

    /// Flushes the connection and closes it.
    ///
    /// # Errors
    /// If the connection is already closed.
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
