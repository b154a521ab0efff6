//! An event as a CloudEvent.

use std::collections::BTreeMap;

use super::attribute::Attribute;
use crate::{
    Event, clock,
    error::{self, Error},
    id,
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

/// Why a message is no CloudEvent, where no table says it.
pub(super) fn refused(attribute: &str, expected: &str, found: &str) -> Error {
    error::refused(format!("/{attribute}"), "attribute", expected, found)
}
