//! Payments, told apart by their numbers.

use std::sync::{Arc, Mutex};

use contracts::names::NameRequestPaidV1Event;
use goodevent_runtime::{Delivery, Failure};
use goodevent_samples::Samples as _;

/// Payments that came, each with the attempt.
pub type Seen = Arc<Mutex<Vec<(u64, u32)>>>;

/// The `nth` payment, of one of `n_keys` requests. Its number is one more.
pub fn paid(nth: u64, n_keys: u64) -> NameRequestPaidV1Event {
    NameRequestPaidV1Event {
        payment_id: nth + 1,
        name_request_number: format!("NR {:07}", nth % n_keys),
        ..NameRequestPaidV1Event::sample(1)
    }
}

/// Notes a payment.
pub async fn note(seen: Seen, delivery: Delivery<NameRequestPaidV1Event>) -> Result<(), Failure> {
    seen.lock().expect("nobody panics with it").push((delivery.event.payment_id, delivery.attempt));
    Ok(())
}

/// Their numbers, from the least on.
pub fn ids(seen: &Seen) -> Vec<u64> {
    let mut ids: Vec<u64> = seen.lock().expect("nobody panics with it").iter().map(|(id, _)| *id).collect();
    ids.sort_unstable();
    ids
}

/// Their numbers, each once.
pub fn distinct(seen: &Seen) -> Vec<u64> {
    let mut ids = ids(seen);
    ids.dedup();
    ids
}
