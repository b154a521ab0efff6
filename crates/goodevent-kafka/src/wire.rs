//! Conversion of messages to and from Kafka: topic, key, headers and body.

use std::{
    borrow::Cow,
    panic::{self, AssertUnwindSafe},
};

use goodevent_runtime::{
    Message,
    headers::{ID, ROUTING_KEY, TYPE},
};
use rdkafka::{
    Message as Record,
    message::{Header, Headers, OwnedHeaders},
};

/// Messages of one key are in one partition, in order; one without a key goes by its id.
pub(crate) fn key(message: &Message) -> &str {
    message.partition_key.as_deref().unwrap_or(&message.id)
}

/// The headers of a message that is published.
///
/// # Errors
/// If a name has a NUL: librdkafka reads names up to the first one, so that the name would become another one.
pub(crate) fn headers(message: &Message) -> Result<OwnedHeaders, String> {
    if let Some(name) = message.headers.keys().find(|name| name.contains('\0')) {
        return Err(format!("cannot send the header {name:?}: its name contains a NUL"));
    }
    let own = [(TYPE, &message.event_type), (ID, &message.id), (ROUTING_KEY, &message.routing_key)];
    let own = own.into_iter().filter(|(_, value)| !value.is_empty());
    let others = message.headers.iter().map(|(name, value)| (name.as_str(), value));
    let room = OwnedHeaders::new_with_capacity(message.headers.len() + 3);
    let all = own.chain(others.filter(|(name, _)| ![TYPE, ID, ROUTING_KEY].contains(name)));
    Ok(all.fold(room, |headers, (key, value)| headers.insert(Header { key, value: Some(value) })))
}

/// A message as it came in, without the headers whose names are not UTF-8.
pub(crate) fn message(record: &impl Record) -> Message {
    let mut message = Message { topic: record.topic().to_owned(), ..Message::default() };
    let headers = record.headers();
    for header_idx in 0..headers.map_or(0, Headers::count) {
        let Some(header) = headers.and_then(|headers| header(headers, header_idx)) else {
            let (topic, partition, offset) = (record.topic(), record.partition(), record.offset());
            tracing::warn!(topic, partition, offset, "a header is left out: its name is not UTF-8");
            continue;
        };
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
    // Compared as texts, so that a message that is published again has the same key.
    let key = record.key().map(String::from_utf8_lossy).filter(|key| *key != message.id);
    message.partition_key = key.map(Cow::into_owned);
    message.body = record.payload().unwrap_or_default().to_vec();
    message
}

/// The header of this number; `None` if its name is not UTF-8.
///
/// `rdkafka` panics at such a name (`BorrowedHeaders::try_get`) and has no other way to read the header, so that one record
/// would end its consumers. The panic hook of the process is called all the same, and a process that aborts on panics ends.
fn header(headers: &impl Headers, header_idx: usize) -> Option<Header<'_, &[u8]>> {
    panic::catch_unwind(AssertUnwindSafe(|| headers.try_get(header_idx))).ok().flatten()
}

/// Bytes as text; what is no UTF-8 is replaced, at a cost that other texts do not have.
fn text(bytes: &[u8]) -> String {
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes).into_owned(), str::to_owned)
}
