//! The structured mode: attributes and payload in one JSON text
//! ([JSON format](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md)).

use std::{borrow::Cow, collections::BTreeMap, ops::Range};

use super::{
    attribute::{Attribute, is_attribute_name},
    base64,
    event::{CloudEvent, SPEC_VERSION, refused},
};
use crate::{
    Event,
    check::{
        Check,
        Check::{
            AdditionalProperties, Const, Format, Maximum, MinLength, Minimum, Properties, PropertyNames, Required, Type,
        },
        Node, Number, STRING, Types, Value,
    },
    cursor::{Cursor, MAX_INPUT_BYTES, No},
    decode::{self, Decode},
    encode::{Encode, Writer},
    error::{self, Error, MAX_ENVELOPE_BYTES, MAX_EVENT_BYTES},
    event, format,
    json::Json,
    members,
    object::{put, put_other},
    text::{Length, Text},
    words,
    words::Words,
};

static NAMES: Words =
    words!["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data"];

const NOT_EMPTY: Length = Length(1, u64::MAX);
const SOURCE: (Length, format::Format) = (NOT_EMPTY, format::Format::UriReference);

const TEXT_OR_NULL: Check = Type(Types(Types::STRING | Types::NULL));

static TEXT: [Check; 2] = [STRING, MinLength(1)];
static REFERENCE: [Check; 3] = [STRING, MinLength(1), Format(format::Format::UriReference)];
static OPTIONAL: [Check; 2] = [TEXT_OR_NULL, MinLength(1)];
static TIMESTAMP: [Check; 2] = [TEXT_OR_NULL, Format(format::Format::DateTime)];
static URI: [Check; 2] = [TEXT_OR_NULL, Format(format::Format::Uri)];
static EXTENSION: [Check; 3] = [
    Type(Types(Types::STRING | Types::BOOLEAN | Types::INTEGER | Types::NULL)),
    Minimum(Number::I64(i32::MIN as i64)),
    Maximum(Number::U64(i32::MAX as u64)),
];
static NAME: [Check; 1] = [Check::AttributeName];

/// The table of a CloudEvent around a payload, of an event with this type.
macro_rules! node {
    ($payload:expr, $event_type:expr) => {
        &[
            Type(Types(Types::OBJECT)),
            // First, so that a violation in the payload is reported before the id that it could not be given.
            Properties(&[
                ("data", $payload),
                ("specversion", &[Const(Value::String(SPEC_VERSION))]),
                ("id", &TEXT),
                ("source", &REFERENCE),
                ("type", $event_type),
                ("subject", &OPTIONAL),
                ("time", &TIMESTAMP),
                ("datacontenttype", &OPTIONAL),
                ("dataschema", &URI),
            ]),
            AdditionalProperties(&EXTENSION),
            PropertyNames(&NAME),
            Required(&["specversion", "id", "source", "type", "data"]),
        ]
    };
}

/// A CloudEvent around any payload, of any event.
pub(crate) static ANY: &Node = node!(&[], &TEXT);

impl<T: Event> CloudEvent<T> {
    /// Attributes and payload as one table.
    const NODE: &'static Node = node!(T::CONTRACT.node, &[Const(Value::String(T::TYPE))]);

    /// Reads a message of at most 65,536 bytes in structured mode, attributes and payload in one pass.
    ///
    /// A payload in `data_base64` is decoded first; it must be JSON.
    ///
    /// # Errors
    /// If the bytes are not such a message.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        Self::decode_within(bytes, MAX_EVENT_BYTES)
    }

    /// Decodes a message in structured mode whose strings are slices of `bytes`, so that its payload must be in `data`.
    ///
    /// # Errors
    /// If the bytes are not such a message.
    pub fn decode_borrowed(bytes: &[u8]) -> Result<CloudEvent<T::Borrowed<'_>, Cow<'_, str>>, Error> {
        let message = decode::read_within::<BorrowedMessage<'_, T>>(bytes, MAX_EVENT_BYTES);
        message.map(|message| message.0).map_err(|No| match unpacked::<T>(bytes, MAX_EVENT_BYTES) {
            Ok(None) => explain::<T, BorrowedMessage<'_, T>>(bytes, MAX_EVENT_BYTES),
            Err(error) => error,
            Ok(Some(_)) => mismatch::<T>(bytes)
                .unwrap_or_else(|| refused("data_base64", "`data`, as reading without copies needs it", "the payload")),
        })
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
        fn read<T: Event>(bytes: &[u8], max_bytes: usize) -> Result<CloudEvent<T>, No> {
            decode::read_within::<Message<CloudEvent<T>>>(bytes, max_bytes).map(|message| message.0)
        }
        read(bytes, max_bytes).or_else(|No| {
            let unpacked = unpacked::<T>(bytes, max_bytes)?;
            let bytes = unpacked.as_deref().unwrap_or(bytes);
            read(bytes, max_bytes).map_err(|No| explain::<T, Message<Self>>(bytes, max_bytes))
        })
    }

    /// Writes a message in structured mode, of at most 65,536 bytes, at most 2,048 of them outside the payload.
    ///
    /// # Errors
    /// If the event is invalid or too large.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.encode_around().map(|(bytes, _)| bytes)
    }

    /// The same, with the place of the payload.
    pub(crate) fn encode_around(&self) -> Result<(Vec<u8>, Range<usize>), Error> {
        event::encode_fitting(self, Self::NODE, "/data", const { event::fits(T::MAX_BYTES, MAX_ENVELOPE_BYTES) })
    }
}

