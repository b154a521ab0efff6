//! Cases of a router on the broker.

use std::{collections::BTreeMap, time::Duration};

use tokio::time::{Instant, sleep};

use super::{
    Harness,
    event::StepTakenV1Event,
    support::{Handled, Running, Seen, Stand, note, note_slowly, until},
};
use crate::{
    broker::{
        Broker as _, Publish as _,
        headers::{ATTEMPTS, DETAIL, ORIGIN, POINTER, REASON},
    },
    failure::{Failure, Place, Retry},
    message::{Delivery, Message},
    router::Router,
};

/// Publishes steps in windows, so that a case takes seconds and not minutes.
async fn publish_all<H: Harness>(stand: &Stand<'_, H>, messages: impl IntoIterator<Item = Message>) {
    let publisher = stand.broker.publisher().expect("the configuration is valid");
    let mut confirmations = Vec::new();
    for message in messages {
        confirmations.push(publisher.send(message).await.expect("the message can be sent"));
    }
    for confirmation in confirmations {
        confirmation.await.expect("the broker confirms the message");
    }
}

/// Messages of a key are handled in the order of their publishing, although handlers take different times.
pub async fn handlers_see_each_key_in_order<H: Harness>(harness: &H) {
    const N_STEPS: u64 = 1_000;
    async fn walk(seen: Seen, delivery: Delivery<StepTakenV1Event>) -> Result<(), Failure> {
        sleep(Duration::from_millis(delivery.event.step % 3)).await;
        note(seen, delivery).await
    }
    let stand = Stand::new(harness, "order").await;
    let walker = |step: u64| format!("walker {}", step % 7);
    publish_all(&stand, (0..N_STEPS).map(|step| stand.place.step(&walker(step), step))).await;
    let seen = Seen::default();
    let running = Running::start(Router::new(seen.clone()).on(walk).lanes(8), stand.source());
    until("all steps", async || seen.distinct().len() as u64 == N_STEPS).await;
    running.stop().await;
    let mut last: BTreeMap<String, u64> = BTreeMap::new();
    for Handled { walker, step, attempt, .. } in seen.all() {
        assert_eq!(attempt, 1);
        let before = last.insert(walker, step);
        assert!(before.is_none_or(|before| before < step), "{step} after {before:?}");
    }
    assert_eq!(seen.steps(), Vec::from_iter(0..N_STEPS), "each message is handled once");
    stand.remove().await;
}

