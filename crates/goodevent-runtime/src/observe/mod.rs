//! What is counted, and whether events are as frequent as their contracts say.
//!
//! Counters, through the facade `metrics`: `goodevent_published_total`, `goodevent_unchanged_total`,
//! `goodevent_consumed_total`, `goodevent_failed_total`, `goodevent_retried_total`, `goodevent_dead_lettered_total` (by
//! `reason`); histograms: `goodevent_handling_seconds`, `goodevent_publishing_seconds`, `goodevent_message_bytes`; the gauge
//! `goodevent_frequency_ratio` is what is observed over what is declared. All are labelled by `event`.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use goodevent::Contract;
use metrics::{Counter, Histogram, counter, gauge, histogram};

use crate::{message::Message, refusal::Reason};

/// What is counted of the messages of one handler. To look for them once, and not for every message, is what they cost.
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

pub(crate) fn published(contract: &Contract, n_bytes: usize, took: Duration) {
    let event = contract.event_type;
    counter!("goodevent_published_total", "event" => event).increment(1);
    histogram!("goodevent_publishing_seconds", "event" => event).record(took.as_secs_f64());
    histogram!("goodevent_message_bytes", "event" => event).record(n_bytes as f64);
}

/// Holds how often events are published against how often their contracts say.
#[derive(Debug, Default)]
pub struct Frequencies {
    by_event: Mutex<HashMap<&'static str, Window>>,
}

#[derive(Debug)]
struct Window {
    start: Instant,
    n_events: u64,
    is_told: bool,
}

/// A contract's estimate is off by this much before somebody is told.
const FACTOR: f64 = 10.0;

impl Frequencies {
    /// Notes an event at `now`. What is observed over what is declared, when a window is full that tells something: twenty
    /// events, or the time in which a hundred would have been expected.
    pub fn note(&self, contract: &Contract, now: Instant) -> Option<f64> {
        const N_EVENTS: u64 = 20;
        const N_EXPECTED: f64 = 100.0;
        let declared = contract.per_second.filter(|declared| *declared > 0.0)?;
        let mut by_event = self.by_event.lock().unwrap_or_else(PoisonError::into_inner);
        let window = by_event.entry(contract.event_type).or_insert(Window { start: now, n_events: 0, is_told: false });
        window.n_events += 1;
        let seconds = now.duration_since(window.start).as_secs_f64();
        // An hour's worth of events may come in a minute: only what exceeds the expected number is too many.
        let is_full = window.n_events as f64 >= FACTOR * N_EXPECTED.max(declared * 60.0)
            || (window.n_events >= N_EVENTS && seconds * declared >= N_EXPECTED);
        if !is_full {
            return None;
        }
        let ratio = window.n_events as f64 / (seconds.max(1.0) * declared);
        gauge!("goodevent_frequency_ratio", "event" => contract.event_type).set(ratio);
        let is_off = !(1.0 / FACTOR..=FACTOR).contains(&ratio);
        if is_off && !window.is_told {
            tracing::warn!(
                event = contract.event_type,
                ratio,
                "is not as frequent as its contract says: change `frequency`"
            );
        }
        *window = Window { start: now, n_events: 0, is_told: is_off };
        Some(ratio)
    }
}
