//! The true kind of a message that was taken for another: an event without envelope, or in another one.

use goodevent_json::violation::Violation;

use crate::{
    check::{self, Check, Node},
    json::Json,
};

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
    /// The reason why `message` does not have this envelope around an event of that type, if it has another envelope or
    /// none, or is another event. `None` makes no statement about the rest of the message.
    #[must_use]
    pub fn mismatch(self, event_type: &str, message: &Json) -> Option<Violation> {
        let found = Self::of(message)?;
        let found_type = type_of(message);
        if found != self {
            return Some(mistaken(self.around(event_type), found, found_type));
        }
        let found_type = found_type.filter(|found| self != Self::None && *found != event_type)?;
        let shown = |text: &str| check::shown(&Json::String(text.to_owned()));
        let (expected, found) = (shown(event_type), shown(found_type));
        Some(Violation { pointer: "/type".to_owned(), keyword: "const", expected, found })
    }

    /// The member that holds the payload; `None` if the message is the payload.
    #[must_use]
    pub fn payload(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Octopus => Some("payload"),
            Self::CloudEvents => Some("data"),
        }
    }

    /// The envelope of the event in `message`, as far as its members show it; `None` if it is not an object.
    fn of(message: &Json) -> Option<Self> {
        let Json::Object(members) = message else { return None };
        let has = |name: &str| members.contains_key(name);
        Some(if has("specversion") && has("type") {
            Self::CloudEvents
        } else if has("payload") && has("type") && (has("specVersion") || has("occurredTimeUtc")) {
            Self::Octopus
        } else {
            Self::None
        })
    }

    /// In words, with the type of the event.
    fn around(self, event_type: &str) -> String {
        match self {
            Self::None => "an event without envelope".to_owned(),
            Self::Octopus => format!("an Octopus envelope of {event_type}"),
            Self::CloudEvents => format!("a CloudEvent of {event_type}"),
        }
    }
}

/// The reason for which a message is not an event of this type without envelope, if it has one that the contract does not speak of.
pub(crate) fn unwrapped(node: &Node, event_type: &str, bytes: &[u8]) -> Option<Violation> {
    let message = Json::parse(bytes)?;
    let found = Envelope::of(&message).filter(|found| *found != Envelope::None)?;
    let speaks_of_it = node.iter().any(|check| match check {
        Check::Properties(nodes) => {
            nodes.iter().any(|(name, _)| matches!(*name, "specversion" | "specVersion" | "payload"))
        }
        _ => false,
    });
    let expected = format!("an event of {event_type} without envelope");
    (!speaks_of_it).then(|| mistaken(expected, found, type_of(&message)))
}

fn type_of(message: &Json) -> Option<&str> {
    match message.pointer("/type")? {
        Json::String(event_type) => Some(event_type),
        _ => None,
    }
}

fn mistaken(expected: String, found: Envelope, found_type: Option<&str>) -> Violation {
    let found_type = found_type.unwrap_or("an unknown type").chars().take(60).collect::<String>();
    Violation { pointer: String::new(), keyword: "envelope", expected, found: found.around(&found_type) }
}