/// Invalid and unknown messages are dead-lettered at once, with the reason, and block no other message.
pub async fn invalid_messages_are_dead_lettered_at_once<H: Harness>(harness: &H) {
    let stand = Stand::new(harness, "invalid").await;
    let message = |step: u64| {
        let message = stand.place.step(&format!("walker {}", step % 3), step);
        match step % 10 {
            3 => Message { body: b"not JSON".to_vec(), ..message },
            5 => Message { body: br#"{"walkerId":"x","step":-1}"#.to_vec(), ..message },
            7 => Message { event_type: "StepVanishedV1".to_owned(), ..message },
            _ => message,
        }
    };
    publish_all(&stand, (0..50).map(message)).await;
    let seen = Seen::default();
    let running = Running::start(Router::new(seen.clone()).on(note), stand.source());
    until("the valid messages", async || seen.distinct().len() == 35).await;
    until("the invalid messages", async || stand.dead_letters().await.len() == 15).await;
    // They are not redelivered.
    sleep(Duration::from_millis(300)).await;
    running.stop().await;
    assert_eq!((seen.steps().len(), stand.dead_letters().await.len()), (35, 15));

    let mut n_of_reason: BTreeMap<String, usize> = BTreeMap::new();
    for message in stand.dead_letters().await {
        let header = |name| message.header(name).unwrap_or_else(|| panic!("{name} is missing: {message:?}"));
        *n_of_reason.entry(format!("{} {}", header(REASON), header(POINTER))).or_default() += 1;
        assert_eq!(header(ORIGIN), format!("{} {}", stand.place.topic, stand.place.routing_key));
        assert_eq!((header(ATTEMPTS), &message.topic), ("1", &stand.place.topic));
        assert!(!header(DETAIL).is_empty());
    }
    let expected = ["contract /step", "not-json ", "unknown-type "].map(|reason| (reason.to_owned(), 5));
    assert_eq!(n_of_reason, BTreeMap::from(expected));
    stand.remove().await;
}

/// A message whose handler fails is retried after the delay, up to the last attempt, and then dead-lettered.
pub async fn failing_messages_are_retried_then_dead_lettered<H: Harness>(harness: &H) {
    const DELAY: Duration = Duration::from_millis(300);
    async fn stumble(seen: Seen, delivery: Delivery<StepTakenV1Event>) -> Result<(), Failure> {
        seen.note(&delivery);
        match (delivery.event.step, delivery.attempt) {
            // The first always fails, the second once.
            (0, _) | (1, 1) => Err(Failure::Retry("not today".into())),
            _ => Ok(()),
        }
    }
    let stand = Stand::new(harness, "failing").await;
    publish_all(&stand, (0..3).map(|step| stand.place.step(&format!("walker {step}"), step))).await;
    let seen = Seen::default();
    let retry = Retry { max_attempts: 3, first: DELAY, longest: DELAY, place: Place::Broker };
    let running = Running::start(Router::new(seen.clone()).on(stumble).retry(retry), stand.source());
    until("the dead letter", async || stand.dead_letters().await.len() == 1).await;
    until("the other messages", async || seen.steps().len() == 6).await;
    running.stop().await;
    let mut attempts = seen.all();
    attempts.sort_by_key(|handled| (handled.step, handled.attempt));
    let numbers: Vec<(u64, u32)> = attempts.iter().map(|handled| (handled.step, handled.attempt)).collect();
    assert_eq!(numbers, [(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (2, 1)]);
    for pair in attempts.windows(2).filter(|pair| pair[0].step == pair[1].step) {
        let waited = pair[1].at - pair[0].at;
        assert!(waited >= DELAY, "{waited:?}");
    }
    let dead = stand.dead_letters().await;
    let [message] = dead.as_slice() else { panic!("there is one: {dead:?}") };
    assert_eq!((message.header(REASON), message.header(ATTEMPTS)), (Some("failed"), Some("3")));
    assert_eq!(message.header(DETAIL), Some("not today"));
    stand.remove().await;
}

/// A handler that panics or hangs has failed: its message is retried and dead-lettered, and stops no other.
pub async fn panics_and_hangs_are_failures<H: Harness>(harness: &H) {
    const N_STEPS: u64 = 300;
    const LIMIT: Duration = Duration::from_millis(300);
    async fn stumble(seen: Seen, delivery: Delivery<StepTakenV1Event>) -> Result<(), Failure> {
        match delivery.event.step {
            7 => panic!("step 7 is bad"),
            8 => std::future::pending().await,
            _ => note(seen, delivery).await,
        }
    }
    let stand = Stand::new(harness, "panics").await;
    publish_all(&stand, (0..N_STEPS).map(|step| stand.place.step(&format!("walker {}", step % 20), step))).await;
    let seen = Seen::default();
    let retry = Retry { max_attempts: 2, first: LIMIT, longest: LIMIT, place: Place::Here };
    let router = Router::new(seen.clone()).lanes(2).time_out(LIMIT).on(stumble).retry(retry);
    let running = Running::start(router, stand.source());
    until("the other steps", async || seen.distinct().len() as u64 == N_STEPS - 2).await;
    until("the dead letters", async || stand.dead_letters().await.len() == 2).await;
    running.stop().await;
    let dead = stand.dead_letters().await;
    let of = |message: &Message| [REASON, DETAIL, ATTEMPTS].map(|name| message.header(name).unwrap_or("").to_owned());
    let mut reasons: Vec<[String; 3]> = dead.iter().map(of).collect();
    reasons.sort();
    assert_eq!(
        reasons,
        [["panicked", "step 7 is bad", "2"], ["timed-out", "the handler took longer than 300ms", "2"]]
            .map(|parts| parts.map(str::to_owned))
    );
    stand.remove().await;
}

/// Keys whose messages fail keep no other key waiting, and a shutdown keeps their order.
pub async fn failing_keys_keep_nobody_waiting<H: Harness>(harness: &H) {
    const N_STEPS: u64 = 240;
    const N_WALKERS: u64 = 60;
    const N_LAME: u64 = 8;
    async fn stumble(seen: Seen, delivery: Delivery<StepTakenV1Event>) -> Result<(), Failure> {
        match delivery.event.step % N_WALKERS {
            0..N_LAME => Err(Failure::Retry("not now".into())),
            _ => note(seen, delivery).await,
        }
    }
    let stand = Stand::new(harness, "lame").await;
    let walker = |step: u64| format!("walker {}", step % N_WALKERS);
    publish_all(&stand, (0..N_STEPS).map(|step| stand.place.step(&walker(step), step))).await;
    let seen = Seen::default();
    let retry = Retry { first: Duration::from_hours(1), longest: Duration::from_hours(1), ..Retry::default() };
    let running = Running::start(Router::new(seen.clone()).lanes(4).on(stumble).retry(retry), stand.source());
    until("the other steps", async || seen.distinct().len() as u64 == N_STEPS - N_STEPS / N_WALKERS * N_LAME).await;
    running.stop().await;

    let seen_later = Seen::default();
    let is_lame = |step: u64| step % N_WALKERS < N_LAME;
    let running = Running::start(Router::new(seen_later.clone()).on(note), stand.source());
    let n_lame = async || seen_later.distinct().into_iter().filter(|step| is_lame(*step)).count() as u64;
    until("the lame steps", async || n_lame().await == N_STEPS / N_WALKERS * N_LAME).await;
    running.stop().await;
    let mut steps: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for Handled { walker, step, .. } in seen_later.all().into_iter().filter(|handled| is_lame(handled.step)) {
        let own = steps.entry(walker).or_default();
        if !own.contains(&step) {
            own.push(step);
        }
    }
    assert!(steps.values().all(|steps| steps.is_sorted()), "{steps:?}");
    stand.remove().await;
}

/// A router that is stopped settles what it handles and releases the rest, which the next router handles.
pub async fn shutdowns_lose_nothing<H: Harness>(harness: &H) {
    const N_STEPS: u64 = 500;
    let stand = Stand::new(harness, "shutdown").await;
    publish_all(&stand, (0..N_STEPS).map(|step| stand.place.step(&format!("walker {}", step % 50), step))).await;
    let seen = Seen::default();
    let running = Running::start(Router::new(seen.clone()).on(note_slowly), stand.source());
    until("some steps", async || seen.distinct().len() >= 50).await;
    let start = Instant::now();
    running.stop().await;
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert!((seen.distinct().len() as u64) < N_STEPS, "it was stopped before the end");

    let running = Running::start(Router::new(seen.clone()).on(note), stand.source());
    until("the other steps", async || seen.distinct().len() as u64 == N_STEPS).await;
    running.stop().await;
    assert!(H::REPEATS_AFTER_SHUTDOWN || seen.steps().len() as u64 == N_STEPS, "settled messages were redelivered");
    stand.remove().await;
}
