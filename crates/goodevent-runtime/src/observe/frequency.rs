//! Published frequency of an event, compared with its contract.

use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

use goodevent::Contract;
use metrics::gauge;

/// Factor between published and estimated frequency that causes a warning.
const FACTOR: f64 = 10.0;

/// Compares the published frequency of an event with its contract.
#[derive(Debug)]
pub struct Frequency {
    event: &'static str,
    /// Events per second.
    declared: f64,
    window: Mutex<Option<Window>>,
}

#[derive(Debug)]
struct Window {
    start: Instant,
    n_events: u64,
    is_told: bool,
}

impl Frequency {
    /// Creates a comparison for a contract; `None` if it has no frequency.
    #[must_use]
    pub fn of(contract: &Contract) -> Option<Self> {
        let declared = contract.per_second.filter(|declared| *declared > 0.0)?;
        Some(Self { event: contract.event_type, declared, window: Mutex::default() })
    }

    /// Records an event at `now`. Returns the observed frequency divided by the declared one when a window is full: after
    /// twenty events, or after the time in which a hundred are expected.
    pub fn note(&self, now: Instant) -> Option<f64> {
        const N_EVENTS: u64 = 20;
        const N_EXPECTED: f64 = 100.0;
        let (event, declared) = (self.event, self.declared);
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let own = window.get_or_insert(Window { start: now, n_events: 0, is_told: false });
        own.n_events += 1;
        let seconds = now.duration_since(own.start).as_secs_f64();
        // An hour's worth of events may come in a minute: only what exceeds the expected number is too many.
        let is_full = own.n_events as f64 >= FACTOR * N_EXPECTED.max(declared * 60.0)
            || (own.n_events >= N_EVENTS && seconds * declared >= N_EXPECTED);
        if !is_full {
            return None;
        }
        let ratio = own.n_events as f64 / (seconds.max(1.0) * declared);
        gauge!("goodevent_frequency_ratio", "event" => event).set(ratio);
        let is_off = !(1.0 / FACTOR..=FACTOR).contains(&ratio);
        if is_off && !own.is_told {
            tracing::warn!(event, ratio, "the frequency differs from the contract: update `frequency`");
        }
        *own = Window { start: now, n_events: 0, is_told: is_off };
        Some(ratio)
    }
}
