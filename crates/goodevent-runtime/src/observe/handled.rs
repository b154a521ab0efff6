//! Messages that are handled.

use std::time::Duration;

use futures_util::future::BoxFuture;
use goodevent::{Contract, Error};
use metrics::{Counter, Histogram, counter, histogram};
use tracing::{Instrument as _, Span, field::Empty};

use super::counters::{Side, refused};
use crate::{failure::Trouble, message::Message};

/// What is counted of the messages of one handler. To look for its counters once, and not for every message, is most of what
/// they cost.
pub(crate) struct Handled {
    n_consumed: Counter,
    n_failed: Counter,
    seconds: Histogram,
    bytes: Histogram,
}

impl Handled {
    pub(crate) fn of(contract: &Contract) -> Self {
        let event = contract.event_type;
        Self {
            n_consumed: counter!("goodevent_consumed_total", "event" => event),
            n_failed: counter!("goodevent_failed_total", "event" => event),
            seconds: histogram!("goodevent_handling_seconds", "event" => event),
            bytes: histogram!("goodevent_message_bytes", "event" => event),
        }
    }

    pub(crate) fn note(&self, message: &Message, took: Duration, is_done: bool) {
        if is_done { &self.n_consumed } else { &self.n_failed }.increment(1);
        self.seconds.record(took.as_secs_f64());
        self.bytes.record(message.body.len() as f64);
    }
}

type Handling = BoxFuture<'static, Result<(), Trouble>>;

/// Begins an attempt at a message under a span, which is told the `traceparent` on the way. What breaks its contract is
/// counted.
pub(crate) fn attempt(
    contract: &Contract,
    message: &Message,
    attempt: u32,
    begin: impl FnOnce() -> Result<Handling, Error>,
) -> Result<Handling, Error> {
    let span = tracing::info_span!(
        "handle",
        otel.kind = "consumer",
        otel.status_code = Empty,
        messaging.operation.type = "process",
        messaging.destination.name = message.topic,
        messaging.message.id = message.id,
        event = contract.event_type,
        attempt,
        traceparent = Empty,
        error = Empty,
    );
    let handling = span.in_scope(begin).inspect_err(|error| {
        failed(&span, error);
        refused(contract, Side::Consume, error);
    })?;
    if span.is_disabled() {
        return Ok(handling);
    }
    let watched = async move {
        handling.await.inspect_err(|trouble| match trouble {
            // It is neither done nor wrong.
            Trouble::TooEarly(_) => {}
            wrong => failed(&Span::current(), wrong),
        })
    };
    Ok(Box::pin(watched.instrument(span)))
}

/// Says in a span what went wrong.
pub(super) fn failed(span: &Span, error: &dyn std::fmt::Display) {
    span.record("otel.status_code", "ERROR").record("error", tracing::field::display(error));
}
