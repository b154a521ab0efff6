//! Users, told apart by their ids.

use std::sync::{Arc, Mutex};

use contracts::registration::UserCreatedV1Event;
use goodevent::trace::TraceParent;
use goodevent_runtime::{Delivery, Failure, Message};
use goodevent_samples::Samples as _;

/// What handlers saw: users that came, each with the attempt, unless said.
pub type Seen<T = (String, u32)> = Arc<Mutex<Vec<T>>>;

/// Id of a user.
pub fn user(nth: u64) -> String {
    format!("8a52c8af-2408-486f-ba4a-{nth:012x}")
}

/// The message of an event whose user is `nth`.
pub fn created(nth: u64) -> Message {
    let event = UserCreatedV1Event { user_id: user(nth), ..UserCreatedV1Event::sample(1) };
    Message::of("accounts", event, &(), TraceParent::new_root()).expect("it is valid")
}

/// Notes a user.
pub async fn note(seen: Seen, delivery: Delivery<UserCreatedV1Event>) -> Result<(), Failure> {
    seen.lock().expect("nobody panics with it").push((delivery.event.user_id, delivery.attempt));
    Ok(())
}

/// How many came.
pub fn n_seen<T>(seen: &Mutex<Vec<T>>) -> usize {
    seen.lock().expect("nobody panics with it").len()
}
