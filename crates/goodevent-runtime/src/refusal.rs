//! Reasons of dead letters.

use std::fmt;

use goodevent::{Error, clock};

use crate::{
    broker::headers::{ATTEMPTS, DEAD_LETTERED_AT, DETAIL, ORIGIN, POINTER, REASON},
    message::Message,
};

/// Why a message is not handled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Kind of the reason.
    pub reason: Reason,
    /// JSON Pointer to the violation in the message, or empty.
    pub pointer: String,
    /// Description of the reason.
    pub detail: String,
    /// Number of attempts.
    pub attempts: u32,
}

/// Kinds of reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The body is not JSON.
    NotJson,
    /// The message exceeds the size limit of events.
    TooLarge,
    /// The message violates its contract.
    Contract,
    /// No handler exists for its type.
    UnknownType,
    /// Its handler rejected it.
    Rejected,
    /// Its handler failed too often.
    Failed,
}

impl Reason {
    /// Name in headers and metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotJson => "not-json",
            Self::TooLarge => "too-large",
            Self::Contract => "contract",
            Self::UnknownType => "unknown-type",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
        }
    }
}

impl Refusal {
    /// Creates the reason of a violation.
    #[must_use]
    pub fn of(error: &Error, attempts: u32) -> Self {
        let (reason, pointer) = match error {
            Error::TooLarge { .. } | Error::EnvelopeTooLarge { .. } => (Reason::TooLarge, String::new()),
            Error::NotUtf8 { .. } | Error::NotJson { .. } => (Reason::NotJson, String::new()),
            Error::Invalid(violation) => (Reason::Contract, violation.pointer.clone()),
            _ => (Reason::Contract, String::new()),
        };
        Self { reason, pointer, detail: error.to_string(), attempts }
    }

    /// Headers with the reason, for a message of the topic `message.topic`.
    #[must_use]
    pub fn headers(&self, message: &Message) -> Vec<(&'static str, String)> {
        // Brokers limit what headers hold, and a reason can quote the message.
        let short = |text: &str| text.chars().filter(|char| !char.is_control()).take(500).collect::<String>();
        vec![
            (REASON, self.reason.name().to_owned()),
            (POINTER, short(&self.pointer)),
            (DETAIL, short(&self.detail)),
            (ORIGIN, format!("{} {}", message.topic, message.routing_key)),
            (ATTEMPTS, self.attempts.to_string()),
            (DEAD_LETTERED_AT, clock::now()),
        ]
    }

    /// Returns a copy of the message with the reason in its headers.
    #[must_use]
    pub fn marked(&self, message: &Message) -> Message {
        let mut copy = message.clone();
        copy.headers.extend(self.headers(message).into_iter().map(|(name, value)| (name.to_owned(), value)));
        copy
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reason.name(), self.detail)
    }
}
