//! Conversion of messages to and from AMQP 1.0.

use std::collections::BTreeMap;

use fe2o3_amqp::types::{
    messaging::{ApplicationProperties, Body, Data, Header, Message as Carried, MessageId, Properties},
    primitives::{Binary, SimpleValue, Value},
};
use goodevent_runtime::{
    Message,
    headers::{ATTEMPT, TOPIC, TYPE},
};

use crate::dialect::Dialect;

/// A message as it leaves: the subject is the routing key, the group is the key of order.
pub(crate) fn outgoing(message: Message, attempt: u32) -> Carried<Data> {
    let Message { topic, routing_key, partition_key, id, event_type, headers, body } = message;
    let mut own = vec![(TOPIC.to_owned(), topic)];
    if !event_type.is_empty() {
        own.push((TYPE.to_owned(), event_type));
    }
    if attempt > 1 {
        own.push((ATTEMPT.to_owned(), attempt.to_string()));
    }
    let all = headers.into_iter().chain(own).map(|(name, value)| (name, SimpleValue::String(value)));
    let mut properties = Properties::builder().subject(routing_key).content_type("application/json");
    if !id.is_empty() {
        properties = properties.message_id(id);
    }
    if let Some(key) = partition_key {
        properties = properties.group_id(key);
    }
    Carried {
        header: Some(Header::builder().durable(true).build()),
        delivery_annotations: None,
        message_annotations: None,
        properties: Some(properties.build()),
        application_properties: Some(ApplicationProperties(all.collect())),
        body: Data(Binary::from(body)),
        footer: None,
    }
}

/// A message as it came in, and which attempt it is.
pub(crate) fn incoming(dialect: Dialect, carried: Carried<Body<Value>>) -> (Message, u32) {
    let properties = carried.properties.unwrap_or_default();
    let mut headers: BTreeMap<String, String> = match carried.application_properties {
        Some(ApplicationProperties(all)) => {
            all.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect()
        }
        None => BTreeMap::new(),
    };
    let attempt = match dialect {
        Dialect::RabbitMq => headers.remove(ATTEMPT).and_then(|count| count.parse().ok()).unwrap_or(1).max(1),
        Dialect::ServiceBus => carried.header.map_or(0, |header| header.delivery_count).saturating_add(1),
    };
    let message = Message {
        topic: headers.remove(TOPIC).unwrap_or_default(),
        routing_key: properties.subject.unwrap_or_default(),
        partition_key: properties.group_id,
        id: properties.message_id.map(id).unwrap_or_default(),
        event_type: headers.remove(TYPE).unwrap_or_default(),
        headers,
        body: bytes(carried.body),
    };
    (message, attempt)
}

fn id(id: MessageId) -> String {
    match id {
        MessageId::Ulong(number) => number.to_string(),
        MessageId::Uuid(uuid) => format!("{uuid:x}"),
        MessageId::Binary(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        MessageId::String(text) => text,
    }
}

/// The bytes of a body; a text is one as well, and what is neither is no event.
fn bytes(body: Body<Value>) -> Vec<u8> {
    match body {
        Body::Data(parts) => parts.into_iter().flat_map(|Data(bytes)| bytes.into_vec()).collect(),
        Body::Value(value) => match value.0 {
            Value::Binary(bytes) => bytes.into_vec(),
            Value::String(text) => text.into_bytes(),
            _ => Vec::new(),
        },
        Body::Sequence(_) | Body::Empty => Vec::new(),
    }
}

fn text(value: SimpleValue) -> Option<String> {
    match value {
        SimpleValue::String(text) => Some(text),
        SimpleValue::Symbol(symbol) => Some(symbol.into_inner()),
        SimpleValue::Bool(value) => Some(value.to_string()),
        SimpleValue::Ubyte(number) => Some(number.to_string()),
        SimpleValue::Ushort(number) => Some(number.to_string()),
        SimpleValue::Uint(number) => Some(number.to_string()),
        SimpleValue::Ulong(number) => Some(number.to_string()),
        SimpleValue::Byte(number) => Some(number.to_string()),
        SimpleValue::Short(number) => Some(number.to_string()),
        SimpleValue::Int(number) => Some(number.to_string()),
        SimpleValue::Long(number) => Some(number.to_string()),
        _ => None,
    }
}
