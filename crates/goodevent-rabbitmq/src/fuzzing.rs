//! Conversions of messages without a broker, for the fuzz targets of this project. Not a part of the public interface.

use goodevent_runtime::{Message, PublishError};
use lapin::{
    BasicProperties,
    message::Delivery,
    protocol::basic::{gen_properties, parse_properties},
    types::ShortString,
};

use crate::convert::{incoming, outgoing};

/// A message as a stranger may send it, as a consumer receives it, and which attempt it is. `None` if its properties, as bytes
/// of the protocol, are malformed.
#[must_use]
pub fn received(topic: &str, routing_key: &str, properties: &[u8], body: &[u8]) -> Option<(Message, u32)> {
    let (_, properties) = parse_properties(properties).ok()?;
    let (topic, routing_key) = (ShortString::try_new(topic).ok()?, ShortString::try_new(routing_key).ok()?);
    Some(delivered(topic, routing_key, properties, body.to_vec()))
}

/// A message as a consumer receives it after a publisher has sent it, and which attempt it is.
///
/// # Errors
/// Why the publisher refuses it.
///
/// # Panics
/// If the client can't read the properties that it has written.
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
