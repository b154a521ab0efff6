//! Conversion of messages to and from files: fields behind their lengths, then the body.

use goodevent_runtime::{
    Message,
    headers::{ATTEMPT, ID, KEY, ROUTING_KEY, TOPIC, TYPE},
};

pub(crate) fn bytes(message: &Message, attempt: u32) -> Vec<u8> {
    let Message { topic, routing_key, partition_key, id, event_type, headers, body } = message;
    let attempt = attempt.to_string();
    let own = [(TOPIC, topic), (ROUTING_KEY, routing_key), (ID, id), (TYPE, event_type), (ATTEMPT, &attempt)];
    let own = own.into_iter().chain(partition_key.as_ref().map(|key| (KEY, key)));
    let mut bytes = Vec::new();
    for (name, value) in own.chain(headers.iter().map(|(name, value)| (name.as_str(), value))) {
        for text in [name, value] {
            bytes.extend((text.len() as u32 + 1).to_be_bytes());
            bytes.extend(text.as_bytes());
        }
    }
    bytes.extend(0_u32.to_be_bytes());
    bytes.extend(body);
    bytes
}

pub(crate) fn message(bytes: &[u8]) -> Option<(Message, u32)> {
    let (mut message, mut attempt, mut rest) = (Message::default(), 1, bytes);
    while let Some(name) = text(&mut rest)? {
        let value = text(&mut rest)??;
        match name.as_str() {
            TOPIC => message.topic = value,
            ROUTING_KEY => message.routing_key = value,
            ID => message.id = value,
            TYPE => message.event_type = value,
            KEY => message.partition_key = Some(value),
            ATTEMPT => attempt = value.parse().ok()?,
            _ => _ = message.headers.insert(name, value),
        }
    }
    message.body = rest.to_vec();
    Some((message, attempt))
}

/// The next text; `Some(None)` at the end of the fields.
fn text(rest: &mut &[u8]) -> Option<Option<String>> {
    let (length, after) = rest.split_first_chunk()?;
    let Some(length) = u32::from_be_bytes(*length).checked_sub(1) else {
        *rest = after;
        return Some(None);
    };
    let (text, after) = after.split_at_checked(length as usize)?;
    *rest = after;
    String::from_utf8(text.to_vec()).ok().map(Some)
}
