//! Metrics, spans, and a comparison of frequencies with the contracts.
//!
//! Metrics use the facade [`metrics`](https://docs.rs/metrics), labelled by `event`, the type of the event:
//!
//! | metric | meaning |
//! |---|---|
//! | `goodevent_published_total` | confirmed events |
//! | `goodevent_unpublished_total` | events that the broker has not confirmed; `reason`: `unroutable`, `refused`, `unreachable` |
//! | `goodevent_unchanged_total` | suppressed events that changed nothing |
//! | `goodevent_consumed_total` | handled events |
//! | `goodevent_failed_total` | failed attempts |
//! | `goodevent_deferred_total`, `goodevent_panicked_total`, `goodevent_timed_out_total` | of these attempts, those deferred by the handler, ended by its panic, ended by the time-out |
//! | `goodevent_retried_total` | retries scheduled |
//! | `goodevent_refused_total` | messages that violate their contract; `rule`: the name in [`Error::rule`]; `side`: `publish`, `consume` |
//! | `goodevent_dead_lettered_total` | dead letters; labelled by `reason` instead of `event` |
//! | `goodevent_publishing_seconds`, `goodevent_handling_seconds` | time until the confirmation; time until the event was handled |
//! | `goodevent_message_bytes` | size of a message, its envelope included |
//! | `goodevent_frequency_ratio` | published frequency divided by the frequency of the contract |
//!
//! Spans use [`tracing`]: a span `publish` covers each message until its confirmation, and a span `handle` each attempt at
//! handling. Their fields have the names of OpenTelemetry: `otel.kind`, `messaging.operation.type`,
//! `messaging.destination.name`, `messaging.message.id`, `otel.status_code`; in addition `event`, `attempt`, `error`, and
//! `traceparent`, the activity that joins the spans of several services.

mod counters;
mod frequency;
mod handled;
mod published;

pub use self::frequency::Frequency;
pub(crate) use self::{
    counters::{Side, dead_lettered, refused, retried, troubled, unchanged},
    handled::{Handled, attempt},
    published::{Published, Sent, send},
};
