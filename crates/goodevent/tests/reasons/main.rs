//! Each rejection names its true reason: of messages in another envelope, of what can't be encoded, of what is too large.

mod mismatch;
mod not_json;

use goodevent::{Error, Event, check, cloudevents::CloudEvent, code as g, error::MAX_EVENT_BYTES, octopus::Envelope};

static NUMBER: [check::Check; 1] = [check::NUMBER];
static TEXT: [check::Check; 2] = [check::STRING, check::Check::MinLength(1)];
static NODE: [check::Check; 4] = [
    check::OBJECT,
    check::Check::Properties(&[("text", &TEXT), ("share", &NUMBER)]),
    check::Check::AdditionalProperties(&check::NEVER),
    check::Check::Required(&["text", "share"]),
];

macro_rules! note {
    ($name:ident, $event:literal, $type:literal) => {
        #[derive(Debug, Clone, PartialEq)]
        struct $name {
            text: String,
            share: f64,
        }

        impl<'a> g::Decode<'a> for $name {
            fn read(c: &mut g::Cursor<'a>) -> Result<Self, g::No> {
                let (mut text, mut share) = (None, None);
                g::members!(c, [0 "text", 1 "share"], |c, member| match member {
                    0 => g::put(&mut text, c.text(g::Length(1, u64::MAX))),
                    _ => g::put(&mut share, c.f64(&g::NumberRule::ANY)),
                });
                Ok(Self { text: text.ok_or(g::No)?, share: share.ok_or(g::No)? })
            }
        }

        impl g::Encode for $name {
            fn write_members(&self, w: &mut g::Writer) {
                w.key("\"text\":\"").text(&self.text, g::Length(1, u64::MAX));
                w.key(",\"share\":").f64(self.share, &g::NumberRule::ANY);
            }
        }

        impl Event for $name {
            type Borrowed<'a> = $name;
            type Headers = ();
            const CONTRACT: g::Contract = g::Contract {
                name: $event,
                event_type: $type,
                node: &NODE,
                codec: g::Codec::of::<Self>(),
                ..g::Contract::EMPTY
            };
        }
    };
}

note!(Note, "NoteWrittenV1Event", "NoteWrittenV1");

fn note(text: &str, share: f64) -> Note {
    Note { text: text.to_owned(), share }
}

