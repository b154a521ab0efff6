//! CloudEvents 1.0.2 ([specification](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md)).
//!
//! The *structured* mode is one JSON text; the *binary* mode keeps the attributes in headers and the payload alone in
//! the body.

mod base64;
mod binary;
pub(crate) mod structured;

pub use self::{
    base64::unpacked,
    binary::{Headers, PREFIX},
};

use std::collections::BTreeMap;

use crate::{
    Event, clock,
    error::Error,
    id,
    json::{Json, Number},
    trace::TraceParent,
};

/// An event of type `T` as a CloudEvent. `type` and `specversion` are derived from the payload's type.
///
/// `S` is the string type: see [`decode_borrowed`](CloudEvent::decode_borrowed).
#[derive(Debug, Clone, PartialEq)]
pub struct CloudEvent<T, S = String> {
    /// `id` ([§ id](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#id)): with `source` unique for each event.
    pub id: S,
    /// `source` ([§ source](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#source-1)): a URI reference.
    pub source: S,
    /// `subject` ([§ subject](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#subject)).
    pub subject: Option<S>,
    /// `time` ([§ time](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#time)).
    pub time: Option<S>,
    /// `datacontenttype` ([§ datacontenttype](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#datacontenttype)); JSON if absent.
    pub data_content_type: Option<S>,
    /// `dataschema` ([§ dataschema](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#dataschema)): a URI.
    pub data_schema: Option<S>,
    /// Extension attributes ([§ extensions](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#extension-context-attributes)).
    pub extensions: BTreeMap<String, Attribute>,
    /// The payload.
    pub data: T,
}

/// Value of an extension attribute ([§ type system](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#type-system)).
/// URIs, times and binary data are strings on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribute {
    /// A boolean.
    Boolean(bool),
    /// An integer of 32 bits.
    Integer(i32),
    /// A string.
    String(String),
}

/// Version of the specification.
pub const SPEC_VERSION: &str = "1.0";

impl<T: Event> CloudEvent<T> {
    /// Wraps an event that happens now, with the [id](crate::id) that its contract defines.
    ///
    /// An invalid event gets no id; [`encode`](Self::encode) returns the reason.
    pub fn new(source: impl Into<String>, data: T) -> Self {
        Self::with_id(id::of(&data).unwrap_or_default(), source, data)
    }

    /// Wraps an event with a known id.
    pub fn with_id(id: String, source: impl Into<String>, data: T) -> Self {
        Self {
            id,
            source: source.into(),
            subject: None,
            time: Some(clock::now()),
            data_content_type: None,
            data_schema: None,
            extensions: BTreeMap::new(),
            data,
        }
    }

    /// Sets the activity, in the extension `traceparent`
    /// ([distributed tracing](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/distributed-tracing.md)).
    #[must_use]
    pub fn in_activity(mut self, activity: TraceParent) -> Self {
        self.extensions.insert("traceparent".to_owned(), Attribute::String(activity.to_string()));
        self
    }
}

impl<T, S> CloudEvent<T, S> {
    /// The activity of the event, from its extension `traceparent`.
    #[must_use]
    pub fn activity(&self) -> Option<TraceParent> {
        match self.extensions.get("traceparent")? {
            Attribute::String(text) => text.parse().ok(),
            Attribute::Boolean(_) | Attribute::Integer(_) => None,
        }
    }
}

impl Attribute {
    fn from_json(json: Json) -> Option<Self> {
        match json {
            Json::Bool(value) => Some(Self::Boolean(value)),
            Json::Number(number) => number.as_i64()?.try_into().ok().map(Self::Integer),
            Json::String(text) => Some(Self::String(text)),
            Json::Null | Json::Array(_) | Json::Object(_) => None,
        }
    }

    fn to_json(&self) -> Json {
        match self {
            Self::Boolean(value) => Json::Bool(*value),
            Self::Integer(value) => {
                let value = i64::from(*value);
                Json::Number(u64::try_from(value).map_or(Number::I64(value), Number::U64))
            }
            Self::String(text) => Json::String(text.clone()),
        }
    }
}

/// Lower-case letters and digits ([§ naming](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#naming-conventions)).
pub(crate) fn is_attribute_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// Why a message is no CloudEvent, where no table says it.
fn refused(attribute: &str, expected: &str, found: &str) -> Error {
    crate::error::refused(format!("/{attribute}"), "attribute", expected, found)
}
