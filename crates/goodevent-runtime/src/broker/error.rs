//! The error of every broker.

use std::{convert::Infallible, error::Error, fmt, sync::Arc};

use super::PublishError;

/// Error of a broker or of the connection to it.
///
/// Its [`source`](Error::source) is the error of the client, if there is one; [`chain`](Self::chain) has both.
///
/// ```
/// use std::{error::Error as _, io};
///
/// use goodevent_runtime::{BrokerError, BrokerErrorKind};
///
/// let error = BrokerError::unreachable("localhost:5672").caused_by(io::Error::other("connection refused"));
/// assert_eq!(error.kind(), BrokerErrorKind::Unreachable);
/// assert_eq!(error.to_string(), "the broker is unreachable: localhost:5672");
/// assert!(error.source().is_some());
/// assert_eq!(error.chain(), "the broker is unreachable: localhost:5672: connection refused");
/// ```
#[derive(Debug, Clone)]
pub struct BrokerError {
    kind: BrokerErrorKind,
    message: String,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// Kind of a [`BrokerError`], which determines whether a retry can succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BrokerErrorKind {
    /// The configuration is invalid, such as a malformed URL.
    Config,
    /// The broker rejects the login or the request: a retry would fail as well.
    Refused,
    /// A queue, a topic, a stream or a consumer is missing.
    Missing,
    /// The broker is unreachable, or does not answer: a retry can succeed.
    Unreachable,
    /// Another error of the broker.
    Failed,
}

impl BrokerError {
    /// Creates an error without a cause.
    pub fn new(kind: BrokerErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// Creates the error of an invalid configuration.
    pub fn config(message: impl Into<String>) -> Self {
        Self::new(BrokerErrorKind::Config, message)
    }

    /// Creates the error of a rejected login or request.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(BrokerErrorKind::Refused, message)
    }

    /// Creates the error of a missing part, such as ``queue `billing` ``.
    pub fn missing(part: impl Into<String>) -> Self {
        Self::new(BrokerErrorKind::Missing, part)
    }

    /// Creates the error of a broker that is unreachable or does not answer.
    pub fn unreachable(message: impl Into<String>) -> Self {
        Self::new(BrokerErrorKind::Unreachable, message)
    }

    /// Creates another error of the broker.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(BrokerErrorKind::Failed, message)
    }

    /// Sets the cause.
    #[must_use]
    pub fn caused_by(self, source: impl Error + Send + Sync + 'static) -> Self {
        Self { source: Some(Arc::new(source)), ..self }
    }

    /// Puts a description of the operation before the message.
    #[must_use]
    pub fn context(self, operation: impl fmt::Display) -> Self {
        let message = match self.message.is_empty() {
            true => operation.to_string(),
            false => format!("{operation}: {}", self.message),
        };
        Self { message, ..self }
    }

    /// Kind of the error.
    #[must_use]
    pub fn kind(&self) -> BrokerErrorKind {
        self.kind
    }

    /// Text of the error and its causes, for logs.
    #[must_use]
    pub fn chain(&self) -> String {
        let (mut text, mut cause) = (self.to_string(), self.source());
        while let Some(error) = cause {
            text.push_str(&format!(": {error}"));
            cause = error.source();
        }
        text
    }
}

impl fmt::Display for BrokerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            BrokerErrorKind::Config => "invalid broker configuration",
            BrokerErrorKind::Refused => "the broker rejects the request",
            BrokerErrorKind::Missing => "missing at the broker",
            BrokerErrorKind::Unreachable => "the broker is unreachable",
            BrokerErrorKind::Failed => "the broker reports an error",
        })?;
        if self.message.is_empty() { Ok(()) } else { write!(f, ": {}", self.message) }
    }
}

impl Error for BrokerError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn Error + 'static))
    }
}

/// Errors are equal if kind and message are; causes are not compared.
impl PartialEq for BrokerError {
    fn eq(&self, other: &Self) -> bool {
        (self.kind, &self.message) == (other.kind, &other.message)
    }
}

impl Eq for BrokerError {}

impl From<PublishError> for BrokerError {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Unreachable(why) => Self::unreachable(why),
            PublishError::Refused(why) => Self::refused(why),
            unroutable @ PublishError::Unroutable { .. } => Self::missing(unroutable.to_string()),
        }
    }
}

/// For queues that any text names.
impl From<Infallible> for BrokerError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
