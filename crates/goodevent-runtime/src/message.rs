//! Messages, the same for every broker.

use std::{borrow::Cow, collections::BTreeMap};

use goodevent::{
    Contract, Encoded, Error, Event, Headers as _,
    cloudevents::{self, CloudEvent},
    event::Envelope,
    id,
    json::Json,
    octopus,
    trace::TraceParent,
};

/// A message between a service and a broker.
///
/// Properties that brokers support natively are fields; all others are headers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// Topic, exchange or stream.
    pub topic: String,
    /// Routing key; may be empty.
    pub routing_key: String,
    /// Partition key: messages of one key stay in order.
    pub partition_key: Option<String>,
    /// Id for the detection of duplicates, if the broker supports it.
    pub id: String,
    /// `type` of the event, such as `SubscriptionTerminatedV1`; empty if only the body contains it.
    pub event_type: String,
    /// Headers without a field.
    pub headers: BTreeMap<String, String>,
    /// The event in its envelope.
    pub body: Vec<u8>,
}

/// Header of the activity ([W3C Trace Context](https://www.w3.org/TR/trace-context/)).
pub const TRACEPARENT: &str = "traceparent";

impl Message {
    /// Creates the message of an event: validated, in the envelope of its context, with the id and the partition key that
    /// its contract defines.
    ///
    /// # Errors
    /// If the event is invalid or too large.
    pub fn of<E: Event>(source: &str, event: E, headers: &E::Headers, activity: TraceParent) -> Result<Self, Error> {
        let contract = E::CONTRACT;
        let Encoded { id, partition_key, body } = Encoded::new(source, event, activity)?;
        let own =
            E::Headers::NAMES.iter().zip(headers.values()).map(|(name, value)| ((*name).to_owned(), value.to_owned()));
        Ok(Self {
            topic: contract.topic.to_owned(),
            routing_key: contract.routing_key.to_owned(),
            partition_key,
            id,
            event_type: contract.event_type.to_owned(),
            headers: own.chain([(TRACEPARENT.to_owned(), activity.to_string())]).collect(),
            body,
        })
    }

    /// Looks up a header; names are compared case-insensitively.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let own = self
            .headers
            .get(name)
            .or_else(|| self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value));
        own.map(String::as_str)
    }

    /// Type of the event, from the message or else from its envelope.
    #[must_use]
    pub fn find_type(&self) -> Option<Cow<'_, str>> {
        if !self.event_type.is_empty() {
            return Some(Cow::Borrowed(&self.event_type));
        }
        match Json::parse(&self.body)?.pointer("/type")? {
            Json::String(event_type) => Some(Cow::Owned(event_type.clone())),
            _ => None,
        }
    }

    /// Whether topic and routing key of the message are those of `contract`.
    #[must_use]
    pub fn is_addressed_as(&self, contract: &Contract) -> bool {
        contract.topic == self.topic && contract.routing_key == self.routing_key
    }

    /// Ordering key, from the message or else from its contract.
    #[must_use]
    pub(crate) fn order(&self, contract: &Contract) -> Option<Cow<'_, str>> {
        let pointer = contract.partition_key?;
        if let Some(key) = &self.partition_key {
            return Some(Cow::Borrowed(key));
        }
        let prefix = match contract.envelope {
            Envelope::None => "",
            Envelope::Octopus => "/payload",
            Envelope::CloudEvents => "/data",
        };
        let pointer = format!("{prefix}{pointer}");
        let read = |body: &[u8]| Json::parse(body)?.pointer(&pointer).map(Json::to_plain);
        let unpacked = || match contract.envelope {
            Envelope::CloudEvents => read(&cloudevents::unpacked(&self.body)?.ok()?),
            Envelope::None | Envelope::Octopus => None,
        };
        read(&self.body).or_else(unpacked).map(Cow::Owned)
    }
}

/// A received event: validated, with the metadata of its message.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery<E: Event> {
    /// The event.
    pub event: E,
    /// Id of the event, the same in every copy.
    pub id: String,
    /// Publishing service; empty if the context has no envelope.
    pub source: String,
    /// Time of the event ([RFC 3339](https://www.rfc-editor.org/rfc/rfc3339)); empty if the message has none.
    pub time: String,
    /// Activity to continue.
    pub activity: TraceParent,
    /// Mandatory headers of the event.
    pub headers: E::Headers,
    /// Number of the attempt, from 1.
    pub attempt: u32,
}

impl<E: Event> Delivery<E> {
    /// Reads a message: headers, size, envelope and payload.
    ///
    /// # Errors
    /// The first violation of the message.
    pub fn read(message: &Message, attempt: u32) -> Result<Self, Error> {
        let headers = E::Headers::read(|name| message.header(name))?;
        if message.body.len() > goodevent::error::MAX_EVENT_BYTES {
            return Err(Error::TooLarge { n_bytes: message.body.len(), max_bytes: goodevent::error::MAX_EVENT_BYTES });
        }
        let carried = || message.header(TRACEPARENT).and_then(|text| text.parse().ok());
        let new = |event, id, source, time, activity: Option<TraceParent>| Self {
            event,
            id,
            source,
            time,
            activity: activity.or_else(carried).unwrap_or_else(TraceParent::new_root),
            headers,
            attempt,
        };
        Ok(match E::CONTRACT.envelope {
            Envelope::None => {
                let event = E::decode(&message.body)?;
                let id = if message.id.is_empty() { id::of(&event)? } else { message.id.clone() };
                new(event, id, String::new(), String::new(), None)
            }
            Envelope::Octopus => {
                let own = octopus::Envelope::<E>::decode(&message.body)?;
                new(own.payload, own.id, own.source, own.occurred_time_utc, Some(own.activity_id))
            }
            Envelope::CloudEvents => {
                let own = CloudEvent::<E>::decode(&message.body)?;
                let activity = own.activity();
                new(own.data, own.id, own.source, own.time.unwrap_or_default(), activity)
            }
        })
    }

    /// Whose id the [id](Self::id) is: the source of the envelope, or the topic of an event without one. Two sources may use
    /// one id for two events.
    #[must_use]
    pub fn origin(&self) -> &str {
        if self.source.is_empty() { E::TOPIC } else { &self.source }
    }
}
