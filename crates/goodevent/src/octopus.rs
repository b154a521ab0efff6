//! The envelope of Octopus: `{id, source, type, occurredTimeUtc, activityId, specVersion, payload}`.

use std::{borrow::Cow, ops::Range};

use crate::{
    Event,
    check::{
        Check,
        Check::{AdditionalProperties, Const, Format, MinLength, Properties, Required},
        NEVER, Node, OBJECT, STRING, Value,
    },
    clock,
    cursor::{Cursor, MAX_INPUT_BYTES, No},
    decode::{self, Decode},
    encode::{Encode, Writer},
    error::{self, Error, MAX_ENVELOPE_BYTES, MAX_EVENT_BYTES},
    event, format, id, members,
    object::put,
    text::{Length, Text},
    trace::TraceParent,
};

/// A payload with its metadata. `type` and `specVersion` are derived from the payload's type.
///
/// `T` is the payload and `S` the string type: see [`decode_borrowed`](Envelope::decode_borrowed).
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope<T, S = String> {
    /// Id, the same for the same fact, so that brokers recognise duplicates.
    pub id: S,
    /// Publishing service.
    pub source: S,
    /// Time of the event.
    pub occurred_time_utc: S,
    /// Activity of the event.
    pub activity_id: TraceParent,
    /// The event.
    pub payload: T,
}

/// The version of the envelope.
pub const SPEC_VERSION: &str = "1.0";

const NOT_EMPTY: Length = Length(1, u64::MAX);

static TEXT: [Check; 2] = [STRING, MinLength(1)];
static TRACE: [Check; 2] = [STRING, Check::TraceParent];
static TIME_TEXT: [Check; 2] = [STRING, Format(format::Format::DateTime)];

/// The table of an envelope around a payload, of an event with this type.
macro_rules! node {
    ($payload:expr, $event_type:expr) => {
        &[
            OBJECT,
            // First, so that a violation in the payload is reported before the id that it could not be given.
            Properties(&[
                ("payload", $payload),
                ("id", &TEXT),
                ("source", &TEXT),
                ("type", $event_type),
                ("occurredTimeUtc", &TIME_TEXT),
                ("activityId", &TRACE),
                ("specVersion", &[Const(Value::String(SPEC_VERSION))]),
            ]),
            AdditionalProperties(&NEVER),
            Required(&["id", "source", "type", "occurredTimeUtc", "activityId", "specVersion", "payload"]),
        ]
    };
}

/// An envelope around any payload, of any event.
pub(crate) static ANY: &Node = node!(&[], &TEXT);

impl<T: Event> Envelope<T> {
    /// The envelope and the payload as one table.
    const NODE: &'static Node = node!(T::CONTRACT.node, &[Const(Value::String(T::TYPE))]);

    /// Wraps an event that happens now, in a new activity, with the [id](crate::id) that its contract defines.
    ///
    /// An invalid event gets no id; [`encode`](Self::encode) returns the reason.
    pub fn new(source: impl Into<String>, payload: T) -> Self {
        Self::with_id(id::of(&payload).unwrap_or_default(), source, payload)
    }

    /// Wraps an event with a known id.
    pub fn with_id(id: String, source: impl Into<String>, payload: T) -> Self {
        Self {
            id,
            source: source.into(),
            occurred_time_utc: clock::now(),
            activity_id: TraceParent::new_root(),
            payload,
        }
    }

    /// Sets the activity of the message.
    #[must_use]
    pub fn in_activity(self, activity_id: TraceParent) -> Self {
        Self { activity_id, ..self }
    }

