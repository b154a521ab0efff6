//! Configuration and connection, and which errors are temporary.

use std::{fmt, future::Future, time::Duration};

use goodevent_runtime::{BrokerError, BrokerErrorKind, without_login};
use lapin::{ConnectionProperties, Error, ErrorKind, uri::AMQPUri};

/// Default of `heartbeat` in the URL. A broker that is silent for twice this time is unreachable; RabbitMQ suggests a minute.
const HEARTBEAT_SECONDS: u16 = 15;

/// Address, login and limits of a connection.
#[derive(Clone, PartialEq, Eq)]
pub struct Config {
    /// `amqp://user:password@host:port/vhost`; `amqps://` for TLS.
    pub url: String,
    /// Name of the service, for the management pages of the broker.
    pub name: String,
    /// Number of unconfirmed messages per publisher. Default: 1,000. Further messages wait.
    pub window: usize,
    /// Number of unsettled messages per source: those that are handled at the same time, and some that wait. Default: 100.
    /// With 1, several instances of a service share the messages evenly.
    pub prefetch: u16,
    /// Time-out of one operation. Default: 5 s.
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
    /// Creates the configuration for the broker at `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            name: "goodevent".to_owned(),
            window: 1000,
            prefetch: 100,
            timeout: Duration::from_secs(5),
        }
    }
}

/// Access to a broker. Publishers and sources have their own connections, which reconnect automatically.
#[derive(Debug, Clone)]
pub struct Connection {
    pub(crate) config: Config,
}

impl Connection {
    /// Connects, to verify that the broker answers and accepts the login.
    ///
    /// # Errors
    /// If the broker is unreachable, or rejects the login.
    pub async fn open(config: &Config) -> Result<Self, BrokerError> {
        let connection = connect(config, "connection").await?;
        let _ = connection.close(200, "OK".into()).await;
        Ok(Self::lazy(config))
    }

    /// Contacts no broker: for a service that may start before its broker, whose sources wait for it.
    #[must_use]
    pub fn lazy(config: &Config) -> Self {
        Self { config: config.clone() }
    }
}

/// Converts an error of the client. Its text has the words of the broker.
pub(crate) fn broker_error(error: Error) -> BrokerError {
    let kind = match error.kind() {
        ErrorKind::ProtocolError(protocol_error) => {
            let text = protocol_error.get_message().as_str();
            // A queue whose node is away is 404 as well, and comes back with it.
            let is_missing =
                protocol_error.get_id() == 404 && text.contains("no queue") || text.contains("no exchange");
            match protocol_error.get_id() {
                403 | 406 | 530 => BrokerErrorKind::Refused,
                _ if is_missing => BrokerErrorKind::Missing,
                _ => BrokerErrorKind::Unreachable,
            }
        }
        ErrorKind::AuthProviderError(_) | ErrorKind::InvalidProtocolVersion(_) | ErrorKind::NoDefaultRuntime => {
            BrokerErrorKind::Refused
        }
        _ => BrokerErrorKind::Unreachable,
    };
    BrokerError::new(kind, "").caused_by(error)
}

/// Connects once. The broker's management pages show the name and the role.
pub(crate) async fn connect(config: &Config, role: &str) -> Result<lapin::Connection, BrokerError> {
    let parsed: Result<AMQPUri, String> = config.url.parse();
    let mut url = parsed.map_err(|error| BrokerError::config(format!("the URL is not an AMQP URL: {error}")))?;
    url.query.heartbeat.get_or_insert(HEARTBEAT_SECONDS);
    let address = format!("{}:{}", url.authority.host, url.authority.port);
    let user = url.authority.userinfo.username.clone();
    let properties = ConnectionProperties::default().with_connection_name(format!("{} {role}", config.name).into());
    in_time(config, lapin::Connection::connect_uri(url, properties)).await.map_err(|error| match error.kind() {
        BrokerErrorKind::Unreachable => error.context(address),
        _ => error.context(format!("`{user}` at {address}")),
    })
}

/// Waits for the answer of the broker for a limited time: the client does not resolve every answer when a connection ends.
pub(crate) async fn in_time<T>(
    config: &Config,
    answer: impl Future<Output = lapin::Result<T>>,
) -> Result<T, BrokerError> {
    match tokio::time::timeout(config.timeout, answer).await {
        Ok(answer) => answer.map_err(broker_error),
        Err(_) => Err(BrokerError::unreachable(format!("no answer for {:?}", config.timeout))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_shows_no_password() {
        let shown = format!("{:?}", Config::new("amqp://user:s3cret@localhost:5672/%2f"));
        assert!(shown.contains("localhost") && !shown.contains("s3cret"), "{shown}");
    }
}
