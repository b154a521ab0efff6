//! Envelopes around real events.

use contracts::{
    names::NameRequestPaidV1Event,
    registration::UserConfirmedV1Event,
    subscriptions::{SubscriptionTerminatedV1Event, subscription_terminated_v1_event::Reason},
};
use goodevent::{
    Encoded, Error, Event,
    cloudevents::{Attribute, CloudEvent, PREFIX},
    id,
    octopus::Envelope,
    trace::TraceParent,
};

fn terminated() -> SubscriptionTerminatedV1Event {
    SubscriptionTerminatedV1Event {
        subscription_id: "8a52c8af-2408-486f-ba4a-d277079de2b0".to_owned(),
        license_key: "OCT-00412973".to_owned(),
        reason: Reason::PaymentFailure,
        terminated_time_utc: "2021-11-08T12:33:00Z".to_owned(),
    }
}

fn paid() -> NameRequestPaidV1Event {
    let text = br#"{"nameRequestNumber":"NR 1234567","paymentId":1205,"fee":{"amountCents":3150,"currency":"CAD"},
        "isPriority":false,"paidTimeUtc":"2026-11-20T17:45:12Z"}"#;
    NameRequestPaidV1Event::decode(text).expect("the event is valid")
}

#[test]
fn an_octopus_message_comes_back_as_it_went() {
    let message = Envelope::new("Octofront", terminated()).in_activity(TraceParent::new_root());
    let bytes = message.encode().expect("the message is valid");
    assert_eq!(Envelope::<SubscriptionTerminatedV1Event>::decode(&bytes).as_ref(), Ok(&message));
    let borrowed = Envelope::<SubscriptionTerminatedV1Event>::decode_borrowed(&bytes).expect("the message is valid");
    assert_eq!(borrowed.payload.license_key, "OCT-00412973");
}

#[test]
fn the_id_follows_from_the_dedup_key() {
    let again = SubscriptionTerminatedV1Event { reason: Reason::Fraud, ..terminated() };
    let other = SubscriptionTerminatedV1Event {
        subscription_id: "8a52c8af-2408-486f-ba4a-d277079de2b1".to_owned(),
        ..terminated()
    };
    let id = |event| Envelope::new("Octofront", event).id;
    assert_eq!(id(terminated()), id(again));
    assert_ne!(id(terminated()), id(other));
}

#[test]
fn an_encoded_event_has_the_id_and_the_key_of_its_contract() {
    fn sent<E: Event>(event: E) -> Encoded {
        let id = id::of(&event).expect("the event is valid");
        let sent = Encoded::new("a", event, TraceParent::new_root()).expect("the event is valid");
        assert_eq!(sent.id, id);
        sent
    }
    let octopus = sent(terminated());
    let read = Envelope::<SubscriptionTerminatedV1Event>::decode(&octopus.body).expect("the message is valid");
    assert_eq!((read.id, read.payload), (octopus.id, terminated()));
    assert_eq!(octopus.partition_key.as_deref(), Some("8a52c8af-2408-486f-ba4a-d277079de2b0"));
    let cloud = sent(paid());
    let read = CloudEvent::<NameRequestPaidV1Event>::decode(&cloud.body).expect("the message is valid");
    assert_eq!((read.id, read.data), (cloud.id, paid()));
    assert_eq!(cloud.partition_key.as_deref(), Some("NR 1234567"));
    let confirmed = UserConfirmedV1Event {
        user_id: "8a52c8af-2408-486f-ba4a-d277079de2b0".to_owned(),
        email: "ada@example.org".to_owned(),
        confirmed_time_utc: "2026-11-20T08:03:00Z".to_owned(),
    };
    assert_eq!(UserConfirmedV1Event::decode(&sent(confirmed.clone()).body), Ok(confirmed));
}

