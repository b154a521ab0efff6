//! The true kind of a message that was taken for another: an event without envelope, or in another one.

use goodevent_json::violation::Violation;

use crate::{
    Event,
    check::{self, Check},
    cloudevents::structured,
    event::Envelope,
    json::Json,
    octopus,
};

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

    /// All violations of this envelope by `message`, whose type and payload can be any: [`mismatch`](Self::mismatch) and the
    /// contract decide about these.
    #[must_use]
    pub fn violations(self, message: &Json) -> Vec<Violation> {
        match self {
            Self::None => Vec::new(),
            Self::Octopus => check::violations(octopus::ANY, message),
            Self::CloudEvents => check::violations(structured::ANY, message),
        }
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

/// The reason for which a message is not an `E` without envelope, if it has one that the contract does not speak of.
pub(crate) fn unwrapped<E: Event>(bytes: &[u8]) -> Option<Violation> {
    let message = Json::parse(bytes)?;
    let found = Envelope::of(&message).filter(|found| *found != Envelope::None)?;
    let speaks_of_it = E::CONTRACT.node.iter().any(|check| match check {
        Check::Properties(nodes) => {
            nodes.iter().any(|(name, _)| matches!(*name, "specversion" | "specVersion" | "payload"))
        }
        _ => false,
    });
    let expected = format!("an event of {} without envelope", E::TYPE);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(envelope: Envelope, message: &str) -> Vec<String> {
        let message = Json::parse(message.as_bytes()).expect("it is JSON");
        envelope.violations(&message).into_iter().map(|violation| violation.pointer).collect()
    }

    #[test]
    fn an_envelope_is_valid_around_any_payload() {
        let octopus = |activity: &str, rest: &str| {
            format!(
                r#"{{"id": "1", "source": "s", "type": "ThingSeenV1", "occurredTimeUtc": "2021-11-08T12:33:00Z",
                "activityId": "{activity}", "specVersion": "1.0", "payload": [1]{rest}}}"#
            )
        };
        let cloud_event = |source: &str, rest: &str| {
            format!(
                r#"{{"specversion": "1.0", "id": "1", "source": "{source}", "type": "ThingSeenV1", "data": 1{rest}}}"#
            )
        };
        let activity = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let no_activity = "00-00000000000000000000000000000000-b7ad6b7169203331-01";
        for (envelope, message, expected) in [
            (Envelope::Octopus, octopus(activity, ""), vec![]),
            (Envelope::Octopus, octopus(no_activity, ""), vec!["/activityId"]),
            (Envelope::Octopus, octopus(activity, r#", "more": 1"#), vec!["/more"]),
            (Envelope::CloudEvents, cloud_event("/orders", ""), vec![]),
            (Envelope::CloudEvents, cloud_event("", r#", "Upper": true, "time": "now""#), vec!["", "/source", "/time"]),
            (Envelope::None, "{}".to_owned(), vec![]),
        ] {
            let mut found = pointers(envelope, &message);
            found.sort();
            let mut expected: Vec<&str> = expected;
            expected.sort_unstable();
            assert_eq!(found, expected, "of {message}");
        }
    }
}
