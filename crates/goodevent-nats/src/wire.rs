//! Conversion of messages to and from NATS: subject, headers and body.

use std::fmt;

use async_nats::{HeaderMap, HeaderName, HeaderValue};
use goodevent_runtime::{
    Message,
    headers::{ID, KEY, ROUTING_KEY, TOPIC, TYPE},
};

/// By which the server notices duplicates.
const MESSAGE_ID: &str = "Nats-Msg-Id";
/// The server's own headers.
const SERVERS: &str = "Nats-";

/// Where a message is published: its routing key, or its topic if it has none.
pub(crate) fn subject(message: &Message) -> Result<&str, String> {
    let subject = if message.routing_key.is_empty() { &message.topic } else { &message.routing_key };
    let is_sound = |token: &str| !token.is_empty() && !token.contains(|char: char| " \t\r\n*>".contains(char));
    subject
        .split('.')
        .all(is_sound)
        .then_some(subject.as_str())
        .ok_or_else(|| format!("`{subject}` is not a valid subject"))
}

/// The headers of a message that is published for the first time.
pub(crate) fn headers(message: &Message) -> Result<HeaderMap, String> {
    headers_under(message, &message.id, message.routing_key.is_empty() || message.topic != message.routing_key)
}

/// The headers of a copy that goes elsewhere, under a message id of its own.
pub(crate) fn headers_of_copy(message: &Message, message_id: &str) -> Result<HeaderMap, String> {
    let mut headers = headers_under(message, message_id, true)?;
    insert(&mut headers, HeaderName::from_static(ID), &message.id)?;
    Ok(headers)
}

fn headers_under(message: &Message, message_id: &str, names_place: bool) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in &message.headers {
        if is_own(name) {
            return Err(format!("the header `{name}` has a meaning of its own here"));
        }
        insert(&mut headers, name.parse().map_err(|error| unsent(name, &error))?, value)?;
    }
    let place = names_place.then_some((&message.topic, &message.routing_key));
    let own = [
        (MESSAGE_ID, Some(message_id).filter(|id| !id.is_empty())),
        (TYPE, Some(message.event_type.as_str()).filter(|event_type| !event_type.is_empty())),
        (KEY, message.partition_key.as_deref()),
        (TOPIC, place.map(|(topic, _)| topic.as_str())),
        (ROUTING_KEY, place.map(|(_, key)| key.as_str())),
    ];
    for (name, value) in own {
        if let Some(value) = value {
            insert(&mut headers, HeaderName::from_static(name), value)?;
        }
    }
    Ok(headers)
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) -> Result<(), String> {
    let value: HeaderValue = value.parse().map_err(|error| unsent(name.as_ref(), &error))?;
    headers.insert(name, value);
    Ok(())
}

fn unsent(name: &str, why: &dyn fmt::Display) -> String {
    format!("cannot send the header `{name}`: {why}")
}

fn is_own(name: &str) -> bool {
    name.get(..SERVERS.len()).is_some_and(|start| start.eq_ignore_ascii_case(SERVERS))
        || [TYPE, KEY, ID, TOPIC, ROUTING_KEY].iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// A message as it came in, or as it lies in a stream.
pub(crate) fn message(subject: &str, headers: Option<&HeaderMap>, body: &[u8]) -> Message {
    let (mut topic, mut routing_key, mut event_id) = (None, None, None);
    let mut message = Message { body: body.to_vec(), ..Message::default() };
    for (name, values) in headers.into_iter().flat_map(HeaderMap::iter) {
        let (name, Some(value)): (&str, _) = (name.as_ref(), values.last()) else { continue };
        let value = || value.to_string();
        match () {
            () if !is_own(name) => _ = message.headers.insert(name.to_owned(), value()),
            () if name.eq_ignore_ascii_case(TYPE) => message.event_type = value(),
            () if name.eq_ignore_ascii_case(KEY) => message.partition_key = Some(value()),
            () if name.eq_ignore_ascii_case(MESSAGE_ID) => message.id = value(),
            () if name.eq_ignore_ascii_case(ID) => event_id = Some(value()),
            () if name.eq_ignore_ascii_case(TOPIC) => topic = Some(value()),
            () if name.eq_ignore_ascii_case(ROUTING_KEY) => routing_key = Some(value()),
            // The server's own.
            () => {}
        }
    }
    message.id = event_id.unwrap_or(message.id);
    message.topic = topic.unwrap_or_else(|| subject.to_owned());
    message.routing_key = routing_key.unwrap_or_else(|| subject.to_owned());
    message
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn sample() -> Message {
        Message {
            topic: "names.paid".to_owned(),
            routing_key: "names.paid".to_owned(),
            partition_key: Some("NR 1".to_owned()),
            id: "7".to_owned(),
            event_type: "PaidV1".to_owned(),
            headers: BTreeMap::from([("tenant".to_owned(), "3".to_owned())]),
            body: b"{}".to_vec(),
        }
    }

    fn there_and_back(message: &Message) -> Message {
        let headers = headers(message).expect("its headers can be sent");
        super::message(subject(message).expect("it has a subject"), Some(&headers), &message.body)
    }

    #[test]
    fn a_message_comes_back_as_it_went() {
        let elsewhere = Message { topic: "names".to_owned(), ..sample() };
        let without_key = Message { routing_key: String::new(), partition_key: None, ..sample() };
        for message in [sample(), elsewhere, without_key] {
            assert_eq!(there_and_back(&message), message);
        }
    }

    #[test]
    fn a_copy_keeps_its_id_and_place() {
        let headers = headers_of_copy(&sample(), "copy").expect("its headers can be sent");
        assert_eq!(message("elsewhere", Some(&headers), b"{}"), sample());
        assert_eq!(headers.get(MESSAGE_ID).map(ToString::to_string).as_deref(), Some("copy"));
    }

    #[test]
    fn what_nats_can_not_carry_is_said() {
        let with = |name: &str, value: &str| Message {
            headers: BTreeMap::from([(name.to_owned(), value.to_owned())]),
            ..sample()
        };
        for message in [with("a b", ""), with("a:b", ""), with("a", "1\r\nb: 2"), with("nats-ttl", "1s")] {
            assert!(headers(&message).is_err(), "{:?}", message.headers);
        }
        for key in ["a b", "a..b", "a.*", ">"] {
            assert!(subject(&Message { routing_key: key.to_owned(), ..sample() }).is_err(), "{key}");
        }
    }
}
