//! Payments, told apart by their numbers.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use contracts::names::NameRequestPaidV1Event;
use goodevent_runtime::{Delivery, Failure, Place, Publish, Publisher, Retry, Router, Source};
use goodevent_samples::Samples as _;
use tokio::time::{Instant, sleep};

use crate::{run, until};

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

/// Notes a payment, some time later.
pub async fn note_slowly(seen: Seen, delivery: Delivery<NameRequestPaidV1Event>) -> Result<(), Failure> {
    sleep(Duration::from_millis(5)).await;
    note(seen, delivery).await
}

/// Publishes 2,000 payments of seven requests, and sees those of each come in order though some take longer than others.
///
/// # Panics
/// If they do not.
pub async fn stay_in_order(publisher: &Publisher<impl Publish>, source: impl Source) {
    type ByKey = Arc<Mutex<BTreeMap<String, Vec<u64>>>>;
    async fn note_order(seen: ByKey, delivery: Delivery<NameRequestPaidV1Event>) -> Result<(), Failure> {
        sleep(Duration::from_millis(delivery.event.payment_id % 3)).await;
        let NameRequestPaidV1Event { name_request_number, payment_id, .. } = delivery.event;
        seen.lock().expect("nobody panics with it").entry(name_request_number).or_default().push(payment_id);
        Ok(())
    }
    let outcomes = publisher.publish_all((0..2000).map(|nth| paid(nth, 7)), 500).await;
    assert!(outcomes.iter().all(Result::is_ok));
    let seen = ByKey::default();
    let (running, stop) = run(Router::new(Arc::clone(&seen)).on(note_order).lanes(8), source);
    let n_seen = || seen.lock().expect("nobody panics with it").values().map(Vec::len).sum::<usize>();
    until("all of them", async || n_seen() == 2000).await;
    stop.trigger();
    running.await.expect("it does not panic").expect("it ends well");
    let seen = seen.lock().expect("nobody panics with it").clone();
    assert_eq!(seen.len(), 7);
    assert!(seen.values().all(|ids| ids.is_sorted()));
}

/// Publishes a payment whose handler fails, and sees three attempts with the time between them that was asked for, until it
/// is dead-lettered.
///
/// # Panics
/// If there are others.
pub async fn retries_wait(
    publisher: &Publisher<impl Publish>,
    source: impl Source,
    is_laid_aside: impl AsyncFnMut() -> bool,
) {
    type Times = Arc<Mutex<Vec<(u32, Instant)>>>;
    async fn fail(times: Times, delivery: Delivery<NameRequestPaidV1Event>) -> Result<(), Failure> {
        times.lock().expect("nobody panics with it").push((delivery.attempt, Instant::now()));
        Err(Failure::from(std::fmt::Error))
    }
    publisher.publish(paid(1, 1)).await.expect("the broker has it");
    let (times, first) = (Times::default(), Duration::from_millis(400));
    let retry = Retry { max_attempts: 3, first, longest: first, place: Place::Broker };
    let (running, stop) = run(Router::new(Arc::clone(&times)).on(fail).retry(retry), source);
    until("the dead letter", is_laid_aside).await;
    stop.trigger();
    running.await.expect("it does not panic").expect("it ends well");
    let times = times.lock().expect("nobody panics with it").clone();
    assert_eq!(times.iter().map(|(attempt, _)| *attempt).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(times.windows(2).all(|pair| pair[1].1 - pair[0].1 >= first), "{times:?}");
}
