//! Events and their contracts.

use std::{fmt::Debug, ops::Range};

use goodevent_json::{
    fault::{Fault, TOO_DEEP},
    violation::Violation,
};

use crate::{
    check::{self, Node},
    cursor::{MAX_INPUT_BYTES, No},
    decode::{self, Decode},
    encode::{self, Encode, Writer},
    envelope,
    error::{self, Error, MAX_ENVELOPE_BYTES, MAX_EVENT_BYTES},
    headers::Headers,
    locate,
};

pub use crate::envelope::{Envelope, Mismatch};

/// A type of event, generated from its contract.
///
/// The type itself owns its strings; [`Borrowed`](Event::Borrowed) is the same type with slices of the input.
pub trait Event: for<'a> Decode<'a> + Encode + Debug {
    /// The borrowed twin, whose strings are slices of the input if they need no unescaping.
    type Borrowed<'a>: Decode<'a> + Encode + Debug;

    /// Mandatory headers of every message of this event; `()` if there are none.
    type Headers: Headers;

    /// Metadata of this event in the registry.
    const CONTRACT: Contract;

    /// Name of the contract and the type: `SubscriptionTerminatedV1Event`.
    const NAME: &'static str = Self::CONTRACT.name;

    /// Name in an envelope's `type`: `SubscriptionTerminatedV1`.
    const TYPE: &'static str = Self::CONTRACT.event_type;

    /// Version of the contract, 1 or more.
    const VERSION: u32 = Self::CONTRACT.version;

    /// Topic, exchange, subject or stream that the event is published to.
    const TOPIC: &'static str = Self::CONTRACT.topic;

    /// Key that brokers route the event by.
    const ROUTING_KEY: &'static str = Self::CONTRACT.routing_key;

    /// Proved upper bound of the size of a valid event, in bytes of compact JSON, if there is one.
    const MAX_BYTES: Option<usize> = Self::CONTRACT.max_bytes;

    /// The contract itself, as JSON Schema.
    const SCHEMA: &'static str = Self::CONTRACT.schema;

    /// Decodes and validates an event of at most 65,536 bytes of JSON.
    ///
    /// # Errors
    /// If the bytes are not such an event.
    fn decode(bytes: &[u8]) -> Result<Self, Error> {
        decode_within(bytes, MAX_EVENT_BYTES)
    }

    /// Decodes and validates an event whose strings are slices of `bytes`.
    ///
    /// # Errors
    /// If the bytes are not such an event.
    fn decode_borrowed(bytes: &[u8]) -> Result<Self::Borrowed<'_>, Error> {
        let node = Self::CONTRACT.node;
        decode::read_within(bytes, MAX_EVENT_BYTES)
            .map_err(|No| unread::<Self, Self::Borrowed<'_>>(node, bytes, MAX_EVENT_BYTES))
    }

    /// Decodes and validates an archived event of at most 1 MiB: an event of more than 65,536 bytes can be decoded but not
    /// [encoded](Self::encode).
    ///
    /// # Errors
    /// If the bytes are not such an event.
    fn decode_archived(bytes: &[u8]) -> Result<Self, Error> {
        decode_within(bytes, MAX_INPUT_BYTES)
    }

    /// Lists every violation of `bytes`: none if they are a valid event.
    ///
    /// # Errors
    /// If they are not JSON, or more than 65,536.
    fn violations(bytes: &[u8]) -> Result<Vec<Violation>, Error> {
        error::violations::<Self>(Self::CONTRACT.node, bytes)
    }

    /// Validates the event and encodes it as compact JSON of at most 65,536 bytes.
    ///
    /// # Errors
    /// If the event is invalid or too large.
    fn encode(&self) -> Result<Vec<u8>, Error> {
        encode_fitting(self, Self::CONTRACT.node, "", const { fits(Self::MAX_BYTES, 0) }).map(|(bytes, _)| bytes)
    }
}

fn decode_within<E: Event>(bytes: &[u8], max_bytes: usize) -> Result<E, Error> {
    decode::read_within(bytes, max_bytes).map_err(|No| unread::<E, E>(E::CONTRACT.node, bytes, max_bytes))
}

/// The reason for which the decoder of `T` rejects `bytes` as an event: perhaps an envelope is around it.
#[cold]
fn unread<'a, E: Event, T: Decode<'a>>(node: &Node, bytes: &'a [u8], max_bytes: usize) -> Error {
    let mismatch = if bytes.len() <= max_bytes { envelope::unwrapped(E::CONTRACT.node, E::TYPE, bytes) } else { None };
    match mismatch {
        Some(mismatch) => mismatch.into(),
        None => error::explain::<T>(node, bytes, max_bytes),
    }
}

/// Whether no event of `max_bytes` is too large with `n_around` bytes around it.
pub(crate) const fn fits(max_bytes: Option<usize>, n_around: usize) -> bool {
    match max_bytes {
        Some(max_bytes) => max_bytes.saturating_add(n_around) <= MAX_EVENT_BYTES,
        None => false,
    }
}

/// Writes `value`, which `node` describes.
///
/// # Errors
/// If the value is invalid or too large.
pub fn encode(value: &impl Encode, node: &Node) -> Result<Vec<u8>, Error> {
    encode_fitting(value, node, "", false).map(|(bytes, _)| bytes)
}

