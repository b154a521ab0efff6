//! Messages of NATS: as a stranger sends them, and as they come back.

use goodevent_nats::fuzzing::{copied_and_received, received, sent_and_received};
use goodevent_runtime::Message;

use super::message::{message, pairs};
use crate::input::{choose, parts, text};

const FORMS: [fn(&[u8]); 2] = [from_a_stranger, there_and_back];

pub(super) fn run(data: &[u8]) {
    let (form, rest) = choose(data, &FORMS);
    form(rest);
}

fn from_a_stranger(data: &[u8]) {
    let [subject, headers, body] = parts(data);
    let headers: Vec<(String, String)> =
        pairs(headers).into_iter().map(|(name, value)| (text(name), text(value))).collect();
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let message = received(&text(subject), &headers, body);
    assert_eq!(message.body, body);
    // It can be published again, as it is when it is laid aside, whatever its own subject is.
    let copy = copied_and_received(&message, "elsewhere", "copy").expect("what came in goes out");
    assert_eq!(copy, trimmed(&message));
}

fn there_and_back(data: &[u8]) {
    let sent = message(data);
    if let Ok(back) = sent_and_received(&sent) {
        assert_eq!(back, trimmed(&sent));
    }
    if let Ok(copy) = copied_and_received(&sent, "elsewhere", "copy") {
        assert_eq!(copy, trimmed(&sent));
    }
}

/// The message as it arrives: headers lose white space at both ends.
fn trimmed(sent: &Message) -> Message {
    let trimmed = |text: &str| text.trim().to_owned();
    Message {
        topic: if sent.topic == sent.routing_key { sent.topic.clone() } else { trimmed(&sent.topic) },
        routing_key: if sent.topic == sent.routing_key { sent.topic.clone() } else { trimmed(&sent.routing_key) },
        partition_key: sent.partition_key.as_deref().map(trimmed),
        id: trimmed(&sent.id),
        event_type: trimmed(&sent.event_type),
        headers: sent.headers.iter().map(|(name, value)| (name.clone(), trimmed(value))).collect(),
        body: sent.body.clone(),
    }
}
