//! Violations of envelopes, around any payload.

use goodevent_json::violation::Violation;

use super::kind::Envelope;
use crate::{check, cloudevents, json::Json, octopus};

impl Envelope {
    /// All violations of this envelope by `message`, whose type and payload can be any: [`mismatch`](Self::mismatch) and the
    /// contract decide about these.
    #[must_use]
    pub fn violations(self, message: &Json) -> Vec<Violation> {
        match self {
            Self::None => Vec::new(),
            Self::Octopus => check::violations(octopus::ANY, message),
            Self::CloudEvents => check::violations(cloudevents::ANY, message),
        }
    }
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
