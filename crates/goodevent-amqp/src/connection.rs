//! Configuration and connection, and which errors are temporary.

use std::{
    fmt,
    future::Future,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use fe2o3_amqp::{
    Receiver, Session,
    connection::{ConnectionHandle, OpenError},
    link::receiver::CreditMode,
    sasl_profile::SaslProfile,
    session::SessionHandle,
};
use goodevent_runtime::{BrokerError, BrokerErrorKind, without_login};
use tokio::net::TcpStream;
use url::{Host, Url};

use crate::dialect::Dialect;

/// Time without data after which a broker is unreachable.
const IDLE_MS: u32 = 30_000;

/// Address, login and limits of a connection.
#[derive(Clone, PartialEq, Eq)]
pub struct Config {
    /// Kind of the broker.
    pub dialect: Dialect,
    /// `amqp://user:password@host:port`; `amqps://` for TLS.
    pub url: String,
    /// Name of the service, for the monitoring of the broker.
    pub name: String,
    /// Number of unsettled messages per publisher. Default: 1,000. Further messages wait.
    pub window: usize,
    /// Number of unsettled messages per source. Default: 100.
    pub prefetch: u32,
    /// Time-out of one operation. Default: 5 s.
    pub timeout: Duration,
}

/// Without the login.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("dialect", &self.dialect)
            .field("url", &without_login(&self.url))
            .field("name", &self.name)
            .field("window", &self.window)
            .field("prefetch", &self.prefetch)
            .field("timeout", &self.timeout)
            .finish()
    }
}

impl Config {
    /// Creates the configuration for the broker at `url`.
    pub fn new(dialect: Dialect, url: impl Into<String>) -> Self {
        Self {
            dialect,
            url: url.into(),
            name: "goodevent".to_owned(),
            window: 1000,
            prefetch: 100,
            timeout: Duration::from_secs(5),
        }
    }

    /// Parses a URL that names the dialect: see [`Dialect::of_url`].
    ///
    /// # Errors
    /// If the URL names none.
    pub fn of_url(url: &str) -> Result<Self, BrokerError> {
        let unknown = || BrokerError::config("a URL of AMQP 1.0 begins with amqp1:// or service-bus://");
        Dialect::of_url(url).map(|(dialect, url)| Self::new(dialect, url)).ok_or_else(unknown)
    }
}

/// Access to a broker. Publishers and sources have their own connections, which reconnect automatically.
#[derive(Debug, Clone)]
pub struct Connection {
    pub(crate) config: Config,
}

impl Connection {
    /// Connects as the user of the URL (SASL PLAIN), to verify that the broker answers and accepts the login.
    ///
    /// # Errors
    /// If the broker is unreachable, or rejects the login.
    pub async fn open(config: &Config) -> Result<Self, BrokerError> {
        let mut connection = connect(config, "connection").await?;
        let _ = answer(config.timeout, connection.close()).await;
        Ok(Self::lazy(config))
    }

    /// Contacts no broker: for a service that may start before its broker, whose sources wait for it.
    #[must_use]
    pub fn lazy(config: &Config) -> Self {
        Self { config: config.clone() }
    }
}

/// Converts an error that ended a link, a session or a connection. The client has the words of the broker in many places, and
/// all of them in its debug output.
pub(crate) fn broker_error(error: &impl fmt::Debug) -> BrokerError {
    let text = format!("{error:?}");
    let kind = match () {
        () if text.contains("NotFound") => BrokerErrorKind::Missing,
        () if text.contains("UnauthorizedAccess") || text.contains("NotAllowed") => BrokerErrorKind::Refused,
        () => BrokerErrorKind::Unreachable,
    };
    BrokerError::new(kind, described(&text).unwrap_or(text))
}

/// The words of the broker, without those of the client around them.
fn described(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("description: Some(\"")?;
    let (description, _) = rest.split_once("\")")?;
    Some(description.replace("\\\"", "\"")).filter(|description| !description.is_empty())
}

