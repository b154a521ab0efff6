//! Events in their envelopes, of contracts that only the registry knows.
//!
//! A service has types for this; a command has the schema. `tests/ops.rs` holds both against each other.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use goodevent::{Json, clock, cloudevents, error::MAX_EVENT_BYTES, event, id, trace::TraceParent};
use goodevent_build::{Loaded, payload::Payloads};
use goodevent_json::fault::{self, Fault, Unread};
use goodevent_runtime::{Message, message::TRACEPARENT};
use goodevent_schema::{
    config::Envelope,
    instance::Violation,
    registry::Contract,
    source::SourceId,
    syntax::{self, Node},
};
use serde_json::Value;

use crate::registry;

/// What is known of a message beside its payload.
pub(crate) struct Around {
    /// The service that publishes.
    pub(crate) source: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) activity: TraceParent,
}

/// The message that a valid payload becomes, as [`Message::of`] makes it of a type.
pub(crate) fn message(loaded: &Loaded, contract: &Contract, payload: &[u8], around: Around) -> anyhow::Result<Message> {
    let json = Json::parse(payload).context("the payload has a number or a string that no service could read")?;
    let dedup_key: Vec<&str> = contract.facts.dedup_key.iter().map(String::as_str).collect();
    let id = id::of_payload(contract.name.as_str(), &dedup_key, &json);
    let partition_key = contract.facts.partition_key.as_ref().and_then(|pointer| json.pointer(pointer)).map(text);
    let payload = compact(&String::from_utf8_lossy(payload));
    let Around { source, mut headers, activity } = around;
    let quoted = |text: &str| Value::String(text.to_owned()).to_string();
    let (event_type, time) = (contract.name.versioned(), clock::now());
    let own = (quoted(&id), quoted(&source), quoted(event_type), quoted(&time), quoted(&activity.to_string()));
    let (own_id, own_source, own_type, own_time, own_activity) = own;
    let body = match registry::settings(loaded, contract).envelope {
        Envelope::None => payload,
        Envelope::Octopus => format!(
            "{{\"id\":{own_id},\"source\":{own_source},\"type\":{own_type},\"occurredTimeUtc\":{own_time},\
             \"activityId\":{own_activity},\"specVersion\":\"1.0\",\"payload\":{payload}}}"
        ),
        Envelope::Cloudevents => format!(
            "{{\"specversion\":\"1.0\",\"id\":{own_id},\"source\":{own_source},\"type\":{own_type},\
             \"time\":{own_time},\"traceparent\":{own_activity},\"data\":{payload}}}"
        ),
    };
    ensure!(body.len() <= MAX_EVENT_BYTES, "the event has {} bytes, and {MAX_EVENT_BYTES} are the most", body.len());
    headers.insert(TRACEPARENT.to_owned(), activity.to_string());
    Ok(Message {
        topic: contract.topic.clone(),
        routing_key: contract.routing_key.clone(),
        partition_key,
        id,
        event_type: event_type.to_owned(),
        headers,
        body: body.into_bytes(),
    })
}

/// A string as it is, anything else as JSON.
fn text(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        other => other.to_text(),
    }
}

/// JSON without the white space between its parts, and otherwise as it is.
fn compact(json: &str) -> String {
    let (mut is_string, mut is_escaped) = (false, false);
    let keeps = |char: &char| {
        let is_kept = is_string || !char.is_ascii_whitespace();
        match char {
            '"' if !is_escaped => is_string = !is_string,
            _ => {}
        }
        is_escaped = is_string && *char == '\\' && !is_escaped;
        is_kept
    };
    json.chars().filter(keeps).collect()
}

/// Validates messages as the services that read them do.
pub(crate) struct Checker<'l> {
    loaded: &'l Loaded,
    payloads: Payloads<'l>,
}

impl<'l> Checker<'l> {
    pub(crate) fn new(loaded: &'l Loaded) -> Self {
        Self { loaded, payloads: Payloads::new(loaded) }
    }

