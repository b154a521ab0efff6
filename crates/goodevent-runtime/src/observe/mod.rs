//! What is counted and traced, and whether events are as frequent as their contracts say.
//!
//! Through the facade [`metrics`](https://docs.rs/metrics), labelled by `event`, which is the type of the event:
//!
//! | metric | what it says |
//! |---|---|
//! | `goodevent_published_total` | events that the broker has |
//! | `goodevent_unpublished_total` | those that it has not; `reason`: `unroutable`, `refused`, `unreachable` |
//! | `goodevent_unchanged_total` | those that said nothing new |
//! | `goodevent_consumed_total` | events that were handled |
//! | `goodevent_failed_total` | attempts that failed |
//! | `goodevent_retried_total` | attempts that are made again |
//! | `goodevent_refused_total` | what breaks its contract; `rule`: as [`Error::rule`] names it; `side`: `publish`, `consume` |
//! | `goodevent_dead_lettered_total` | what was laid aside; `reason` instead of `event` |
//! | `goodevent_publishing_seconds`, `goodevent_handling_seconds` | how long it took until the broker had it; until it was handled |
//! | `goodevent_message_bytes` | how large it was, its envelope included |
//! | `goodevent_frequency_ratio` | how often it is published, over how often its contract says |
//!
//! Through [`tracing`], a span `publish` around each message until it is confirmed, and a span `handle` around each attempt
//! at one. Their fields are those of OpenTelemetry for messages: `otel.kind`, `messaging.operation.type`,
//! `messaging.destination.name`, `messaging.message.id`, `otel.status_code`; beside them `event`, `attempt`, `error` and the
//! `traceparent` of the activity, by which spans of several services are joined.

mod frequency;
mod handled;
mod published;

use goodevent::{Contract, Error};
use metrics::counter;

pub use self::frequency::Frequency;
pub(crate) use self::{
    handled::{Handled, attempt},
    published::{Published, Sent, send},
};
use crate::refusal::Reason;

/// Where an event met its contract.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Side {
    Publish,
    Consume,
}

pub(crate) fn refused(contract: &Contract, side: Side, error: &Error) {
    let side = match side {
        Side::Publish => "publish",
        Side::Consume => "consume",
    };
    let (event, rule) = (contract.event_type, error.rule());
    counter!("goodevent_refused_total", "event" => event, "rule" => rule, "side" => side).increment(1);
}

pub(crate) fn retried(contract: &Contract) {
    counter!("goodevent_retried_total", "event" => contract.event_type).increment(1);
}

/// By reason only: a type that came from outside is no label, as anybody could make as many as they like.
pub(crate) fn dead_lettered(reason: Reason) {
    counter!("goodevent_dead_lettered_total", "reason" => reason.name()).increment(1);
}

pub(crate) fn unchanged(contract: &Contract) {
    counter!("goodevent_unchanged_total", "event" => contract.event_type).increment(1);
}
