//! Conversions of messages without a broker, for the fuzz targets of this project. Not public API.

use goodevent_runtime::{Message, PublishError};
use lapin::{
    BasicProperties,
    message::Delivery,
    protocol::basic::{gen_properties, parse_properties},
    types::ShortString,
};

use crate::wire::{incoming, outgoing};

/// Converts an arbitrary message as a consumer receives it, with its attempt. `None` if its properties, as bytes of the
/// protocol, are malformed.
#[must_use]
pub fn received(topic: &str, routing_key: &str, properties: &[u8], body: &[u8]) -> Option<(Message, u32)> {
    let (_, properties) = parse_properties(properties).ok()?;
    let (topic, routing_key) = (ShortString::try_new(topic).ok()?, ShortString::try_new(routing_key).ok()?);
    Some(delivered(topic, routing_key, properties, body.to_vec()))
}

/// Converts a message as a publisher sends it and a consumer receives it, with its attempt.
///
/// # Errors
/// If the publisher rejects the message.
///
/// # Panics
/// If the client cannot read its own properties.
pub fn sent_and_received(message: Message) -> Result<(Message, u32), PublishError> {
    let sent = outgoing(message)?;
    let bytes = cookie_factory::gen_simple(gen_properties(&sent.properties), Vec::new());
    let bytes = bytes.expect("memory takes all properties");
    let (_, properties) = parse_properties(bytes.as_slice()).expect("the client reads what it has written");
    Ok(delivered(sent.exchange, sent.routing_key, properties, sent.body))
}

fn delivered(
    exchange: ShortString,
    routing_key: ShortString,
    properties: BasicProperties,
    body: Vec<u8>,
) -> (Message, u32) {
    let delivery = Delivery { properties, ..Delivery::mock(1, exchange, routing_key, false, body) };
    let (message, attempt, _) = incoming(delivery);
    (message, attempt)
}
