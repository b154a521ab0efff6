//! A message on its way, as every broker carries it.

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
/// What brokers have a place of their own for stands in a field; the rest are headers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// Topic, exchange or stream.
    pub topic: String,
    /// The key that the broker routes by; may be empty.
    pub routing_key: String,
    /// Messages of one key stay in order.
    pub partition_key: Option<String>,
    /// Two messages of one id are one to the broker, as far as it notices duplicates.
    pub id: String,
    /// `type` of the event: `SubscriptionTerminatedV1`; empty if the publisher does not tell it beside the body.
    pub event_type: String,
    /// All that has no field.
    pub headers: BTreeMap<String, String>,
    /// The event in its envelope.
    pub body: Vec<u8>,
}

/// The header that carries the activity ([W3C Trace Context](https://www.w3.org/TR/trace-context/)).
pub const TRACEPARENT: &str = "traceparent";

impl Message {
    /// The message that an event becomes: valid, in the envelope of its context, with the id and the key that its contract
    /// says.
    ///
    /// # Errors
    /// Why the event is not valid, or how much too large it is.
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

    /// A header; names differ in more than case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let own = self
            .headers
            .get(name)
            .or_else(|| self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value));
        own.map(String::as_str)
    }

    /// The type of the event: as the message says, else as its envelope does.
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

    /// Whether the message is one of `contract`, as far as its topic and key tell.
    #[must_use]
    pub fn is_addressed_as(&self, contract: &Contract) -> bool {
        contract.topic == self.topic && contract.routing_key == self.routing_key
    }

    /// The key of order: as the message says, else as its contract does.
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

/// An event that came in: valid, and all that was said around it.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery<E: Event> {
    /// What happened.
    pub event: E,
    /// Id of the event, the same in every copy.
    pub id: String,
    /// The service that published it; empty if the context has no envelope.
    pub source: String,
    /// When it happened ([RFC 3339](https://www.rfc-editor.org/rfc/rfc3339)); empty if the message does not say.
    pub time: String,
    /// The activity to go on with.
    pub activity: TraceParent,
    /// Its mandatory headers.
    pub headers: E::Headers,
    /// Which attempt at it this is, from 1.
    pub attempt: u32,
}

impl<E: Event> Delivery<E> {
    /// Reads a message: headers, size, envelope and payload.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
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
}
