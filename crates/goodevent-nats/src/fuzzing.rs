//! Conversions of messages without a server, for the fuzz targets of this project. Not public API.

use async_nats::{HeaderMap, HeaderName, HeaderValue};
use goodevent_runtime::Message;

use crate::wire;

/// Converts an arbitrary message as a consumer receives it; headers that the client rejects are dropped.
#[must_use]
pub fn received(subject: &str, headers: &[(&str, &str)], body: &[u8]) -> Message {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            map.append(name, value);
        }
    }
    wire::message(subject, Some(&map), body)
}

/// Converts a message as a publisher sends it and a consumer receives it.
///
/// # Errors
/// If the publisher rejects the message.
pub fn sent_and_received(message: &Message) -> Result<Message, String> {
    let headers = over_the_wire(&wire::headers(message)?)?;
    Ok(wire::message(wire::subject(message)?, Some(&headers), &message.body))
}

/// Converts the copy of a message for another subject in the same way.
///
/// # Errors
/// If the publisher rejects the message.
pub fn copied_and_received(message: &Message, subject: &str, message_id: &str) -> Result<Message, String> {
    let headers = over_the_wire(&wire::headers_of_copy(message, message_id)?)?;
    Ok(wire::message(subject, Some(&headers), &message.body))
}

/// Headers as the client reads what it has written (`async_nats::connection`): a line each, without white space around the
/// value; a line that begins with white space continues the value before it.
fn over_the_wire(sent: &HeaderMap) -> Result<HeaderMap, String> {
    let of_name = |(name, values): (&HeaderName, &Vec<HeaderValue>)| {
        values.iter().map(|value| format!("{name}: {value}\r\n")).collect::<String>()
    };
    let text: String = sent.iter().map(of_name).collect();
    let mut lines = text.lines().peekable();
    let mut received = HeaderMap::new();
    while let Some(line) = lines.next() {
        let (name, value) = line.split_once(':').ok_or("a line has no colon")?;
        let name: HeaderName = name.parse().map_err(|error| format!("{error}"))?;
        let mut value = value.trim_start().to_owned();
        while let Some(more) = lines.next_if(|line| line.starts_with(char::is_whitespace)) {
            value.push_str(more);
        }
        let value: HeaderValue = value.trim_end().parse().map_err(|error| format!("{error}"))?;
        received.append(name, value);
    }
    Ok(received)
}
