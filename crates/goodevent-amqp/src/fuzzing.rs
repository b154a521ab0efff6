//! Conversions of messages without a broker, for the fuzz targets of this project. Not public API.

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
    dialect::Dialect,
    wire::{incoming, outgoing},
};

/// Converts an arbitrary message as a consumer receives it, with its attempt. `None` if the bytes are not a message of the
/// protocol.
#[must_use]
pub fn received(dialect: Dialect, bytes: &[u8]) -> Option<(Message, u32)> {
    let carried = Body::<Value>::decode_message_from_reader(SliceReader::new(bytes)).ok()?;
    Some(incoming(dialect, carried))
}

/// Converts a message as a publisher sends it and a consumer receives it, with its attempt.
///
/// # Panics
/// If the client cannot read its own message.
#[must_use]
pub fn sent_and_received(dialect: Dialect, message: Message, attempt: u32) -> (Message, u32) {
    let bytes = serde_amqp::to_vec(&Serializable(outgoing(message, attempt))).expect("every message has bytes");
    received(dialect, &bytes).expect("the client reads what it has written")
}
