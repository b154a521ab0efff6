//! A message as Kafka carries it: a topic, a key, headers and a body.

use std::collections::BTreeMap;

use goodevent_runtime::Message;
use rdkafka::{
    Message as _,
    message::{BorrowedMessage, Header, Headers as _, OwnedHeaders},
};

const TYPE: &str = "goodevent-type";
const ID: &str = "goodevent-id";
const ROUTING_KEY: &str = "goodevent-routing-key";

/// Messages of one key are in one partition, in order; one without a key goes by its id.
pub(crate) fn key(message: &Message) -> &str {
    message.partition_key.as_deref().unwrap_or(&message.id)
}

pub(crate) fn headers(message: &Message) -> OwnedHeaders {
    let own = [(TYPE, &message.event_type), (ID, &message.id), (ROUTING_KEY, &message.routing_key)];
    let own = own.into_iter().filter(|(_, value)| !value.is_empty());
    let others = message.headers.iter().map(|(name, value)| (name.as_str(), value));
    let room = OwnedHeaders::new_with_capacity(message.headers.len() + 3);
    own.chain(others.filter(|(name, _)| ![TYPE, ID, ROUTING_KEY].contains(name)))
        .fold(room, |headers, (key, value)| headers.insert(Header { key, value: Some(value) }))
}

/// A message as it came in.
pub(crate) fn message(record: &BorrowedMessage<'_>) -> Message {
    let mut message = Message { topic: record.topic().to_owned(), ..Message::default() };
    for header in record.headers().into_iter().flat_map(|headers| headers.iter()) {
        let value = text(header.value.unwrap_or_default());
        match header.key {
            TYPE => message.event_type = value,
            ID => message.id = value,
            ROUTING_KEY => message.routing_key = value,
            name => {
                message.headers.insert(name.to_owned(), value);
            }
        }
    }
    message.partition_key = record.key().filter(|key| *key != message.id.as_bytes()).map(text);
    message.body = record.payload().unwrap_or_default().to_vec();
    message
}

/// Bytes as text; what is no UTF-8 is replaced, at a cost that other texts do not have.
fn text(bytes: &[u8]) -> String {
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes).into_owned(), str::to_owned)
}

/// A message in one piece, which costs little to keep until it is settled.
#[derive(Debug, Clone)]
pub(crate) struct Packed {
    /// The texts one behind the other, then the body.
    bytes: Box<[u8]>,
    ends: Box<[usize]>,
    has_key: bool,
}

impl Packed {
    pub(crate) fn of(message: &Message) -> Self {
        let Message { topic, routing_key, partition_key, id, event_type, headers, body } = message;
        let key = partition_key.as_deref().unwrap_or_default();
        let own = [topic.as_str(), routing_key, key, id, event_type];
        let texts = || own.into_iter().chain(headers.iter().flat_map(|(name, value)| [name.as_str(), value]));
        let mut bytes = Vec::with_capacity(texts().map(str::len).sum::<usize>() + body.len());
        let mut ends = Vec::with_capacity(own.len() + 2 * headers.len());
        for text in texts() {
            bytes.extend_from_slice(text.as_bytes());
            ends.push(bytes.len());
        }
        bytes.extend_from_slice(body);
        Self { bytes: bytes.into(), ends: ends.into(), has_key: partition_key.is_some() }
    }

    pub(crate) fn unpacked(&self) -> Message {
        let mut start = 0;
        let mut texts = self.ends.iter().map(|&end| {
            let text = text(&self.bytes[start..end]);
            start = end;
            text
        });
        let mut next = || texts.next().unwrap_or_default();
        let (topic, routing_key, key, id, event_type) = (next(), next(), next(), next(), next());
        let mut headers = BTreeMap::new();
        while let (Some(name), Some(value)) = (texts.next(), texts.next()) {
            headers.insert(name, value);
        }
        let body = self.bytes[self.ends.last().copied().unwrap_or_default()..].to_vec();
        let partition_key = self.has_key.then_some(key);
        Message { topic, routing_key, partition_key, id, event_type, headers, body }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_again() {
        let full = Message {
            topic: "orders".to_owned(),
            routing_key: "é".to_owned(),
            partition_key: Some(String::new()),
            id: "7".to_owned(),
            event_type: "PaidV1".to_owned(),
            headers: [("a", "1"), ("b", "")].map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            body: vec![0xFF, 0],
        };
        for message in [Message { partition_key: None, ..full.clone() }, full, Message::default()] {
            assert_eq!(Packed::of(&message).unpacked(), message);
        }
    }
}
