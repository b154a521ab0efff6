//! A message as Kafka carries it: a topic, a key, headers and a body.

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
