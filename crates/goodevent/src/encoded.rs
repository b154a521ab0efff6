//! Events that are ready to be sent.

use std::ops::Range;

use crate::{
    Error, Event,
    cloudevents::CloudEvent,
    event::Envelope,
    id,
    json::{Json, plain_member},
    octopus,
    trace::TraceParent,
};

/// An event that is ready to be sent: validated, in the envelope of its context, with the id that its contract defines.
///
/// It is written and validated once, whereas building an envelope by hand processes the event twice: for its id, and
/// for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// Id of the event, the same for the same fact, so that brokers recognise duplicates.
    pub id: String,
    /// Messages of one key stay in order; `None` if the contract defines no key, or the event has none.
    pub partition_key: Option<String>,
    /// The message.
    pub body: Vec<u8>,
}

/// Stands for an id until it is known, and is as long.
const UNKNOWN: &str = "00000000-0000-0000-0000-000000000000";

impl Encoded {
    /// Encodes an event of the service `source` that happens now, in an activity.
    ///
    /// # Errors
    /// If the event is invalid or too large.
    pub fn new<E: Event>(source: &str, event: E, activity: TraceParent) -> Result<Self, Error> {
        let contract = E::CONTRACT;
        let unknown = UNKNOWN.to_owned();
        let (mut body, payload): (Vec<u8>, Range<usize>) = match contract.envelope {
            Envelope::None => {
                let body = event.encode()?;
                let whole = 0..body.len();
                (body, whole)
            }
            Envelope::Octopus => {
                octopus::Envelope::with_id(unknown, source, event).in_activity(activity).encode_around()?
            }
            Envelope::CloudEvents => {
                CloudEvent::with_id(unknown, source, event).in_activity(activity).encode_around()?
            }
        };
        let (around, own) = (payload.start, &body[payload]);
        let id = id::of_encoded(contract.name, contract.dedup_key, own);
        let partition_key = contract.partition_key.and_then(|pointer| key(own, pointer));
        // Envelopes begin with it, before anything that a user says.
        if let Some(place) = body[..around].windows(UNKNOWN.len()).position(|text| text == UNKNOWN.as_bytes()) {
            body[place..place + UNKNOWN.len()].copy_from_slice(id.as_bytes());
        }
        Ok(Self { id, partition_key, body })
    }
}

/// The key of order of a payload as it is encoded.
fn key(payload: &[u8], pointer: &str) -> Option<String> {
    match plain_member(payload, pointer) {
        Some(plain) => Some(plain.trim_matches('"').to_owned()),
        None => Json::parse(payload)?.pointer(pointer).map(Json::to_plain),
    }
}
