//! Why a message was laid aside, in the headers that it lies with.

use std::fmt;

use goodevent::Error;

use crate::message::Message;

/// Why a message is not handled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of reason it is.
    pub reason: Reason,
    /// JSON Pointer to what is wrong in the message, or empty.
    pub pointer: String,
    /// In words.
    pub detail: String,
    /// How often it was tried.
    pub attempts: u32,
}

/// Kinds of reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// It is no JSON.
    NotJson,
    /// It is larger than events may be.
    TooLarge,
    /// It does not keep its contract.
    Contract,
    /// Nobody handles its type.
    UnknownType,
    /// Its handler does not want it.
    Rejected,
    /// Its handler failed too often.
    Failed,
}

impl Reason {
    /// As headers and metrics write it.
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

/// Kind of the reason.
pub const REASON: &str = "goodevent-reason";
/// JSON Pointer to what is wrong.
pub const POINTER: &str = "goodevent-pointer";
/// The reason in words.
pub const DETAIL: &str = "goodevent-detail";
/// Topic and routing key that the message was published to.
pub const ORIGIN: &str = "goodevent-origin";
/// How often it was tried.
pub const ATTEMPTS: &str = "goodevent-attempts";
/// How often it was taken from the dead letters again.
pub const REQUEUED: &str = "goodevent-requeued";

impl Refusal {
    /// A refusal by the contract.
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

    /// The headers that say so, for a message that came from `message.topic`.
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
        ]
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reason.name(), self.detail)
    }
}
