//! Connections, and which of their errors are temporary.

use std::{
    fmt,
    future::Future,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use fe2o3_amqp::{
    Connection,
    connection::{ConnectionHandle, OpenError},
    sasl_profile::SaslProfile,
};
use tokio::net::TcpStream;
use url::{Host, Url};

/// Time-out of one broker operation.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
/// A broker that sends nothing for so long is gone.
const IDLE_MS: u32 = 30_000;

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
            Self::Refused(why) => write!(f, "the broker rejects the connection: {why}"),
            Self::Unreachable(why) => write!(f, "the broker is unreachable: {why}"),
        }
    }
}

impl std::error::Error for ConnectError {}

/// What ended a link, a session or a connection. The client has the broker's own words in many places, and all of them in
/// what it prints for debugging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    Missing(String),
    Refused(String),
    Passing(String),
}

impl Trouble {
    pub(crate) fn of(error: &impl fmt::Debug) -> Self {
        let text = format!("{error:?}");
        let why = described(&text).unwrap_or_else(|| text.clone());
        match () {
            () if text.contains("NotFound") => Self::Missing(why),
            () if text.contains("UnauthorizedAccess") || text.contains("NotAllowed") => Self::Refused(why),
            () => Self::Passing(why),
        }
    }
}

/// The words of the broker, without those of the client around them.
fn described(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("description: Some(\"")?;
    let (description, _) = rest.split_once("\")")?;
    Some(description.replace("\\\"", "\"")).filter(|description| !description.is_empty())
}

impl From<Trouble> for ConnectError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Missing(why) | Trouble::Refused(why) => Self::Refused(why),
            Trouble::Passing(why) => Self::Unreachable(why),
        }
    }
}

/// Waits for an answer, but not for ever.
pub(crate) async fn answer<T, E: fmt::Debug>(asked: impl Future<Output = Result<T, E>>) -> Result<T, Trouble> {
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(answer) => answer.map_err(|error| Trouble::of(&error)),
        Err(_) => Err(Trouble::Passing(format!("no answer for {PATIENCE:?}"))),
    }
}

/// A name that no other connection or link of this process has.
pub(crate) fn unique(role: &str) -> String {
    static N_NAMES: AtomicU64 = AtomicU64::new(0);
    format!("goodevent-{role}-{}-{}", std::process::id(), N_NAMES.fetch_add(1, Ordering::Relaxed))
}

/// Connects once, as the user of the URL.
pub(crate) async fn connect(url: &str, role: &str) -> Result<ConnectionHandle<()>, ConnectError> {
    let refused = |why: &dyn fmt::Display| ConnectError::Refused(why.to_string());
    let url: Url = url.parse().map_err(|error| refused(&error))?;
    let host = url.host().ok_or_else(|| refused(&OpenError::InvalidDomain))?;
    let port = url.port().unwrap_or(if url.scheme() == "amqps" { 5671 } else { 5672 });
    let unreachable = |why: &dyn fmt::Display| ConnectError::Unreachable(format!("{host}:{port}: {why}"));
    match tokio::time::timeout(PATIENCE, open(&url, &host, port, role)).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(error)) => Err(match error {
            OpenError::SaslError { .. } => {
                let user = url.username();
                refused(&format!("`{user}` at {host}:{port}: unknown user or wrong password"))
            }
            OpenError::InvalidDomain
            | OpenError::TlsConnectorNotFound
            | OpenError::InvalidScheme
            | OpenError::InvalidSchemeForSaslExternal => refused(&error),
            OpenError::Io(error) => unreachable(&error),
            other => match Trouble::of(&other).into() {
                ConnectError::Unreachable(why) => unreachable(&why),
                refused @ ConnectError::Refused(_) => refused,
            },
        }),
        Err(_) => Err(unreachable(&format!("no answer for {PATIENCE:?}"))),
    }
}

/// As the client opens a URL, but what is written leaves at once: a settlement that waited for the broker's word on the one
/// before would wait as long as the broker's system puts off to acknowledge, 40 ms and more.
async fn open(url: &Url, host: &Host<&str>, port: u16, role: &str) -> Result<ConnectionHandle<()>, OpenError> {
    let stream = match *host {
        Host::Domain(name) => TcpStream::connect((name, port)).await?,
        Host::Ipv4(address) => TcpStream::connect((address, port)).await?,
        Host::Ipv6(address) => TcpStream::connect((address, port)).await?,
    };
    stream.set_nodelay(true)?;
    let mut builder = Connection::builder()
        .container_id(unique(role))
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
