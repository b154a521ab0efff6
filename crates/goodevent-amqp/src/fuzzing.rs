//! Conversions of messages without a broker, for the fuzz targets of this project. Not a part of the public interface.

use fe2o3_amqp::types::{
    messaging::{
        Body,
        message::{__private::Serializable, DecodeIntoMessage as _},
    },
    primitives::Value,
};
use goodevent_runtime::Message;
use serde_amqp::read::SliceReader;

use crate::{
    convert::{incoming, outgoing},
    dialect::Dialect,
};

/// A message as a stranger may send it, as a consumer receives it, and which attempt it is. `None` if the bytes are not a message
/// of the protocol.
#[must_use]
pub fn received(dialect: Dialect, bytes: &[u8]) -> Option<(Message, u32)> {
    let carried = Body::<Value>::decode_message_from_reader(SliceReader::new(bytes)).ok()?;
    Some(incoming(dialect, carried))
}

/// A message as a consumer receives it after a publisher has sent it, and which attempt it is.
///
/// # Panics
/// If the client can't read what it has written.
#[must_use]
pub fn sent_and_received(dialect: Dialect, message: Message, attempt: u32) -> (Message, u32) {
    let bytes = serde_amqp::to_vec(&Serializable(outgoing(message, attempt))).expect("every message has bytes");
    received(dialect, &bytes).expect("the client reads what it has written")
}
