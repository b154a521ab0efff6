//! Counters of messages that are not handled as usual.

use goodevent::{Contract, Error};
use metrics::counter;

use crate::{failure::Trouble, refusal::Reason};

/// Side on which an event was validated.
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

/// A failed attempt that is not a plain failure.
pub(crate) fn troubled(contract: &Contract, trouble: &Trouble) {
    let name = match trouble {
        Trouble::TooEarly(_) => "goodevent_deferred_total",
        Trouble::Panicked(_) => "goodevent_panicked_total",
        Trouble::TimedOut(_) => "goodevent_timed_out_total",
        Trouble::Failed(_) | Trouble::Rejected(_) => return,
    };
    counter!(name, "event" => contract.event_type).increment(1);
}

/// By reason only: an unknown sender could create any number of labels from types.
pub(crate) fn dead_lettered(reason: Reason) {
    counter!("goodevent_dead_lettered_total", "reason" => reason.name()).increment(1);
}

pub(crate) fn unchanged(contract: &Contract) {
    counter!("goodevent_unchanged_total", "event" => contract.event_type).increment(1);
}
