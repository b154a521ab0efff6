//! Reasons of dead letters, in their headers.

use std::fmt;

use goodevent::{Error, clock};

use crate::message::Message;

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

/// Kind of the reason.
pub const REASON: &str = "goodevent-reason";
/// JSON Pointer to the violation.
pub const POINTER: &str = "goodevent-pointer";
/// Description of the reason.
pub const DETAIL: &str = "goodevent-detail";
/// Topic and routing key that the message was published to.
pub const ORIGIN: &str = "goodevent-origin";
/// Number of attempts.
pub const ATTEMPTS: &str = "goodevent-attempts";
/// Time of dead-lettering ([RFC 3339](https://www.rfc-editor.org/rfc/rfc3339), in UTC).
pub const LAID_ASIDE: &str = "goodevent-laid-aside";
/// Number of requeues.
pub const REQUEUED: &str = "goodevent-requeued";
/// Times and reasons of earlier dead-lettering, the latest first.
pub const HISTORY: &str = "goodevent-history";

/// Brokers limit what headers hold.
const MAX_HISTORY_CHARS: usize = 2000;

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
            (LAID_ASIDE, clock::now()),
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

/// Records in the headers of a dead letter that it is requeued: the number of requeues and the history. The last reasons
/// stay until new ones replace them.
pub fn take_again(message: &mut Message) {
    let n_before = message.header(REQUEUED).and_then(|count| count.parse::<u32>().ok()).unwrap_or(0);
    message.headers.insert(REQUEUED.to_owned(), n_before.saturating_add(1).to_string());
    let Some(reason) = message.header(REASON) else { return };
    let of = |name| message.header(name).unwrap_or("?");
    let last = format!("{} {reason} after {}: {}", of(LAID_ASIDE), of(ATTEMPTS), of(DETAIL));
    let before = message.header(HISTORY).map(|before| format!("; {before}")).unwrap_or_default();
    let history = (last + &before).chars().take(MAX_HISTORY_CHARS).collect();
    message.headers.insert(HISTORY.to_owned(), history);
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reason.name(), self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_remembers_why_it_was_laid_aside() {
        let mut message = Message::default();
        for (nth, detail) in ["no mail", "no paper"].into_iter().enumerate() {
            let why =
                Refusal { reason: Reason::Failed, pointer: String::new(), detail: detail.to_owned(), attempts: 3 };
            let reasons = why.headers(&message);
            message.headers.extend(reasons.into_iter().map(|(name, value)| (name.to_owned(), value)));
            take_again(&mut message);
            assert_eq!(message.header(REQUEUED), Some(["1", "2"][nth]));
        }
        let history = message.header(HISTORY).unwrap_or_default();
        let (last, first) = history.split_once("; ").unwrap_or_default();
        assert!(last.ends_with("failed after 3: no paper") && first.ends_with("failed after 3: no mail"), "{history}");
    }
}