/// Waits for an answer for a limited time.
pub(crate) async fn answer<T, E: fmt::Debug>(
    timeout: Duration,
    asked: impl Future<Output = Result<T, E>>,
) -> Result<T, BrokerError> {
    match tokio::time::timeout(timeout, asked).await {
        Ok(answer) => answer.map_err(|error| broker_error(&error)),
        Err(_) => Err(BrokerError::unreachable(format!("no answer for {timeout:?}"))),
    }
}

/// Attaches a link from an address, in a session of its own, because a broker ends the whole session for a link that it
/// rejects.
pub(crate) async fn attach(
    connection: &mut ConnectionHandle<()>,
    address: &str,
    credit: CreditMode,
    timeout: Duration,
) -> Result<(Receiver, SessionHandle<()>), BrokerError> {
    let mut session = answer(timeout, Session::begin(connection)).await?;
    let attaching = Receiver::builder().name(unique("link")).source(address).credit_mode(credit);
    let receiver = answer(timeout, attaching.attach(&mut session)).await?;
    Ok((receiver, session))
}

/// A name that no other connection or link of this process has.
pub(crate) fn unique(role: &str) -> String {
    static N_NAMES: AtomicU64 = AtomicU64::new(0);
    format!("goodevent-{role}-{}-{}", std::process::id(), N_NAMES.fetch_add(1, Ordering::Relaxed))
}

/// Connects once, as the user of the URL.
pub(crate) async fn connect(config: &Config, role: &str) -> Result<ConnectionHandle<()>, BrokerError> {
    let malformed = || BrokerError::config("cannot parse the URL");
    let url = Url::parse(&config.url).map_err(|error| malformed().caused_by(error))?;
    let host = url.host().ok_or_else(malformed)?;
    let port = url.port().unwrap_or(if url.scheme() == "amqps" { 5671 } else { 5672 });
    let address = format!("{host}:{port}");
    let container = unique(&format!("{}-{role}", config.name));
    match tokio::time::timeout(config.timeout, open(&url, &host, port, container)).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(error)) => Err(match error {
            OpenError::SaslError { .. } => {
                let user = url.username();
                BrokerError::refused(format!("`{user}` at {address}: unknown user or wrong password"))
            }
            OpenError::InvalidDomain
            | OpenError::TlsConnectorNotFound
            | OpenError::InvalidScheme
            | OpenError::InvalidSchemeForSaslExternal => BrokerError::config(error.to_string()),
            OpenError::Io(error) => BrokerError::unreachable(address).caused_by(error),
            other => broker_error(&other).context(address),
        }),
        Err(_) => Err(BrokerError::unreachable(format!("{address}: no answer for {:?}", config.timeout))),
    }
}

/// Opens a URL as the client does, with data sent without delay: a settlement that waited for the acknowledgement of the one
/// before would wait as long as the broker's system delays it, 40 ms and more.
async fn open(url: &Url, host: &Host<&str>, port: u16, container: String) -> Result<ConnectionHandle<()>, OpenError> {
    let stream = match *host {
        Host::Domain(name) => TcpStream::connect((name, port)).await?,
        Host::Ipv4(address) => TcpStream::connect((address, port)).await?,
        Host::Ipv6(address) => TcpStream::connect((address, port)).await?,
    };
    stream.set_nodelay(true)?;
    let mut builder = fe2o3_amqp::Connection::builder()
        .container_id(container)
        .idle_time_out(IDLE_MS)
        .scheme(url.scheme())
        .hostname(url.host_str())
        .sasl_hostname(url.host_str())
        .domain(url.domain());
    if let Ok(profile) = SaslProfile::try_from(url) {
        builder = builder.sasl_profile(profile);
    }
    builder.open_with_stream(stream).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_shows_no_password() {
        let shown = format!("{:?}", Config::new(Dialect::RabbitMq, "amqp://user:s3cret@localhost:5672"));
        assert!(shown.contains("localhost") && !shown.contains("s3cret"), "{shown}");
    }
}
