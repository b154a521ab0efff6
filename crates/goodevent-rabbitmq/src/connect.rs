//! Connections, and which of their errors are temporary.

use std::{fmt, future::Future, time::Duration};

use lapin::{Connection, ConnectionProperties, Error, ErrorKind, uri::AMQPUri};

/// Time-out of one broker operation.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
/// Default of `heartbeat` in the URL. A broker that is silent for twice this time is unreachable; RabbitMQ suggests a minute.
const HEARTBEAT_SECONDS: u16 = 15;

/// Reason why a connection failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectError {
    /// The broker rejects the connection, or the URL is malformed: a retry would fail as well.
    Refused(String),
    /// The broker is unreachable, or does not answer as a broker: a retry can succeed.
    Unreachable(String),
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => write!(f, "RabbitMQ rejects the connection: {why}"),
            Self::Unreachable(why) => write!(f, "RabbitMQ is unreachable: {why}"),
        }
    }
}

impl std::error::Error for ConnectError {}

impl From<Error> for ConnectError {
    fn from(error: Error) -> Self {
        match error.kind() {
            ErrorKind::ProtocolError(own) => {
                let text = own.get_message().as_str();
                // A queue whose node is away is 404 as well, and comes back with it.
                let is_missing = own.get_id() == 404 && text.contains("no queue") || text.contains("no exchange");
                match own.get_id() {
                    403 | 406 | 530 => Self::Refused(text.to_owned()),
                    _ if is_missing => Self::Refused(text.to_owned()),
                    _ => Self::Unreachable(error.to_string()),
                }
            }
            ErrorKind::AuthProviderError(_) | ErrorKind::InvalidProtocolVersion(_) | ErrorKind::NoDefaultRuntime => {
                Self::Refused(error.to_string())
            }
            _ => Self::Unreachable(error.to_string()),
        }
    }
}

/// Connects once. The broker's management pages show the name.
pub(crate) async fn connect(url: &str, name: &str) -> Result<Connection, ConnectError> {
    let mut url: AMQPUri =
        url.parse().map_err(|why| ConnectError::Refused(format!("the URL is none of AMQP: {why}")))?;
    url.query.heartbeat.get_or_insert(HEARTBEAT_SECONDS);
    let place = format!("{}:{}", url.authority.host, url.authority.port);
    let user = url.authority.userinfo.username.clone();
    let properties = ConnectionProperties::default().with_connection_name(name.into());
    in_time(Connection::connect_uri(url, properties)).await.map_err(|error| match error {
        ConnectError::Refused(why) => ConnectError::Refused(format!("`{user}` at {place}: {why}")),
        ConnectError::Unreachable(why) => ConnectError::Unreachable(format!("{place}: {why}")),
    })
}

/// What the broker answers, if it does so in time. The client forgets some of those who wait when a connection ends.
pub(crate) async fn in_time<T, E: Into<ConnectError>>(
    answer: impl Future<Output = Result<T, E>>,
) -> Result<T, ConnectError> {
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(answer) => answer.map_err(Into::into),
        Err(_) => Err(ConnectError::Unreachable(format!("no answer for {PATIENCE:?}"))),
    }
}
