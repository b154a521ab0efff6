//! Messages made from inputs, for the targets of brokers.

use std::collections::BTreeMap;

use goodevent_runtime::Message;

use crate::input::{parts, text};

/// Separates names and values of headers: the unit separator of ASCII.
const UNIT: u8 = 0x1F;

/// A message in seven parts. A key of order is there if its part begins with `+`, behind which it stands.
pub(super) fn message(data: &[u8]) -> Message {
    let [topic, routing_key, partition_key, id, event_type, headers, body] = parts(data);
    Message {
        topic: text(topic),
        routing_key: text(routing_key),
        partition_key: partition_key.strip_prefix(b"+").map(text),
        id: text(id),
        event_type: text(event_type),
        headers: pairs(headers).into_iter().map(|(name, value)| (text(name), text(value))).collect(),
        body: body.to_vec(),
    }
}

/// Names and values in a part.
pub(super) fn pairs(part: &[u8]) -> Vec<(&[u8], &[u8])> {
    let units: Vec<&[u8]> = part.split(|byte| *byte == UNIT).collect();
    units.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}

/// The headers without those that a broker gives a meaning of its own.
pub(super) fn without(headers: &BTreeMap<String, String>, own: &[&str]) -> BTreeMap<String, String> {
    let others = headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    others.map(|(name, value)| (name.clone(), value.clone())).collect()
}