    /// The contract of a message: by the type that it says, else by where it was published.
    pub(crate) fn contract(&self, message: &Message) -> Option<&'l Contract> {
        let contracts = || self.loaded.registry.contracts();
        match message.find_type() {
            Some(event_type) => contracts().find(|contract| contract.name.versioned() == event_type),
            None => {
                let mut here =
                    contracts().filter(|own| own.topic == message.topic && own.routing_key == message.routing_key);
                here.next().filter(|_| here.next().is_none())
            }
        }
    }

    /// All that is wrong with a message of a contract; pointers lead into its body, and to `/headers`.
    pub(crate) fn violations(&mut self, contract: &'l Contract, message: &Message) -> Vec<Violation> {
        let mut found = Vec::new();
        for (name, meaning) in &contract.facts.headers {
            if message.header(name).is_none() {
                found.push(Violation {
                    pointer: format!("/headers/{name}"),
                    keyword: "headers".to_owned(),
                    message: format!("there is no header `{name}`: {meaning}"),
                });
            }
        }
        match self.body(contract, &message.body) {
            Ok(own) => found.extend(own),
            Err(unread) => found.push(Violation {
                pointer: String::new(),
                keyword: unread.rule().to_owned(),
                message: unread.to_string(),
            }),
        }
        found
    }

    fn body(&mut self, contract: &'l Contract, body: &[u8]) -> Result<Vec<Violation>, goodevent::Error> {
        let envelope = at_run_time(registry::settings(self.loaded, contract).envelope);
        let (mut tree, mut json) = read(body)?;
        if let Some(mismatch) = envelope.mismatch(contract.name.versioned(), &json) {
            // A contract can have the members of an envelope: an event that conforms to it is not in an envelope.
            let is_payload = envelope == event::Envelope::None
                && self.payloads.validator().of_value(contract.root, &tree.to_value()).is_empty();
            return Ok(if is_payload { Vec::new() } else { vec![as_violation(&mismatch)] });
        }
        let unpacked = if envelope == event::Envelope::CloudEvents { cloudevents::unpacked(body) } else { None };
        match unpacked {
            None => {}
            Some(Ok(bytes)) => (tree, json) = read(&bytes)?,
            Some(Err(goodevent::Error::Invalid(violation))) => return Ok(vec![as_told(*violation, "")]),
            Some(Err(error)) => return Err(error),
        }
        let mut found: Vec<Violation> =
            envelope.violations(&json).into_iter().map(|violation| as_told(violation, "")).collect();
        let (prefix, payload) = match envelope.payload() {
            Some(member) => (format!("/{member}"), tree.get(member)),
            None => (String::new(), Some(&tree)),
        };
        let own = payload.map(|payload| self.payloads.validator().of_value(contract.root, &payload.to_value()));
        found.extend(own.into_iter().flatten().map(|violation| as_told(violation, &prefix)));
        Ok(found)
    }
}

/// A message of at most 65,536 bytes, as the toolchain reads it and as services do: a text without a fault is read by both.
fn read(bytes: &[u8]) -> Result<(Node, Json), Unread> {
    let text = fault::text(bytes, MAX_EVENT_BYTES)?;
    let (tree, _) = syntax::parse(SourceId(0), text.as_bytes());
    tree.zip(Json::parse(bytes)).ok_or_else(|| Unread::NotJson(Fault::at(text, 0, "not a JSON text")))
}

/// A message that was taken for another, as a violation.
fn as_violation(mismatch: &event::Mismatch) -> Violation {
    Violation {
        pointer: mismatch.pointer().to_owned(),
        keyword: mismatch.rule().to_owned(),
        message: mismatch.to_string(),
    }
}

/// A violation in the words of the run time, at its place below `prefix`.
fn as_told(violation: goodevent::Violation, prefix: &str) -> Violation {
    Violation {
        pointer: format!("{prefix}{}", violation.pointer),
        keyword: violation.keyword.to_owned(),
        message: format!("{} is not {}", violation.found, violation.expected),
    }
}

/// The envelope of the settings, as the run time knows it.
fn at_run_time(envelope: Envelope) -> event::Envelope {
    match envelope {
        Envelope::None => event::Envelope::None,
        Envelope::Octopus => event::Envelope::Octopus,
        Envelope::Cloudevents => event::Envelope::CloudEvents,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_goes_where_it_says_nothing() {
        let text = "{ \"a b\" : [ 1.0 ,\n\t\"x \\\" y \\\\\" , \"\" ] }";
        assert_eq!(compact(text), "{\"a b\":[1.0,\"x \\\" y \\\\\",\"\"]}");
    }

    #[test]
    fn a_message_that_was_taken_for_another_is_reported_as_such() {
        const PAYLOAD: &str = r#"{"userId":"8a52c8af-2408-486f-ba4a-d277079de2b0","email":"ada@example.org","confirmedTimeUtc":"2026-11-20T08:03:00Z"}"#;
        const CLOUD_EVENT: &str = r#"{"specversion":"1.0","id":"1","source":"s","type":"A","datacontenttype":"image/png","data_base64":"/9g="}"#;
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
        let loaded = Loaded::read(&root).expect("the registry is readable");
        let mut checker = Checker::new(&loaded);
        for (event, body, expected) in [
            ("UserConfirmedV1Event", PAYLOAD, None),
            (
                "UserConfirmedV1Event",
                CLOUD_EVENT,
                Some((
                    "other-envelope",
                    "this is a CloudEvent of `A`, the payload of `UserConfirmedV1` alone was expected",
                )),
            ),
            (
                "NameRequestPaidV1Event",
                CLOUD_EVENT,
                Some(("other-type", "this is `A`, `NameRequestPaidV1` was expected")),
            ),
            (
                "SubscriptionTerminatedV1Event",
                PAYLOAD,
                Some((
                    "other-envelope",
                    "this is a message without an envelope, an Octopus envelope of `SubscriptionTerminatedV1` was expected",
                )),
            ),
        ] {
            let contract = loaded.registry.contracts().find(|contract| contract.name.as_str() == event);
            let message = Message { body: body.as_bytes().to_vec(), ..Message::default() };
            let found = checker.violations(contract.expect("the registry has the event"), &message);
            let found: Vec<(&str, &str)> = found
                .iter()
                .filter(|violation| violation.keyword != "headers")
                .map(|violation| (violation.keyword.as_str(), violation.message.as_str()))
                .collect();
            assert_eq!(found, Vec::from_iter(expected), "{event}: {body}");
        }
    }
}
