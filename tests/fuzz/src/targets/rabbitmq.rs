//! Messages of RabbitMQ: as a stranger sends them, and as they come back.

use goodevent_rabbitmq::fuzzing::{received, sent_and_received};

use super::message::message;
use crate::input::{choose, parts, text};

/// The headers that carry fields of a message, or mark one of another protocol.
const OWN: [&str; 6] = [
    "goodevent-key",
    "goodevent-attempt",
    "goodevent-topic",
    "goodevent-routing-key",
    "x-amqp-1.0-properties",
    "x-amqp-1.0-app-properties",
];

const FORMS: [fn(&[u8]); 2] = [from_a_stranger, there_and_back];

pub(super) fn run(data: &[u8]) {
    let (form, rest) = choose(data, &FORMS);
    form(rest);
}

/// The properties are bytes of the protocol.
fn from_a_stranger(data: &[u8]) {
    let [topic, routing_key, body, properties] = parts(data);
    let Some((message, attempt)) = received(&text(topic), &text(routing_key), properties, body) else { return };
    assert!(attempt > 0, "{message:?}");
    assert_eq!(message.body, body);
    assert!(OWN.iter().all(|own| !message.headers.contains_key(*own)), "{message:?}");
    // It can be published again, as a dead letter is, unless replacement characters make it too large.
    if let Ok(copy) = sent_and_received(message.clone()) {
        assert_eq!(copy, (message, 1));
    }
}

fn there_and_back(data: &[u8]) {
    let sent = message(data);
    let has_own = OWN.iter().any(|own| sent.headers.contains_key(*own));
    let names = [&sent.topic, &sent.routing_key, &sent.id, &sent.event_type];
    let fits = names.into_iter().chain(sent.headers.keys()).all(|name| name.len() <= 255);
    match sent_and_received(sent.clone()) {
        Err(why) => assert!(!fits, "{why}: {sent:?}"),
        Ok((back, attempt)) => assert!(has_own || (&back, attempt) == (&sent, 1), "{back:?} is not {sent:?}"),
    }
}
