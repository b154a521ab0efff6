//! Every message that was taken for another, in every decoder: of another type, in another envelope, or in none.

use goodevent::{
    Error,
    cloudevents::{CloudEvent, PREFIX},
};

use crate::{Note, outcomes, reason};

const TYPE: &str = "NoteWrittenV1";
const VALID: &str = r#"{"text":"a","share":0.5}"#;
const INVALID: &str = r#"{"text":"a","share":true}"#;

/// Types in messages, as JSON, and as a message shows them; a value that is not a string is a violation of its own.
const TYPES: [(&str, Option<&str>); 7] = [
    ("\"NoteWrittenV1\"", Some("`NoteWrittenV1`")),
    ("\"NoteTornV1\"", Some("`NoteTornV1`")),
    ("\"com.example.note-torn_v1\"", Some("`com.example.note-torn_v1`")),
    ("\"anna@example.com\"", None),
    ("\"a\\u001b[31m\\nb\"", None),
    ("\"\"", None),
    ("\"Note\\u202eTornV1\"", None),
];

/// The message of an event whose type is the JSON text `event_type`.
fn message(envelope: &str, event_type: &str, payload: &str) -> String {
    match envelope {
        "none" => payload.to_owned(),
        "octopus" => format!(
            r#"{{"id":"1","source":"s","type":{event_type},"occurredTimeUtc":"2026-11-28T00:00:00Z","activityId":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","specVersion":"1.0","payload":{payload}}}"#
        ),
        _ => format!(r#"{{"specversion":"1.0","id":"1","source":"s","type":{event_type},"data":{payload}}}"#),
    }
}

/// A message in `envelope`, in words.
fn words(envelope: &str, event_type: &str) -> String {
    match envelope {
        "none" => "a message without an envelope".to_owned(),
        "octopus" => format!("an Octopus envelope of {event_type}"),
        _ => format!("a CloudEvent of {event_type}"),
    }
}

/// The reason of a decoder that reads the envelope `expected`, and its rule; `None` if the message is not another one.
fn expected(expected: &str, found: &str, (json, shown): (&str, Option<&str>)) -> Option<(String, &'static str)> {
    let is_other_type = json != format!("\"{TYPE}\"");
    if expected == found {
        let found = shown.unwrap_or("an event of another type");
        let other_type = (format!("this is {found}, `{TYPE}` was expected"), "other-type");
        return (expected != "none" && is_other_type).then_some(other_type);
    }
    let expected = match expected {
        "none" => format!("the payload of `{TYPE}` alone"),
        _ => words(expected, &format!("`{TYPE}`")),
    };
    let found = words(found, shown.unwrap_or("another type"));
    Some((format!("this is {found}, {expected} was expected"), "other-envelope"))
}

#[test]
fn a_message_that_was_taken_for_another_says_so() {
    let mut n_mismatches = 0;
    for found in ["none", "octopus", "cloudevents"] {
        for event_type in TYPES {
            for (payload, space) in [(VALID, ""), (INVALID, ""), (VALID, "\n \t"), ("{}", "")] {
                let message = format!("{space}{}", message(found, event_type.0, payload));
                for (decoder, outcome) in outcomes(message.as_bytes()) {
                    let Some((words, rule)) = expected(decoder, found, event_type) else {
                        // The message is the expected one, so that only its payload can be wrong.
                        let member = [("octopus", "/payload"), ("cloudevents", "/data")];
                        let member = member.into_iter().find(|(envelope, _)| *envelope == found);
                        let member = member.map_or("", |(_, member)| member);
                        match payload {
                            VALID => assert_eq!(outcome, Ok(()), "{message}"),
                            INVALID => assert_eq!(
                                reason(outcome),
                                format!("{member}/share: true is not a number (type)"),
                                "{message}"
                            ),
                            _ => assert!(reason(outcome).ends_with("(required)"), "{message}"),
                        }
                        continue;
                    };
                    let error = outcome.expect_err("it is another message");
                    assert_eq!(error.to_string(), words, "{decoder}: {message}");
                    assert_eq!(error.rule(), rule, "{decoder}: {message}");
                    assert_eq!(
                        error.pointer(),
                        if rule == "other-type" { "/type" } else { "" },
                        "{decoder}: {message}"
                    );
                    n_mismatches += 1;
                }
            }
        }
    }
    // In each envelope 6 decoders expect another, and 3 find another type in 6 of 7 cases; without one, 6 expect one.
    assert_eq!(n_mismatches, 4 * (2 * (6 * 7 + 3 * 6) + 6 * 7));
}

#[test]
fn a_type_that_is_not_a_string_is_a_violation_of_the_envelope() {
    for event_type in ["7", "null", "[\"NoteTornV1\"]"] {
        for (envelope, decoder) in [("octopus", 3), ("cloudevents", 6)] {
            let message = message(envelope, event_type, VALID);
            for (_, outcome) in &outcomes(message.as_bytes())[decoder..decoder + 3] {
                let error = outcome.clone().expect_err("the type is wrong");
                assert_eq!((error.pointer(), error.rule()), ("/type", "const"), "{error}");
            }
        }
    }
}

#[test]
fn a_cloud_event_of_another_type_says_so_whatever_its_payload_is() {
    // {"text":"a","share":1}
    let packed = "eyJ0ZXh0IjoiYSIsInNoYXJlIjoxfQ==";
    for rest in [
        format!(r#""data_base64":"{packed}""#),
        r#""data_base64":"%%%%""#.to_owned(),
        r#""data_base64":"/9g=","datacontenttype":"image/jpeg""#.to_owned(),
        r#""data_base64":"/9g=","data":1"#.to_owned(),
        r#""data_base64":7"#.to_owned(),
        r#""data":"a","datacontenttype":"text/plain""#.to_owned(),
        r#""subject":"a""#.to_owned(),
    ] {
        let message = format!(r#"{{"specversion":"1.0","id":"1","source":"s","type":"NoteTornV1",{rest}}}"#);
        for (decoder, outcome) in outcomes(message.as_bytes()) {
            let event_type = ("\"NoteTornV1\"", Some("`NoteTornV1`"));
            let (words, _) = expected(decoder, "cloudevents", event_type).expect("it is another type");
            assert_eq!(reason(outcome), words, "{decoder}: {message}");
        }
    }
}

#[test]
fn a_cloud_event_in_headers_says_what_it_is() {
    let read = |event_type: &str, body: &str| {
        let headers = [("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "s"), ("ce-type", event_type)];
        CloudEvent::<Note>::from_binary(PREFIX, headers, body.as_bytes())
    };
    assert!(read(TYPE, VALID).is_ok());
    for (json, shown) in TYPES {
        let event_type = goodevent::Json::parse(json.as_bytes()).expect("it is JSON").to_plain();
        if event_type == TYPE || event_type.is_empty() {
            continue;
        }
        let error = read(&event_type, INVALID).expect_err("it is another type");
        let (words, rule) = expected("cloudevents", "cloudevents", (json, shown)).expect("it is another type");
        assert_eq!((error.to_string(), error.rule(), error.pointer()), (words, rule, "/type"));
    }
    // An envelope in the body, with attributes in headers and without.
    for envelope in ["octopus", "cloudevents"] {
        let body = message(envelope, "\"NoteTornV1\"", VALID);
        let (words, _) = expected("none", envelope, ("", Some("`NoteTornV1`"))).expect("it is an envelope");
        assert_eq!(reason(read(TYPE, &body)), words);
        assert_eq!(reason(CloudEvent::<Note>::from_binary(PREFIX, [], body.as_bytes())), words);
    }
    for body in [VALID, INVALID, "{", ""] {
        let error = CloudEvent::<Note>::from_binary(PREFIX, [("content-type", "text/json")], body.as_bytes());
        let expected = "this is a message without an envelope, a CloudEvent of `NoteWrittenV1` was expected";
        assert_eq!(reason(error), expected);
    }
}

#[test]
fn a_large_message_is_too_large_whatever_it_is() {
    for envelope in ["none", "octopus", "cloudevents"] {
        let payload = format!(r#"{{"text":"{}","share":0.5}}"#, "x".repeat(70_000));
        let message = message(envelope, "\"NoteTornV1\"", &payload);
        for (decoder_idx, (decoder, outcome)) in outcomes(message.as_bytes()).into_iter().enumerate() {
            let is_archived = decoder_idx % 3 == 2;
            match outcome {
                Ok(()) => assert!(is_archived && envelope == "none" && decoder == "none"),
                Err(Error::Mismatch(_)) => assert!(is_archived, "{decoder} of {envelope}"),
                Err(error) => assert!(matches!(error, Error::TooLarge { .. }) && !is_archived, "{error}"),
            }
        }
    }
}