    /// Reads envelope and payload of at most 65,536 bytes in one pass.
    ///
    /// # Errors
    /// If the bytes are not such a message.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        Self::decode_within(bytes, MAX_EVENT_BYTES)
    }

    /// Decodes a message whose strings are slices of `bytes`.
    ///
    /// # Errors
    /// If the bytes are not such a message.
    pub fn decode_borrowed(bytes: &[u8]) -> Result<Envelope<T::Borrowed<'_>, Cow<'_, str>>, Error> {
        let message = decode::read_within::<BorrowedMessage<'_, T>>(bytes, MAX_EVENT_BYTES);
        message.map(|message| message.0).map_err(|No| explain::<T, BorrowedMessage<'_, T>>(bytes, MAX_EVENT_BYTES))
    }

    /// Decodes an archived message of at most 1 MiB: a message of more than 65,536 bytes can be decoded but not
    /// [encoded](Self::encode).
    ///
    /// # Errors
    /// If the bytes are not such a message.
    pub fn decode_archived(bytes: &[u8]) -> Result<Self, Error> {
        Self::decode_within(bytes, MAX_INPUT_BYTES)
    }

    fn decode_within(bytes: &[u8], max_bytes: usize) -> Result<Self, Error> {
        let message = decode::read_within::<Message<Self>>(bytes, max_bytes);
        message.map(|message| message.0).map_err(|No| explain::<T, Message<Self>>(bytes, max_bytes))
    }

    /// Writes the message as compact JSON of at most 65,536 bytes, at most 2,048 of them outside the payload.
    ///
    /// # Errors
    /// If the message is invalid or too large.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.encode_around().map(|(bytes, _)| bytes)
    }

    /// The same, with the place of the payload.
    pub(crate) fn encode_around(&self) -> Result<(Vec<u8>, Range<usize>), Error> {
        event::encode_fitting(self, Self::NODE, "/payload", const { event::fits(T::MAX_BYTES, MAX_ENVELOPE_BYTES) })
    }
}

#[cold]
fn explain<'a, T: Event, M: Decode<'a>>(bytes: &'a [u8], max_bytes: usize) -> Error {
    let mismatch = match error::parse(bytes, max_bytes) {
        Err(error) => return error,
        Ok(message) => event::Envelope::Octopus.mismatch(T::TYPE, &message),
    };
    match mismatch {
        Some(mismatch) => mismatch.into(),
        None => error::explain::<M>(Envelope::<T>::NODE, bytes, max_bytes),
    }
}

/// What the decoder makes, apart from the public type, whose payload need not be an event.
struct Message<T>(T);

impl<'a, T: Event> Decode<'a> for Message<Envelope<T>> {
    fn read(c: &mut Cursor<'a>) -> Result<Self, No> {
        read(T::TYPE, c).map(Self)
    }
}

struct BorrowedMessage<'a, T: Event>(Envelope<T::Borrowed<'a>, Cow<'a, str>>);

impl<'a, T: Event> Decode<'a> for BorrowedMessage<'a, T> {
    fn read(c: &mut Cursor<'a>) -> Result<Self, No> {
        read(T::TYPE, c).map(Self)
    }
}

fn read<'a, P: Decode<'a>, S: Text<'a>>(event_type: &str, c: &mut Cursor<'a>) -> Result<Envelope<P, S>, No> {
    let (mut id, mut source, mut is_typed, mut time, mut activity, mut is_versioned, mut payload) =
        (None, None, None, None, None, None, None);
    members!(c, [0 "id", 1 "source", 2 "type", 3 "occurredTimeUtc", 4 "activityId", 5 "specVersion", 6 "payload"], |c, member| {
        match member {
            0 => put(&mut id, c.text(NOT_EMPTY)),
            1 => put(&mut source, c.text(NOT_EMPTY)),
            2 => put(&mut is_typed, c.constant(event_type)),
            3 => put(&mut time, c.text(format::Format::DateTime)),
            4 => put(&mut activity, c.string().and_then(|text| text.parse().map_err(|_| No))),
            5 => put(&mut is_versioned, c.constant(SPEC_VERSION)),
            _ => put(&mut payload, c.value()),
        }
    });
    is_typed.and(is_versioned).ok_or(No)?;
    Ok(Envelope {
        id: id.ok_or(No)?,
        source: source.ok_or(No)?,
        occurred_time_utc: time.ok_or(No)?,
        activity_id: activity.ok_or(No)?,
        payload: payload.ok_or(No)?,
    })
}

impl<T: Event> Encode for Envelope<T> {
    fn write_members(&self, w: &mut Writer) {
        w.key("\"id\":\"").text(&self.id, NOT_EMPTY);
        w.key(",\"source\":\"").text(&self.source, NOT_EMPTY);
        w.key(",\"type\":").string(T::TYPE);
        w.key(",\"occurredTimeUtc\":\"").text(&self.occurred_time_utc, format::Format::DateTime);
        w.key(",\"activityId\":").string(&self.activity_id.to_string());
        w.key(",\"specVersion\":").string(SPEC_VERSION);
        w.key(",\"payload\":").payload(&self.payload);
    }
}
