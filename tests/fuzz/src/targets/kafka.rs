//! Records of Kafka: as a stranger writes them, and as they come back.

use goodevent_kafka::fuzzing::{received, sent_and_received};

use super::message::{message, pairs, without};
use crate::input::{choose, parts, text};

/// The headers that carry fields of a message.
const OWN: [&str; 3] = ["goodevent-type", "goodevent-id", "goodevent-routing-key"];

const FORMS: [fn(&[u8]); 2] = [from_a_stranger, there_and_back];

pub(super) fn run(data: &[u8]) {
    let (form, rest) = choose(data, &FORMS);
    form(rest);
}

fn from_a_stranger(data: &[u8]) {
    let [topic, key, headers, body] = parts(data);
    let headers: Vec<(String, &[u8])> = pairs(headers).into_iter().map(|(name, value)| (text(name), value)).collect();
    let headers: Vec<(&str, Option<&[u8]>)> =
        headers.iter().map(|(name, value)| (name.as_str(), (!value.starts_with(b"-")).then_some(*value))).collect();
    let message = received(&text(topic), (!key.is_empty()).then_some(key), &headers, body);
    assert_eq!(message.body, body);
    assert!(OWN.iter().all(|own| !message.headers.contains_key(*own)), "{message:?}");
    // It can be published again, as a dead letter is.
    assert_eq!(sent_and_received(&message).as_ref(), Ok(&message));
}

fn there_and_back(data: &[u8]) {
    let sent = message(data);
    let has_nul = sent.headers.keys().any(|name| name.contains('\0'));
    match sent_and_received(&sent) {
        Err(why) => assert!(has_nul, "{why}: {sent:?}"),
        Ok(back) => {
            assert!(!has_nul, "{sent:?}");
            // A key that is the id is that of a message without one.
            let partition_key = sent.partition_key.clone().filter(|key| *key != sent.id);
            let headers = without(&sent.headers, &OWN);
            assert_eq!(back, goodevent_runtime::Message { partition_key, headers, ..sent });
        }
    }
}
