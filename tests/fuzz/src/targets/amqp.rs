//! Messages of AMQP 1.0: as a stranger sends them, and as they come back.

use goodevent_amqp::{
    Dialect,
    fuzzing::{received, sent_and_received},
};

use super::message::message;
use crate::input::choose;

/// The headers that carry fields of a message.
const OWN: [&str; 3] = ["goodevent-topic", "goodevent-type", "goodevent-attempt"];

const DIALECTS: [Dialect; 2] = [Dialect::RabbitMq, Dialect::ServiceBus];

const FORMS: [fn(Dialect, &[u8]); 2] = [from_a_stranger, there_and_back];

pub(super) fn run(data: &[u8]) {
    let (form, rest) = choose(data, &FORMS);
    let (dialect, rest) = choose(rest, &DIALECTS);
    form(*dialect, rest);
}

/// The message is bytes of the protocol.
fn from_a_stranger(dialect: Dialect, bytes: &[u8]) {
    let Some((message, attempt)) = received(dialect, bytes) else { return };
    assert!(attempt > 0, "{message:?}");
    let copy = sent_and_received(dialect, message.clone(), 1).0;
    let has_own = OWN.iter().any(|own| message.headers.contains_key(*own));
    assert!(has_own || copy == message, "{copy:?} is not {message:?}");
}

fn there_and_back(dialect: Dialect, data: &[u8]) {
    let sent = message(data);
    let has_own = OWN.iter().any(|own| sent.headers.contains_key(*own));
    for attempt in [1, 7] {
        let (back, found) = sent_and_received(dialect, sent.clone(), attempt);
        if has_own {
            continue;
        }
        // Service Bus counts attempts itself.
        match dialect {
            Dialect::ServiceBus if attempt > 1 => assert_eq!(found, 1),
            _ => assert_eq!((&back, found), (&sent, attempt)),
        }
    }
}
