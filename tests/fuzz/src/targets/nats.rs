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
    // A subject has no white space, or it would not have arrived.
    let subject: String = text(subject).split(char::is_whitespace).collect();
    let message = received(&subject, &headers, body);
    assert_eq!(message.body, body);
    // It can be published again, as a dead letter is.
    let copy = copied_and_received(&message, "elsewhere", "copy").expect("what came in goes out");
    assert_eq!(copy, trimmed(&message, true));
}

fn there_and_back(data: &[u8]) {
    let sent = message(data);
    if let Ok(back) = sent_and_received(&sent) {
        let names_place = sent.routing_key.is_empty() || sent.topic != sent.routing_key;
        assert_eq!(back, trimmed(&sent, names_place));
    }
    if let Ok(copy) = copied_and_received(&sent, "elsewhere", "copy") {
        assert_eq!(copy, trimmed(&sent, true));
    }
}

/// The message as it arrives: headers lose white space at both ends, and some carry topic and routing key if it `names_place`.
fn trimmed(sent: &Message, names_place: bool) -> Message {
    let trimmed = |text: &str| text.trim().to_owned();
    let place = |text: &str| if names_place { trimmed(text) } else { text.to_owned() };
    Message {
        topic: place(&sent.topic),
        routing_key: place(&sent.routing_key),
        partition_key: sent.partition_key.as_deref().map(trimmed),
        id: trimmed(&sent.id),
        event_type: trimmed(&sent.event_type),
        headers: sent.headers.iter().map(|(name, value)| (name.clone(), trimmed(value))).collect(),
        body: sent.body.clone(),
    }
}
