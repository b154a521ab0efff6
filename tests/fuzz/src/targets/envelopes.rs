//! Any bytes as messages in envelopes, of types that are known and of types that are not.

use goodevent::{
    Error, Event, Json,
    cloudevents::{self, Attribute, CloudEvent, PREFIX},
    event::Envelope,
    octopus,
    trace::TraceParent,
};
use goodevent_runtime::{Delivery, Message, message::TRACEPARENT};

use super::typed::of_registry;
use crate::input::{choose, parts, text};

/// The ways to read an input; its first byte selects one.
const FORMS: [fn(&[u8]); 5] = [as_octopus, as_cloud_event, as_binary, as_delivery, as_untyped];

pub(super) fn run(data: &[u8]) {
    let (form, rest) = choose(data, &FORMS);
    form(rest);
}

fn as_octopus(data: &[u8]) {
    let (read, message) = choose(data, &of_registry!(octopus));
    read(message);
}

fn as_cloud_event(data: &[u8]) {
    let (read, message) = choose(data, &of_registry!(cloud_event));
    read(message);
}

fn as_binary(data: &[u8]) {
    let (read, message) = choose(data, &of_registry!(binary));
    read(message);
}

fn as_delivery(data: &[u8]) {
    let (read, message) = choose(data, &of_registry!(delivery));
    read(message);
}

fn octopus<E: Event>(bytes: &[u8]) {
    let shown = || format!("{}: {}", E::NAME, String::from_utf8_lossy(bytes));
    let read = octopus::Envelope::<E>::decode(bytes);
    let borrowed = octopus::Envelope::<E>::decode_borrowed(bytes).map(|message| message.id.into_owned());
    assert_eq!(borrowed.as_ref().ok(), read.as_ref().ok().map(|message| &message.id), "{}", shown());
    assert_eq!(borrowed.err(), read.as_ref().err().cloned(), "{}", shown());
    assert_eq!(octopus::Envelope::<E>::decode_archived(bytes).is_ok(), read.is_ok(), "{}", shown());
    let Ok(message) = read else { return };
    let Some(encoded) = written(message.encode(), &shown) else { return };
    let again = octopus::Envelope::<E>::decode(&encoded).expect("it is read as it was written");
    let facts = |own: &octopus::Envelope<E>| {
        (own.id.clone(), own.source.clone(), own.occurred_time_utc.clone(), own.activity_id, own.payload.encode())
    };
    assert_eq!(facts(&again), facts(&message), "{}", shown());
    assert_eq!(untyped(encoded).find_type().as_deref(), Some(E::TYPE), "{}", shown());
}

fn cloud_event<E: Event>(bytes: &[u8]) {
    let shown = || format!("{}: {}", E::NAME, String::from_utf8_lossy(bytes));
    let read = CloudEvent::<E>::decode(bytes);
    let borrowed = CloudEvent::<E>::decode_borrowed(bytes).map(|message| message.id.into_owned());
    // Reading without copies needs a payload that is not packed.
    if cloudevents::unpacked(bytes).is_none() || borrowed.is_ok() {
        assert_eq!(borrowed.ok().as_ref(), read.as_ref().ok().map(|message| &message.id), "{}", shown());
    }
    assert_eq!(CloudEvent::<E>::decode_archived(bytes).is_ok(), read.is_ok(), "{}", shown());
    let Ok(message) = read else { return };
    check_cloud_event(&message, &shown);
}

/// A message as HTTP and NATS carry it: lines of headers, and a body.
fn binary<E: Event>(data: &[u8]) {
    let shown = || format!("{}: {}", E::NAME, String::from_utf8_lossy(data));
    let [lines, body] = parts(data);
    let lines = text(lines);
    let headers = lines.lines().filter_map(|line| line.split_once(": "));
    if let Ok(message) = CloudEvent::<E>::from_binary(PREFIX, headers, body) {
        check_cloud_event(&message, &shown);
    }
}