#[test]
fn a_refusal_points_into_the_envelope() {
    let text = String::from_utf8(Envelope::new("Octofront", terminated()).encode().expect("the message is valid"));
    let text = text.expect("messages are UTF-8");
    for (from, to, expected) in [
        (
            "paymentFailure",
            "boredom",
            "/payload/reason: \"boredom\" is not one of \"customerRequest\", \"paymentFailure\", \"fraud\" (enum)",
        ),
        ("TerminatedV1\"", "RenewedV1\"", "this is `SubscriptionRenewedV1`, `SubscriptionTerminatedV1` was expected"),
        ("\"activityId\":\"00-", "\"activityId\":\"zz-", "/activityId: "),
        ("\"specVersion\":\"1.0\",", "", "the message: "),
    ] {
        let changed = text.replacen(from, to, 1);
        let error = Envelope::<SubscriptionTerminatedV1Event>::decode(changed.as_bytes())
            .expect_err("the message is not valid");
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}

#[test]
fn what_is_not_valid_is_not_encoded() {
    let event = SubscriptionTerminatedV1Event { license_key: "OCT-1".to_owned(), ..terminated() };
    let error = Envelope::new("Octofront", event).encode().expect_err("the key is malformed");
    assert_eq!(error.to_string(), "/payload/licenseKey: \"OCT-1\" is not a match of ^OCT-[0-9]{8}$ (pattern)");
}

#[test]
fn a_cloud_event_goes_both_ways() {
    let mut event = CloudEvent::new("/requests", paid()).in_activity(TraceParent::new_root());
    event.subject = Some("NR 1234567".to_owned());
    event.extensions.insert("partition".to_owned(), Attribute::Integer(-3));
    event.extensions.insert("replayed".to_owned(), Attribute::Boolean(false));
    let bytes = event.encode().expect("the event is valid");
    assert_eq!(CloudEvent::<NameRequestPaidV1Event>::decode(&bytes).as_ref(), Ok(&event));
    assert!(event.activity().is_some());

    let (headers, body) = event.to_binary(PREFIX).expect("the event is valid");
    assert!(headers.contains(&("ce-subject".to_owned(), "NR%201234567".to_owned())), "{headers:?}");
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let back = CloudEvent::<NameRequestPaidV1Event>::from_binary(PREFIX, headers, &body).expect("the message is valid");
    assert_eq!((back.data, back.subject, back.id), (event.data, event.subject, event.id));
    assert_eq!(back.extensions["partition"], Attribute::String("-3".to_owned()));
}

#[test]
fn a_cloud_event_keeps_to_its_specification() {
    let bytes = CloudEvent::new("/requests", paid()).encode().expect("the event is valid");
    let text = String::from_utf8(bytes).expect("events are UTF-8");
    for (from, to, expected) in [
        ("\"specversion\":\"1.0\"", "\"specversion\":\"0.3\"", "/specversion: "),
        ("\"source\":\"/requests\"", "\"source\":\"%\"", "/source: "),
        ("\"data\":", "\"badName\":1,\"data\":", "the message: "),
        ("\"data\":", "\"big\":4294967296,\"data\":", "/big: 4294967296 is not at most 2147483647 (maximum)"),
        ("\"data\":", "\"list\":[],\"data\":", "/list: "),
        ("\"paymentId\":1205", "\"paymentId\":0", "/data/paymentId: 0 is not at least 1 (minimum)"),
    ] {
        let error = CloudEvent::<NameRequestPaidV1Event>::decode(text.replacen(from, to, 1).as_bytes());
        let error = error.expect_err("the event is not valid").to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    let error = CloudEvent::<NameRequestPaidV1Event>::from_binary(PREFIX, [("ce-id", "1")], b"{}")
        .expect_err("attributes are missing");
    assert_eq!(error.to_string(), "/specversion: the attribute is not there (attribute)");
}

#[test]
fn a_cloud_event_in_headers_keeps_to_its_specification_as_well() {
    let body = paid().encode().expect("the event is valid");
    let read = |more: &[(&'static str, &'static str)]| {
        let own = [("specversion", "1.0"), ("type", "NameRequestPaidV1"), ("id", "1"), ("source", "/a")];
        let own = own.into_iter().map(|(name, value)| (format!("{PREFIX}{name}"), value));
        let headers: Vec<(String, &str)> =
            own.chain(more.iter().map(|(name, value)| ((*name).to_owned(), *value))).collect();
        let headers = headers.iter().map(|(name, value)| (name.as_str(), *value));
        CloudEvent::<NameRequestPaidV1Event>::from_binary(PREFIX, headers, &body)
    };
    let event = read(&[("ce-subject", "100%25 %+1 %zz"), ("content-type", "text/json")]).expect("it is valid");
    assert_eq!(event.subject.as_deref(), Some("100% %+1 %zz"));
    assert!(event.encode().is_ok());
    // What structured mode rejects is rejected here too.
    for (name, value, pointer) in [
        ("ce-subject", "", "/subject: "),
        ("ce-time", "", "/time: "),
        ("ce-dataschema", "", "/dataschema: "),
        ("content-type", "", "/datacontenttype: "),
        ("ce-datacontenttype", "text/json", "/datacontenttype: "),
        ("ce-data", "{}", "/data: "),
    ] {
        let error = read(&[(name, value)]).expect_err("the message is not valid").to_string();
        assert!(error.starts_with(pointer), "{error}");
    }
}

#[test]
fn an_envelope_adds_at_most_its_limit() {
    let source = |n_bytes: usize| "s".repeat(n_bytes);
    let n_around = |message: &Envelope<SubscriptionTerminatedV1Event>, payload: &SubscriptionTerminatedV1Event| {
        message.encode().map(|bytes| bytes.len() - payload.encode().expect("the payload is valid").len())
    };
    let least = n_around(&Envelope::new(source(1), terminated()), &terminated()).expect("it is small");
    let most = Envelope::new(source(2_048 - least + 1), terminated());
    assert_eq!(n_around(&most, &terminated()), Ok(2_048));
    let error = Envelope::new(source(2_048 - least + 2), terminated()).encode().expect_err("it is too large");
    assert_eq!(error, Error::EnvelopeTooLarge { n_bytes: 2_049, max_bytes: 2_048 });
    let error = CloudEvent::new(source(4_000), paid()).encode().expect_err("it is too large");
    assert!(matches!(error, Error::EnvelopeTooLarge { max_bytes: 2_048, .. }), "{error}");
}
