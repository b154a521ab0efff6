//! Conversion of messages to and from RabbitMQ.

use std::collections::BTreeMap;

use goodevent_runtime::{
    Message, PublishError,
    headers::{ATTEMPT, KEY, ROUTING_KEY, TOPIC},
};
use lapin::{
    Acker, BasicProperties,
    message::Delivery,
    types::{AMQPValue, FieldTable, ShortString},
};

/// What was published over AMQP 1.0 has its properties here, as bytes of that protocol, and a type that says nothing of the
/// event. As texts they would be torn, and break the copy for those who consume over AMQP 1.0.
const FOREIGN: [&str; 2] = ["x-amqp-1.0-properties", "x-amqp-1.0-app-properties"];

/// Headers of the broker begin with these: where a message has expired, and how often a quorum queue has delivered it.
const OF_THE_BROKER: [&str; 4] = ["x-first-death-", "x-last-death-", "x-delivery-count", "x-acquired-count"];

/// Headers travel in one frame, of 128 KiB unless the broker is told otherwise; a larger one costs the connection.
const MAX_HEADER_BYTES: usize = 100 * 1024;

/// What is published.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) address: Address,
    pub(crate) exchange: ShortString,
    pub(crate) routing_key: ShortString,
    pub(crate) properties: BasicProperties,
    pub(crate) body: Vec<u8>,
}

/// By what a message that came back is known again. Two of the same address go the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) topic: String,
    pub(crate) routing_key: String,
    pub(crate) id: String,
}

impl Address {
    pub(crate) fn of(returned: &Delivery) -> Self {
        let id = returned.properties.message_id().as_ref().map(ShortString::to_string);
        Self {
            topic: returned.exchange.to_string(),
            routing_key: returned.routing_key.to_string(),
            id: id.unwrap_or_default(),
        }
    }
}

/// Names are of 255 bytes at most.
pub(crate) fn short(text: &str) -> Result<ShortString, String> {
    ShortString::try_new(text).map_err(|error| format!("`{text}`: {error}"))
}

/// A message as it leaves.
pub(crate) fn outgoing(message: Message) -> Result<Outgoing, PublishError> {
    let Message { topic, routing_key, partition_key, id, event_type, headers, body } = message;
    let mut table = BTreeMap::new();
    let mut n_bytes = 0;
    for (name, value) in headers.into_iter().chain(partition_key.map(|key| (KEY.to_owned(), key))) {
        n_bytes += name.len() + value.len() + 6;
        table.insert(short(&name).map_err(PublishError::Refused)?, AMQPValue::LongString(value.into()));
    }
    if n_bytes > MAX_HEADER_BYTES {
        return Err(PublishError::Refused(format!("{n_bytes} bytes of headers, and {MAX_HEADER_BYTES} are the most")));
    }
    let mut properties = BasicProperties::default()
        .with_content_type("application/json".into())
        .with_delivery_mode(2)
        .with_headers(FieldTable::from(table));
    if !id.is_empty() {
        properties = properties.with_message_id(short(&id).map_err(PublishError::Refused)?);
    }
    if !event_type.is_empty() {
        properties = properties.with_type(short(&event_type).map_err(PublishError::Refused)?);
    }
    Ok(Outgoing {
        exchange: short(&topic).map_err(PublishError::Refused)?,
        routing_key: short(&routing_key).map_err(PublishError::Refused)?,
        address: Address { topic, routing_key, id },
        properties,
        body,
    })
}

/// A message as it came in, which attempt it is, and what settles it.
pub(crate) fn incoming(delivery: Delivery) -> (Message, u32, Acker) {
    let Delivery { exchange, routing_key, properties, data, acker, .. } = delivery;
    let mut headers: BTreeMap<String, String> = match properties.headers() {
        Some(table) => table.into_iter().filter_map(|(name, value)| Some((name.to_string(), text(value)?))).collect(),
        None => BTreeMap::new(),
    };
    headers.retain(|name, _| !OF_THE_BROKER.iter().any(|prefix| name.starts_with(prefix)));
    let attempt = headers.remove(ATTEMPT).and_then(|count| count.parse().ok()).unwrap_or(1).max(1);
    let is_foreign = FOREIGN.map(|name| headers.remove(name).is_some()).contains(&true);
    let own = |property: &Option<ShortString>| property.as_ref().map(ShortString::to_string).unwrap_or_default();
    let message = Message {
        topic: headers.remove(TOPIC).unwrap_or_else(|| exchange.into()),
        routing_key: headers.remove(ROUTING_KEY).unwrap_or_else(|| routing_key.into()),
        partition_key: headers.remove(KEY),
        id: own(properties.message_id()),
        event_type: if is_foreign { String::new() } else { own(properties.kind()) },
        headers,
        body: data,
    };
    (message, attempt, acker)
}

/// A copy that goes straight into a queue, and does not forget where it was published.
pub(crate) fn copy_to(queue: String, mut message: Message) -> Message {
    message.headers.insert(TOPIC.to_owned(), message.topic);
    message.headers.insert(ROUTING_KEY.to_owned(), message.routing_key);
    // The default exchange routes by the names of queues.
    Message { topic: String::new(), routing_key: queue, ..message }
}

/// A copy that says which attempt it is.
pub(crate) fn with_attempt(mut message: Message, attempt: u32) -> Message {
    message.headers.insert(ATTEMPT.to_owned(), attempt.to_string());
    message
}

/// Headers of others can be numbers; what is no plain value, as the broker's own history, is left out.
fn text(value: &AMQPValue) -> Option<String> {
    match value {
        AMQPValue::LongString(text) => Some(text.to_string()),
        AMQPValue::ShortString(text) => Some(text.to_string()),
        AMQPValue::Boolean(value) => Some(value.to_string()),
        AMQPValue::ShortShortInt(number) => Some(number.to_string()),
        AMQPValue::ShortShortUInt(number) => Some(number.to_string()),
        AMQPValue::ShortInt(number) => Some(number.to_string()),
        AMQPValue::ShortUInt(number) => Some(number.to_string()),
        AMQPValue::LongInt(number) => Some(number.to_string()),
        AMQPValue::LongUInt(number) => Some(number.to_string()),
        AMQPValue::LongLongInt(number) => Some(number.to_string()),
        AMQPValue::Timestamp(number) => Some(number.to_string()),
        AMQPValue::Float(number) => Some(number.to_string()),
        AMQPValue::Double(number) => Some(number.to_string()),
        AMQPValue::DecimalValue(_)
        | AMQPValue::FieldArray(_)
        | AMQPValue::FieldTable(_)
        | AMQPValue::ByteArray(_)
        | AMQPValue::Void => None,
    }
}
