//! A message that was taken for another, in words.

use std::fmt;

use goodevent_json::escape::line;

use super::kind::Envelope;

/// A message of another type, or in another envelope, than the decoder reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Envelope that the decoder reads.
    pub expected: Envelope,
    /// Type that the decoder reads: `SubscriptionTerminatedV1`.
    pub expected_type: String,
    /// Envelope of the message.
    pub found: Envelope,
    /// Type in the envelope of the message; `None` if there is no envelope, or its `type` does not look like a type.
    pub found_type: Option<String>,
}

impl Mismatch {
    /// `type` is the one in the envelope of the message.
    pub(crate) fn new(expected: Envelope, expected_type: &str, found: Envelope, found_type: Option<&str>) -> Self {
        let found_type = found_type.filter(|found| *found == expected_type || is_like_a_type(found)).map(str::to_owned);
        Self { expected, expected_type: expected_type.to_owned(), found, found_type }
    }

    /// The violated rule, for metrics: `other-envelope`, or `other-type` if the envelope is the expected one.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        if self.found == self.expected { "other-type" } else { "other-envelope" }
    }

    /// JSON Pointer to the violating value: `/type`, or empty if the message has another envelope.
    #[must_use]
    pub fn pointer(&self) -> &'static str {
        if self.found == self.expected { "/type" } else { "" }
    }
}

/// Whether a text looks like a type: a letter, then letters, digits, dots, dashes and underscores.
///
/// A message shows no other text. It is written by a stranger, is logged, and can have personal data, such as an address of
/// an e-mail.
fn is_like_a_type(text: &str) -> bool {
    const MAX_BYTES: usize = 200;
    text.len() <= MAX_BYTES
        && text.starts_with(|char: char| char.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |event_type: &str| format!("`{}`", line(event_type));
        let expected_type = quoted(&self.expected_type);
        let found_type = self.found_type.as_deref().map(quoted);
        if self.found == self.expected {
            let found = found_type.as_deref().unwrap_or("an event of another type");
            return write!(f, "this is {found}, {expected_type} was expected");
        }
        let found_type = found_type.as_deref().unwrap_or("another type");
        match self.found {
            Envelope::None => write!(f, "this is a message without an envelope")?,
            Envelope::Octopus => write!(f, "this is an Octopus envelope of {found_type}")?,
            Envelope::CloudEvents => write!(f, "this is a CloudEvent of {found_type}")?,
        }
        match self.expected {
            Envelope::None => write!(f, ", the payload of {expected_type} alone was expected"),
            Envelope::Octopus => write!(f, ", an Octopus envelope of {expected_type} was expected"),
            Envelope::CloudEvents => write!(f, ", a CloudEvent of {expected_type} was expected"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_shown_if_it_looks_like_one() {
        let long = "a".repeat(201);
        for (text, is_shown) in [
            ("BookingConfirmedV1", true),
            ("com.example.booking_confirmed-v1", true),
            (&long[..200], true),
            (&long, false),
            ("", false),
            ("5551234567", false),
            ("anna@example.com", false),
            ("Anna Lenz", false),
            ("Bügeln", false),
            ("a\nb", false),
            ("\u{1b}[31m", false),
        ] {
            let mismatch = Mismatch::new(Envelope::Octopus, "ThingSeenV1", Envelope::Octopus, Some(text));
            let found = if is_shown { format!("`{text}`") } else { "an event of another type".to_owned() };
            assert_eq!(mismatch.to_string(), format!("this is {found}, `ThingSeenV1` was expected"));
        }
        // A type that a contract has is shown whatever it looks like.
        let mismatch = Mismatch::new(Envelope::Octopus, "Gesehen Ü", Envelope::CloudEvents, Some("Gesehen Ü"));
        let expected = "this is a CloudEvent of `Gesehen Ü`, an Octopus envelope of `Gesehen Ü` was expected";
        assert_eq!(mismatch.to_string(), expected);
    }
}