/// As [`encode`], with the place of the payload if the value is an envelope, which has it at `payload`; the text need not
/// be measured if all that is valid fits.
#[inline]
pub(crate) fn encode_fitting(
    value: &impl Encode,
    node: &Node,
    payload: &str,
    fits: bool,
) -> Result<(Vec<u8>, Range<usize>), Error> {
    let mut w = Writer::new();
    value.write(&mut w);
    let (fault, place) = (w.fault(), w.place_of_payload());
    let bytes = w.into_bytes();
    let n_around = if place.is_empty() { 0 } else { bytes.len() - place.len() };
    if let Some(fault) = fault {
        return Err(unwritten(fault, node, payload, &bytes));
    }
    if n_around > MAX_ENVELOPE_BYTES {
        return Err(Error::EnvelopeTooLarge { n_bytes: n_around, max_bytes: MAX_ENVELOPE_BYTES });
    }
    if !fits && bytes.len() > MAX_EVENT_BYTES {
        return Err(Error::TooLarge { n_bytes: bytes.len(), max_bytes: MAX_EVENT_BYTES });
    }
    Ok((bytes, place))
}

/// The reason for which a text that was written with a fault is not sent.
#[cold]
fn unwritten(fault: encode::Fault, node: &Node, payload: &str, bytes: &[u8]) -> Error {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let too_large = Error::TooLarge { n_bytes: bytes.len(), max_bytes: MAX_EVENT_BYTES };
    if let Some(value) = fault.not_finite {
        let pointer = locate::at(text, fault.offset).map(|located| located.pointer).unwrap_or_default();
        return error::refused(pointer, "type", "a finite number", &value.to_string());
    }
    if fault.is_too_deep {
        return Fault::at(text, fault.offset, TOO_DEEP).into();
    }
    if bytes.len() > MAX_INPUT_BYTES {
        return too_large;
    }
    let violation = match error::parse(bytes, MAX_INPUT_BYTES).map(|json| check::violations(node, &json)) {
        Err(error) => return error,
        Ok(violations) => violations.into_iter().next(),
    };
    let violation = violation.unwrap_or_else(|| error::unexplained(text, fault.offset));
    // A payload that is too large has no id, which is not why the envelope can't be sent.
    let is_around = !payload.is_empty() && !violation.pointer.starts_with(payload);
    if is_around && bytes.len() > MAX_EVENT_BYTES { too_large } else { Error::Invalid(Box::new(violation)) }
}

/// A contract, for look-up at run time.
#[derive(Debug, Clone, Copy)]
pub struct Contract {
    /// Name of the contract and the type: `SubscriptionTerminatedV1Event`.
    pub name: &'static str,
    /// Name in an envelope's `type`: `SubscriptionTerminatedV1`.
    pub event_type: &'static str,
    /// Bounded context it belongs to.
    pub context: &'static str,
    /// Version, 1 or more.
    pub version: u32,
    /// Topic, exchange, subject or stream that the event is published to.
    pub topic: &'static str,
    /// Key that brokers route the event by.
    pub routing_key: &'static str,
    /// JSON Pointers to the values that determine an event's id; the whole payload if there are none.
    pub dedup_key: &'static [&'static str],
    /// JSON Pointer to the value whose events stay in order.
    pub partition_key: Option<&'static str>,
    /// JSON Pointers to values; at least one of them differs from the previous event of the same partition key.
    pub changes: &'static [&'static str],
    /// Expected frequency, in events per second.
    pub per_second: Option<f64>,
    /// Envelope of its messages.
    pub envelope: Envelope,
    /// Proved upper bound of the size of a valid event, in bytes of compact JSON, if there is one.
    pub max_bytes: Option<usize>,
    /// The contract itself, as JSON Schema.
    pub schema: &'static str,
    /// The contract as tables.
    pub node: &'static Node,
    /// The decoders, behind one type.
    pub codec: Codec,
}

/// Decoders of an event whose type is only known at run time.
#[derive(Debug, Clone, Copy)]
pub struct Codec {
    validate: fn(&[u8]) -> Result<(), Error>,
    reencode: fn(&[u8]) -> Result<Vec<u8>, Error>,
    violations: fn(&[u8]) -> Result<Vec<Violation>, Error>,
}

impl Codec {
    /// Decoders of `T`.
    #[must_use]
    pub const fn of<T: Event>() -> Self {
        Self {
            validate: |bytes| T::decode(bytes).map(drop),
            reencode: |bytes| T::decode(bytes)?.encode(),
            violations: T::violations,
        }
    }
}

impl Contract {
    /// An empty contract, which generated code completes.
    #[doc(hidden)]
    pub const EMPTY: Self = Self {
        name: "",
        event_type: "",
        context: "",
        version: 0,
        topic: "",
        routing_key: "",
        dedup_key: &[],
        partition_key: None,
        changes: &[],
        per_second: None,
        envelope: Envelope::None,
        max_bytes: None,
        schema: "true",
        node: &[],
        codec: Codec { validate: |_| Ok(()), reencode: |bytes| Ok(bytes.to_vec()), violations: |_| Ok(Vec::new()) },
    };

    /// Validates `bytes`.
    ///
    /// # Errors
    /// If they are not a valid event.
    pub fn validate(&self, bytes: &[u8]) -> Result<(), Error> {
        (self.codec.validate)(bytes)
    }

    /// Decodes an event and encodes it again: the result is compact and in the order of the contract.
    ///
    /// # Errors
    /// If the bytes are not such an event.
    pub fn reencode(&self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        (self.codec.reencode)(bytes)
    }

    /// Lists every violation of `bytes`: none if they are a valid event.
    ///
    /// # Errors
    /// If they are not JSON.
    pub fn violations(&self, bytes: &[u8]) -> Result<Vec<Violation>, Error> {
        (self.codec.violations)(bytes)
    }
}