/// The outcome of each decoder of a type: of the payload alone, of Octopus' envelope, and of CloudEvents.
type Outcomes = [(&'static str, Result<(), Error>); 9];

/// The outcomes of all decoders of [`Note`] for a message.
fn outcomes(message: &[u8]) -> Outcomes {
    [
        ("none", Note::decode(message).map(drop)),
        ("none", Note::decode_borrowed(message).map(drop)),
        ("none", Note::decode_archived(message).map(drop)),
        ("octopus", Envelope::<Note>::decode(message).map(drop)),
        ("octopus", Envelope::<Note>::decode_borrowed(message).map(drop)),
        ("octopus", Envelope::<Note>::decode_archived(message).map(drop)),
        ("cloudevents", CloudEvent::<Note>::decode(message).map(drop)),
        ("cloudevents", CloudEvent::<Note>::decode_borrowed(message).map(drop)),
        ("cloudevents", CloudEvent::<Note>::decode_archived(message).map(drop)),
    ]
}

fn reason<T>(outcome: Result<T, Error>) -> String {
    outcome.err().expect("it is rejected").to_string()
}

#[test]
fn what_is_not_encoded_is_named() {
    let of_size = |n_bytes: usize| note(&"x".repeat(n_bytes), 0.5);
    let n_around = of_size(1).encode().expect("it is valid").len() - 1;
    let fits = of_size(MAX_EVENT_BYTES - n_around);
    assert_eq!(fits.encode().map(|bytes| bytes.len()), Ok(MAX_EVENT_BYTES));
    let too_large = of_size(MAX_EVENT_BYTES - n_around + 1);
    assert_eq!(reason(too_large.encode()), "65537 bytes are more than 65536");
    for payload in [fits, too_large, of_size(2 << 20)] {
        for error in [
            Envelope::new("s", payload.clone()).encode().expect_err("it is too large"),
            CloudEvent::new("s", payload.clone()).encode().expect_err("it is too large"),
        ] {
            assert!(matches!(error, Error::TooLarge { max_bytes: MAX_EVENT_BYTES, .. }), "{error}");
        }
    }
    for (share, shown) in [(f64::NAN, "NaN"), (f64::INFINITY, "inf"), (f64::NEG_INFINITY, "-inf")] {
        let expected = format!("{shown} is not a finite number (type)");
        assert_eq!(reason(note("a", share).encode()), format!("/share: {expected}"));
        assert_eq!(reason(Envelope::new("s", note("a", share)).encode()), format!("/payload/share: {expected}"));
        assert_eq!(reason(CloudEvent::new("s", note("a", share)).encode()), format!("/data/share: {expected}"));
    }
    let empty = "is not at least 1 characters long (minLength)";
    assert_eq!(reason(note("", 0.5).encode()), format!("/text: \"\" {empty}"));
    assert_eq!(reason(Envelope::new("s", note("", 0.5)).encode()), format!("/payload/text: \"\" {empty}"));
    assert_eq!(reason(Envelope::new("", note("a", 0.5)).encode()), format!("/source: \"\" {empty}"));
}

/// A payload of as many levels as it has links.
#[derive(Debug, Clone, PartialEq, Default)]
struct Chain {
    next: Option<Box<Chain>>,
    twin: Option<Box<Chain>>,
}

static CHAIN: [check::Check; 1] = [check::OBJECT];

impl<'a> g::Decode<'a> for Chain {
    fn read(c: &mut g::Cursor<'a>) -> Result<Self, g::No> {
        let (mut next, mut twin) = (None, None);
        g::members!(c, [0 "next", 1 "twin"], |c, member| match member {
            0 => g::put(&mut next, Self::read(c).map(Box::new)),
            _ => g::put(&mut twin, Self::read(c).map(Box::new)),
        });
        Ok(Self { next, twin })
    }
}

impl g::Encode for Chain {
    fn write_members(&self, w: &mut g::Writer) {
        for (key, link) in [(",\"next\":", &self.next), (",\"twin\":", &self.twin)] {
            if let Some(link) = link {
                g::Encode::write(&**link, w.next_key(key));
            }
        }
    }
}

impl Event for Chain {
    type Borrowed<'a> = Chain;
    type Headers = ();
    const CONTRACT: g::Contract = g::Contract {
        name: "ChainForgedV1Event",
        event_type: "ChainForgedV1",
        node: &CHAIN,
        codec: g::Codec::of::<Self>(),
        ..g::Contract::EMPTY
    };
}

fn chain(n_levels: usize, is_twin: bool) -> Chain {
    (1..n_levels).fold(Chain::default(), |inner, _| match is_twin {
        true => Chain { next: None, twin: Some(Box::new(inner)) },
        false => Chain { next: Some(Box::new(inner)), twin: None },
    })
}

#[test]
fn what_nests_too_deep_to_be_decoded_is_not_encoded_and_says_so() {
    const MAX_LEVELS: usize = 128;
    let too_deep = |error: Error| {
        assert!(matches!(error, Error::NotJson { .. }), "{error:?}");
        assert!(error.to_string().contains("arrays and objects are nested deeper than 128 levels"), "{error}");
    };
    for is_twin in [false, true] {
        let chain = |n_levels| chain(n_levels, is_twin);
        let bytes = chain(MAX_LEVELS).encode().expect("it is valid");
        assert_eq!(Chain::decode(&bytes), Ok(chain(MAX_LEVELS)));
        for n_levels in [MAX_LEVELS + 1, MAX_LEVELS + 2, 2_000] {
            too_deep(chain(n_levels).encode().expect_err("it is too deep"));
        }
        let link = if is_twin { "{\"twin\":" } else { "{\"next\":" };
        let text = format!("{}{{}}{}", link.repeat(MAX_LEVELS), "}".repeat(MAX_LEVELS));
        too_deep(Chain::decode(text.as_bytes()).expect_err("it is too deep"));
        // An envelope is a level more.
        assert!(Envelope::new("s", chain(MAX_LEVELS - 1)).encode().is_ok());
        assert!(CloudEvent::new("s", chain(MAX_LEVELS - 1)).encode().is_ok());
        for n_levels in [MAX_LEVELS, MAX_LEVELS + 1, 2_000] {
            too_deep(Envelope::new("s", chain(n_levels)).encode().expect_err("it is too deep"));
            too_deep(CloudEvent::new("s", chain(n_levels)).encode().expect_err("it is too deep"));
        }
    }
}

#[test]
fn what_can_not_be_encoded_is_not_decoded_but_for_archives() {
    let text = format!("{{\"text\":\"{}\",\"share\":1}}", "x".repeat(MAX_EVENT_BYTES));
    let error = reason(Note::decode(text.as_bytes()));
    assert_eq!(error, format!("{} bytes are more than 65536", text.len()));
    assert_eq!(reason(Note::violations(text.as_bytes()).map(drop)), error);
    assert_eq!(reason(Note::decode_borrowed(text.as_bytes())), error);
    assert!(Note::decode_archived(text.as_bytes()).is_ok());
    let message = format!(
        r#"{{"id":"1","source":"s","type":"NoteWrittenV1","occurredTimeUtc":"2026-11-28T00:00:00Z","activityId":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","specVersion":"1.0","payload":{text}}}"#
    );
    assert!(Envelope::<Note>::decode(message.as_bytes()).is_err());
    assert!(Envelope::<Note>::decode_archived(message.as_bytes()).is_ok());
    assert_eq!(reason(Note::decode_archived(&vec![b' '; 2 << 20])), "2097152 bytes are more than 1048576");
}

#[test]
fn cloud_events_have_null_for_absent_and_payloads_in_base64() {
    let event = |rest: &str| {
        CloudEvent::<Note>::decode(
            format!(r#"{{"specversion":"1.0","id":"1","source":"s","type":"NoteWrittenV1",{rest}}}"#).as_bytes(),
        )
    };
    let data = r#""data":{"text":"a","share":1}"#;
    let all_null = format!(
        r#""subject":null,"time":null,"datacontenttype":null,"dataschema":null,"traceparent":null,"data_base64":null,{data}"#
    );
    let read = event(&all_null).expect("null is absent");
    assert_eq!((read.subject, read.time, read.data_content_type, read.data_schema), (None, None, None, None));
    assert!(read.extensions.is_empty());
    let whole = format!(r#"{{"specversion":"1.0","id":"1","source":"s","type":"NoteWrittenV1",{all_null}}}"#);
    CloudEvent::<Note>::decode_borrowed(whole.as_bytes()).expect("null is absent without copies as well");
    assert!(event(&format!(r#""id":null,{data}"#)).is_err());
    // {"text":"a","share":1}
    let packed = "eyJ0ZXh0IjoiYSIsInNoYXJlIjoxfQ==";
    for media_type in ["", r#""datacontenttype":"application/json","#, r#""datacontenttype":"text/x+JSON; a=b","#] {
        let read = event(&format!(r#"{media_type}"data_base64":"{packed}""#));
        assert_eq!(read.map(|event| event.data), Ok(note("a", 1.0)), "{media_type}");
    }
    for (rest, expected) in [
        (format!(r#""datacontenttype":"text/plain","data_base64":"{packed}""#), "/datacontenttype: "),
        (format!(r#""data_base64":"{packed}",{data}"#), "/data_base64: "),
        (r#""data_base64":"%%%%""#.to_owned(), "/data_base64: "),
        (r#""data_base64":7"#.to_owned(), "/data_base64: "),
        // {"text":"","share":1}
        (r#""data_base64":"eyJ0ZXh0IjoiIiwic2hhcmUiOjF9""#.to_owned(), "/data/text: "),
    ] {
        let error = reason(event(&rest));
        assert!(error.starts_with(expected), "{rest}: {error}");
    }
}

#[test]
fn a_number_that_the_type_does_not_hold_is_named() {
    for number in ["9007199254740993", "1e400", "0.10000000000000000001"] {
        let text = format!(r#"{{"text":"a","share":{number}}}"#);
        let found = Note::violations(text.as_bytes()).expect("it is JSON");
        assert_eq!(found.len(), 1, "{found:?}");
        // The table of this test does not say what the type holds, so that the decoder itself has to.
        assert_eq!((found[0].pointer.as_str(), found[0].keyword), ("/share", "type"));
        // Nor does it say what is personal, so that no value is shown.
        assert_eq!(found[0].found, "the number");
        assert_eq!(reason(Note::decode(text.as_bytes())), found[0].to_string());
    }
}
