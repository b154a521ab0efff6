//! Conversions of messages without a broker, for the fuzz targets of this project. Not public API.

use goodevent_runtime::Message;
use rdkafka::{
    Timestamp,
    message::{Header, OwnedHeaders, OwnedMessage},
};

use crate::wire;

/// Converts an arbitrary record, whose header names are UTF-8, as a consumer receives it.
#[must_use]
pub fn received(topic: &str, key: Option<&[u8]>, headers: &[(&str, Option<&[u8]>)], body: &[u8]) -> Message {
    let room = OwnedHeaders::new_with_capacity(headers.len());
    let headers = headers.iter().fold(room, |headers, (key, value)| headers.insert(Header { key, value: *value }));
    wire::message(&record(topic, key, headers, body))
}

/// Converts a message as a publisher sends it and a consumer receives it.
///
/// # Errors
/// If the publisher rejects the message.
pub fn sent_and_received(message: &Message) -> Result<Message, String> {
    let headers = wire::headers(message)?;
    Ok(wire::message(&record(&message.topic, Some(wire::key(message).as_bytes()), headers, &message.body)))
}

fn record(topic: &str, key: Option<&[u8]>, headers: OwnedHeaders, body: &[u8]) -> OwnedMessage {
    let (key, body) = (key.map(<[u8]>::to_vec), Some(body.to_vec()));
    OwnedMessage::new(body, key, topic.to_owned(), Timestamp::NotAvailable, 0, 0, Some(headers))
}
