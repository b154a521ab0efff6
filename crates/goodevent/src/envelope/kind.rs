//! The envelopes that a message can have.

/// Envelope of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Envelope {
    /// No envelope: the message is the payload.
    None,
    /// [`octopus::Envelope`](crate::octopus::Envelope).
    Octopus,
    /// [`cloudevents::CloudEvent`](crate::cloudevents::CloudEvent).
    CloudEvents,
}

impl Envelope {
    /// The member that holds the payload; `None` if the message is the payload.
    #[must_use]
    pub fn payload(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Octopus => Some("payload"),
            Self::CloudEvents => Some("data"),
        }
    }
}