/// The message with its payload in `data`; `None` if it has no `data_base64`, or cannot be read at all.
fn unpacked<T: Event>(bytes: &[u8], max_bytes: usize) -> Result<Option<Vec<u8>>, Error> {
    if bytes.len() > max_bytes {
        return Ok(None);
    }
    // A message of another type may well have a payload that is not JSON.
    base64::unpacked(bytes).transpose().map_err(|error| mismatch::<T>(bytes).unwrap_or(error))
}

#[cold]
fn explain<'a, T: Event, M: Decode<'a>>(bytes: &'a [u8], max_bytes: usize) -> Error {
    match error::parse(bytes, max_bytes) {
        Err(error) => error,
        Ok(_) => mismatch::<T>(bytes).unwrap_or_else(|| error::explain::<M>(CloudEvent::<T>::NODE, bytes, max_bytes)),
    }
}

/// The reason why a message is not a CloudEvent of this type, if it is another message.
#[cold]
fn mismatch<T: Event>(bytes: &[u8]) -> Option<Error> {
    Some(event::Envelope::CloudEvents.mismatch(T::TYPE, &Json::parse(bytes)?)?.into())
}

struct Message<T>(T);

impl<'a, T: Event> Decode<'a> for Message<CloudEvent<T>> {
    fn read(c: &mut Cursor<'a>) -> Result<Self, No> {
        read(T::TYPE, c).map(Self)
    }
}

struct BorrowedMessage<'a, T: Event>(CloudEvent<T::Borrowed<'a>, Cow<'a, str>>);

impl<'a, T: Event> Decode<'a> for BorrowedMessage<'a, T> {
    fn read(c: &mut Cursor<'a>) -> Result<Self, No> {
        read(T::TYPE, c).map(Self)
    }
}

fn read<'a, P: Decode<'a>, S: Text<'a>>(event_type: &str, c: &mut Cursor<'a>) -> Result<CloudEvent<P, S>, No> {
    let (mut is_versioned, mut is_typed, mut id, mut source) = (None, None, None, None);
    let (mut subject, mut time, mut content_type, mut schema, mut data) = (None, None, None, None, None);
    let mut extensions = BTreeMap::new();
    // Absent if it is `null`, as an attribute is; anything else is unpacked first.
    let mut packed: Option<()> = None;
    members!(
        c,
        [
            0 "specversion", 1 "id", 2 "source", 3 "type", 4 "subject", 5 "time", 6 "datacontenttype",
            7 "dataschema", 8 "data", 9 "data_base64"
        ],
        |c, member| match member {
            0 => put(&mut is_versioned, c.constant(SPEC_VERSION)),
            1 => put(&mut id, c.text(NOT_EMPTY)),
            2 => put(&mut source, c.text(SOURCE)),
            3 => put(&mut is_typed, c.constant(event_type)),
            4 => put(&mut subject, c.nullable(|c| c.text(NOT_EMPTY))),
            5 => put(&mut time, c.nullable(|c| c.text(format::Format::DateTime))),
            6 => put(&mut content_type, c.nullable(|c| c.text(NOT_EMPTY))),
            7 => put(&mut schema, c.nullable(|c| c.text(format::Format::Uri))),
            8 => put(&mut data, c.value()),
            _ => put(&mut packed, c.value()),
        },
        |c, name| {
            let value = c.nullable(|c| Attribute::from_json(c.json()?).ok_or(No));
            is_attribute_name(&name) && put_other(&mut extensions, name.into_owned(), value)
        }
    );
    // An attribute that is `null` is absent.
    let extensions = extensions.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    is_versioned.and(is_typed).ok_or(No)?;
    Ok(CloudEvent {
        id: id.ok_or(No)?,
        source: source.ok_or(No)?,
        subject: subject.flatten(),
        time: time.flatten(),
        data_content_type: content_type.flatten(),
        data_schema: schema.flatten(),
        extensions,
        data: data.ok_or(No)?,
    })
}

impl<T: Event> Encode for CloudEvent<T> {
    fn write_members(&self, w: &mut Writer) {
        w.key("\"specversion\":").string(SPEC_VERSION);
        w.key(",\"id\":\"").text(&self.id, NOT_EMPTY);
        w.key(",\"source\":\"").text(&self.source, SOURCE);
        w.key(",\"type\":").string(T::TYPE);
        if let Some(subject) = &self.subject {
            w.key(",\"subject\":\"").text(subject, NOT_EMPTY);
        }
        if let Some(time) = &self.time {
            w.key(",\"time\":\"").text(time, format::Format::DateTime);
        }
        if let Some(content_type) = &self.data_content_type {
            w.key(",\"datacontenttype\":\"").text(content_type, NOT_EMPTY);
        }
        if let Some(schema) = &self.data_schema {
            w.key(",\"dataschema\":\"").text(schema, format::Format::Uri);
        }
        w.others(&self.extensions, &NAMES, |w, value| w.value(&value.to_json()));
        w.require(self.extensions.keys().all(|name| is_attribute_name(name)));
        w.key(",\"data\":").payload(&self.data);
    }
}
