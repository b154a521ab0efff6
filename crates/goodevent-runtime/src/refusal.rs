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
    /// The message violates its contract, is of another type, or has another envelope.
    Contract,
    /// No handler exists for its type.
    UnknownType,
    /// Its handler rejected it.
    Rejected,
    /// Its handler failed too often.
    Failed,
    /// Its handler panicked at the last attempt.
    Panicked,
    /// Its handler took too long at the last attempt.
    TimedOut,
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
            Self::Panicked => "panicked",
            Self::TimedOut => "timed-out",
        }
    }
}

impl Refusal {
    /// Creates the reason of a violation.
    #[must_use]
    pub fn of(error: &Error, attempts: u32) -> Self {
        let reason = match error {
            Error::TooLarge { .. } | Error::EnvelopeTooLarge { .. } => Reason::TooLarge,
            Error::NotUtf8 { .. } | Error::NotJson { .. } => Reason::NotJson,
            _ => Reason::Contract,
        };
        Self { reason, pointer: error.pointer().to_owned(), detail: error.to_string(), attempts }
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

#[cfg(test)]
mod tests {
    use goodevent::event::{Envelope, Mismatch};

    use super::*;

    #[test]
    fn a_reason_has_the_pointer_and_the_words_of_its_error() {
        let mismatch = |found| Mismatch {
            expected: Envelope::Octopus,
            expected_type: "PaymentCapturedV1".to_owned(),
            found,
            found_type: Some("BookingConfirmedV1".to_owned()),
        };
        let not_json = Error::NotJson { offset: 1, line: 2, column: 1, reason: "expected a value".to_owned() };
        for (error, reason, pointer, detail) in [
            (
                mismatch(Envelope::Octopus).into(),
                Reason::Contract,
                "/type",
                "this is `BookingConfirmedV1`, `PaymentCapturedV1` was expected",
            ),
            (
                mismatch(Envelope::CloudEvents).into(),
                Reason::Contract,
                "",
                "this is a CloudEvent of `BookingConfirmedV1`, an Octopus envelope of `PaymentCapturedV1` was expected",
            ),
            (not_json, Reason::NotJson, "", "not JSON at line 2, column 1: expected a value"),
            (Error::NotUtf8 { offset: 3 }, Reason::NotJson, "", "not UTF-8 at byte 3"),
            (Error::TooLarge { n_bytes: 2, max_bytes: 1 }, Reason::TooLarge, "", "2 bytes are more than 1"),
        ] {
            let (pointer, detail) = (pointer.to_owned(), detail.to_owned());
            assert_eq!(Refusal::of(&error, 1), Refusal { reason, pointer, detail, attempts: 1 });
        }
    }
}
