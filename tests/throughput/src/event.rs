//! Events of about 500 bytes in their envelope, each of them another one.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use anyhow::Result;
use contracts::{subscriptions::SubscriptionCreatedV1Event, types::Money};
use goodevent::trace::TraceParent;
use goodevent_runtime::Message;
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::measure::Board;

pub(crate) type Sample = SubscriptionCreatedV1Event;

/// Brokers drop what they have seen, so no two are the same.
pub(crate) fn events(n_events: usize) -> Vec<Sample> {
    static N_MADE: AtomicU64 = AtomicU64::new(0);
    (0..n_events).map(|_| event(N_MADE.fetch_add(1, Ordering::Relaxed))).collect()
}

fn event(nth: u64) -> Sample {
    let process = std::process::id();
    SubscriptionCreatedV1Event {
        subscription_id: format!(
            "8a52c8af-2408-4000-8000-{:012x}",
            (u64::from(process) << 24 | nth) & 0xFFFF_FFFF_FFFF
        ),
        license_key: format!("OCT-{:08}", nth % 100_000_000),
        customer_email: format!("accounts.payable.{nth}@subsidiary.example.org"),
        seats: 1 + nth % 500,
        price: Money { amount_cents: 4995, currency: "EUR".to_owned() },
        created_time_utc: "2026-11-20T17:45:12Z".to_owned(),
    }
}

/// The same as messages that are ready.
pub(crate) fn messages(n_events: usize) -> Result<Vec<Message>> {
    let message = |event| Ok(Message::of("bench", event, &(), TraceParent::new_root())?);
    events(n_events).into_iter().map(message).collect()
}

/// Messages for a bare client, as fast as it takes them or at a pace.
pub(crate) struct Feed {
    messages: std::vec::IntoIter<Message>,
    pace: Option<(Interval, Board)>,
    took: Vec<Duration>,
}

impl Feed {
    pub(crate) fn new(messages: Vec<Message>) -> Self {
        let took = Vec::with_capacity(messages.len());
        Self { messages: messages.into_iter(), pace: None, took }
    }

    pub(crate) fn paced(self, period: Duration, board: Board) -> Self {
        Self { pace: Some((pace(period), board)), ..self }
    }

    pub(crate) async fn next(&mut self) -> Option<Message> {
        // Who stops waiting for the next one has not taken it.
        if let Some((interval, _)) = self.pace.as_mut().filter(|_| self.messages.len() > 0) {
            interval.tick().await;
        }
        let message = self.messages.next()?;
        if let Some((_, board)) = &self.pace {
            board.sent(message.id.clone());
        }
        Some(message)
    }

    /// Notes that a message is confirmed.
    pub(crate) fn confirmed(&mut self, sent: Instant) {
        self.took.push(sent.elapsed());
    }

    pub(crate) fn took(self) -> Vec<Duration> {
        self.took
    }
}

pub(crate) fn pace(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Burst);
    interval
}
