//! The JSON of the commands that read messages from a broker or an outbox, without one: messages of every shape.

use goodevent_cli::terminal::versioned;
use goodevent_json::escape;
use goodevent_runtime::{
    Message, headers,
    outbox::{Stored, Stuck},
};
use goodevent_schema::instance::Violation;
use serde_json::{Value, json};

use crate::{dead_letters, hostile, outbox, support::assert_documented, tail};

/// Messages with every kind of body, with each header and without it, with and without what is optional.
fn messages() -> Vec<Message> {
    let headers = [
        headers::REASON,
        headers::POINTER,
        headers::DETAIL,
        headers::ORIGIN,
        headers::ATTEMPTS,
        headers::DEAD_LETTERED_AT,
        headers::REQUEUED,
        headers::HISTORY,
        headers::GROUP,
        "traceparent",
    ];
    let bodies: [&[u8]; 7] = [b"{\"a\":[1,null]}", b"[]", b"null", b"1e400", b"not JSON", b"\xff\xfe", b""];
    let mut all = Vec::new();
    for body in bodies {
        for n_headers in 0..=headers.len() {
            for (event_type, partition_key) in [("", None), ("OrderPlacedV1", Some("7".to_owned()))] {
                let headers = headers[..n_headers].iter().map(|name| ((*name).to_owned(), "text".to_owned()));
                all.push(Message {
                    topic: "orders".to_owned(),
                    routing_key: String::new(),
                    partition_key,
                    id: "1".to_owned(),
                    event_type: event_type.to_owned(),
                    headers: headers.collect(),
                    body: body.to_vec(),
                });
            }
        }
    }
    all
}

#[test]
fn dead_letters_are_shown_as_documented() {
    let all = messages();
    let entries: Vec<Value> = all.iter().map(dead_letters::entry).collect();
    assert_documented("dead-letters-list", &versioned(dead_letters::document(entries)));
    assert_documented("dead-letters-list", &versioned(dead_letters::document(Vec::new())));
    for message in &all {
        assert_documented("dead-letters-show", &versioned(dead_letters::whole(message)));
    }
}

#[test]
fn messages_that_are_stuck_are_shown_as_documented() {
    let stuck = |(nth, message): (usize, Message)| Stuck {
        stored: Stored { number: nth as i64, message, attempts: nth as u32 },
        why: "no queue is bound".to_owned(),
    };
    let all: Vec<Stuck> = messages().into_iter().enumerate().map(stuck).collect();
    assert_documented("outbox-list", &versioned(outbox::document(3, &all)));
    assert_documented("outbox-list", &versioned(outbox::document(0, &[])));
}

#[test]
fn messages_that_pass_by_are_shown_as_documented() {
    let violation = Violation {
        pointer: "/payload/number".to_owned(),
        keyword: "minimum".to_owned(),
        message: "0 is less than 1".to_owned(),
    };
    for message in messages() {
        for (name, found) in [(None, &[][..]), (Some("OrderPlacedV1Event"), std::slice::from_ref(&violation))] {
            let line = tail::object(name, &message, found);
            assert!(!line.contains('\n'), "each message is a line: {line}");
            let json: Value = serde_json::from_str(&line).expect("each line is JSON");
            assert_eq!((&json["isValid"], &json["event"]), (&found.is_empty().into(), &json!(name)));
            assert_documented("tail", &json);
        }
    }
}

/// Messages come from strangers: no text of them begins a line or acts on a terminal.
#[test]
fn messages_have_no_effect_on_whatever_shows_them() {
    for text in hostile::texts() {
        let headers = [headers::REASON, headers::DETAIL, headers::ATTEMPTS, headers::DEAD_LETTERED_AT, text.as_str()];
        let message = Message {
            topic: text.clone(),
            routing_key: text.clone(),
            partition_key: Some(text.clone()),
            id: text.clone(),
            event_type: text.clone(),
            headers: headers.into_iter().map(|name| (name.to_owned(), text.clone())).collect(),
            body: text.clone().into_bytes(),
        };
        let found = Violation { pointer: text.clone(), keyword: "const".to_owned(), message: text.clone() };
        let stuck = Stuck { stored: Stored { number: 1, message: message.clone(), attempts: 2 }, why: text.clone() };
        for (shown, n_lines) in [
            (dead_letters::line(&message), 1),
            (outbox::line(&stuck), 1),
            (tail::lines(Some(&text), &message, &[found]), 3),
        ] {
            assert_eq!(escape::styled(&shown), shown, "all data is escaped before the terminal gets it");
            assert_eq!(shown.split('\n').count(), n_lines, "{shown:?}");
            let plain = shown.replace("\u{1b}[", "<");
            assert!(!plain.contains(|char| hostile::is_active(char) && char != '\n'), "{plain:?}");
        }
        for json in [dead_letters::whole(&message).to_string(), tail::object(None, &message, &[])] {
            let written = escape::json(&json);
            assert_eq!(hostile::effect(&written), None);
            let [own, same] = [&json, &*written].map(|json| serde_json::from_str::<Value>(json).expect("it is JSON"));
            assert_eq!(own, same);
        }
    }
}
