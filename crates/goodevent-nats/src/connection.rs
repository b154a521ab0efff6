//! A connection that reconnects automatically, and its events.

use std::{
    fmt,
    str::FromStr,
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
use goodevent_runtime::{Backoff, BrokerError, PublishError, without_login};
use tokio::sync::watch;

/// More of them tell nothing more.
const SHORTEST_PING: Duration = Duration::from_millis(100);

/// Address, login and limits of a connection.
#[derive(Clone, PartialEq, Eq)]
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

/// Without the login.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("url", &without_login(&self.url))
            .field("name", &self.name)
            .field("window", &self.window)
            .field("prefetch", &self.prefetch)
            .field("timeout", &self.timeout)
            .finish()
    }
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

/// Name of a durable consumer of a stream; as text `STREAM/CONSUMER`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Queue {
    /// The stream.
    pub stream: String,
    /// The consumer.
    pub consumer: String,
}

impl Queue {
    /// Creates the name of a consumer.
    pub fn new(stream: impl Into<String>, consumer: impl Into<String>) -> Self {
        Self { stream: stream.into(), consumer: consumer.into() }
    }
}

impl fmt::Display for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.stream, self.consumer)
    }
}

impl FromStr for Queue {
    type Err = BrokerError;

    fn from_str(text: &str) -> Result<Self, BrokerError> {
        let malformed = || BrokerError::config(format!("write the queue `{text}` as `STREAM/CONSUMER`"));
        text.split_once('/').map(|(stream, consumer)| Self::new(stream, consumer)).ok_or_else(malformed)
    }
}

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
    pub async fn open(config: &Config) -> Result<Self, BrokerError> {
        let malformed = |error: std::io::Error| BrokerError::config("cannot parse the server address").caused_by(error);
        let address: ServerAddr = config.url.parse().map_err(malformed)?;
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
            .reconnect_delay_callback(|n_failed| Backoff::after(u32::try_from(n_failed).unwrap_or(u32::MAX)))
            .event_callback(move |event| {
                note(event, &says_up, &says_denied, &counter);
                std::future::ready(())
            });
        // The client does not take them from the address by itself.
        if let (Some(user), Some(password)) = (address.username(), address.password()) {
            options = options.user_and_password(user.to_owned(), password.to_owned());
        }
        let client = options.connect(address).await.map_err(|error| match error.kind() {
            ConnectErrorKind::ServerParse => BrokerError::config("cannot parse the server address").caused_by(error),
            ConnectErrorKind::Authentication | ConnectErrorKind::AuthorizationViolation => {
                BrokerError::refused(place).caused_by(error)
            }
            _ => BrokerError::unreachable(place).caused_by(error),
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
    pub async fn close(self) -> Result<(), BrokerError> {
        self.client
            .drain()
            .await
            .map_err(|error| BrokerError::unreachable("cannot close the connection").caused_by(error))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_shows_no_password() {
        let shown = format!("{:?}", Config::new("nats://user:s3cret@localhost:4222"));
        assert!(shown.contains("localhost") && !shown.contains("s3cret"), "{shown}");
    }
}