/// A message that was read is written in both modes, and read as it was.
fn check_cloud_event<E: Event>(message: &CloudEvent<E>, shown: &dyn Fn() -> String) {
    let Some(encoded) = written(message.encode(), shown) else { return };
    let again = CloudEvent::<E>::decode(&encoded).expect("it is read as it was written");
    assert_eq!(facts(&again), facts(message), "{}", shown());
    assert_eq!(again.extensions, message.extensions, "{}", shown());
    assert_eq!(again.data_content_type, message.data_content_type, "{}", shown());

    let (headers, body) = message.to_binary(PREFIX).expect("what is valid in one mode is so in the other");
    let is_sound = |text: &str| !text.contains(['\r', '\n']);
    let is_escaped = headers.iter().all(|(name, value)| is_sound(name) && (is_sound(value) || name == "content-type"));
    assert!(is_escaped, "{headers:?}");
    let lines = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let again = CloudEvent::<E>::from_binary(PREFIX, lines, &body).expect("it is read as it was written");
    assert_eq!(facts(&again), facts(message), "{}", shown());
    let texts: Vec<(&str, String)> =
        message.extensions.iter().map(|(name, value)| (name.as_str(), as_text(value))).collect();
    let others: Vec<(&str, String)> =
        again.extensions.iter().map(|(name, value)| (name.as_str(), as_text(value))).collect();
    assert_eq!(others, texts, "{}", shown());
    assert_eq!(untyped(encoded).find_type().as_deref(), Some(E::TYPE), "{}", shown());
}

type Facts = (String, String, Option<String>, Option<String>, Option<String>, Result<Vec<u8>, Error>);

fn facts<E: Event>(own: &CloudEvent<E>) -> Facts {
    let CloudEvent { id, source, subject, time, data_schema, data, .. } = own;
    (id.clone(), source.clone(), subject.clone(), time.clone(), data_schema.clone(), data.encode())
}

/// The value as headers carry it.
fn as_text(value: &Attribute) -> String {
    match value {
        Attribute::Boolean(value) => value.to_string(),
        Attribute::Integer(value) => value.to_string(),
        Attribute::String(text) => text.clone(),
    }
}

/// A message that was read is too large to be written, or it is written.
fn written(encoded: Result<Vec<u8>, Error>, shown: &dyn Fn() -> String) -> Option<Vec<u8>> {
    match encoded {
        Ok(encoded) => Some(encoded),
        Err(Error::TooLarge { .. } | Error::EnvelopeTooLarge { .. }) => None,
        Err(error) => panic!("it is read, and not written: {error}: {}", shown()),
    }
}

/// A message as a handler is given it: headers in lines, and a body.
fn delivery<E: Event>(data: &[u8]) {
    let [lines, body] = parts(data);
    let headers = text(lines);
    let headers = headers.lines().filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let message = Message { headers, body: body.to_vec(), ..Message::default() };
    let carried = message.header(TRACEPARENT).and_then(|text| text.parse::<TraceParent>().ok());
    if let Ok(delivery) = Delivery::<E>::read(&message, 1) {
        assert!(delivery.event.encode().is_ok(), "{}: {}", E::NAME, String::from_utf8_lossy(data));
        if E::CONTRACT.envelope == Envelope::None {
            assert!(carried.is_none_or(|carried| carried == delivery.activity));
        }
    }
}

/// A message whose type only its envelope knows.
fn as_untyped(bytes: &[u8]) {
    let message = untyped(bytes.to_vec());
    let found = message.find_type();
    let unpacked = cloudevents::unpacked(bytes);
    let Some(json) = Json::parse(bytes) else {
        assert!(found.is_none() && unpacked.is_none());
        return;
    };
    if let Some(Ok(unpacked)) = unpacked {
        assert!(Json::parse(&unpacked).is_some(), "{}", String::from_utf8_lossy(&unpacked));
    }
    for envelope in [Envelope::None, Envelope::Octopus, Envelope::CloudEvents] {
        if let Some(mismatch) = envelope.mismatch("NameRequestPaidV1", &json) {
            assert!(!mismatch.to_string().is_empty());
        }
    }
}

fn untyped(body: Vec<u8>) -> Message {
    Message { body, ..Message::default() }
}
