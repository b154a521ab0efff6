//! Only what validates leaves, and what leaves arrives.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use contracts::{maintenance::OutageWindowChangedV1Event, registration::UserConfirmedV1Event};
use goodevent::{Error, Event, trace::TraceParent};
use goodevent_runtime::{
    Background, Chaos, Guard, Message, NotPublished, Outcome, Publish, PublishError, Publisher, memory::MemoryBroker,
    observe::Frequency,
};
use goodevent_samples::Samples as _;

#[tokio::test]
async fn what_is_not_valid_does_not_leave() {
    let broker = MemoryBroker::new();
    broker.bind::<UserConfirmedV1Event>("queue");
    let mut event = UserConfirmedV1Event::sample(1);
    event.user_id = "no id".to_owned();
    let refused = Publisher::new(broker.clone(), "accounts").publish(event).await;
    assert!(matches!(refused, Err(NotPublished::Invalid(Error::Invalid(_)))), "{refused:?}");
    assert_eq!(broker.n_waiting("queue"), 0);
}

#[tokio::test]
async fn events_that_change_nothing_stay() {
    let broker = MemoryBroker::new();
    broker.bind::<OutageWindowChangedV1Event>("queue");
    let publisher = Publisher::new(broker.clone(), "cloud").guarded(Guard::new(2));
    let first = OutageWindowChangedV1Event::sample(1);
    assert!(matches!(publisher.publish(first.clone()).await, Ok(Outcome::Published(_))));
    assert_eq!(publisher.publish(first.clone()).await, Ok(Outcome::Unchanged));
    assert_eq!(publisher.clone().publish(first.clone()).await, Ok(Outcome::Unchanged), "clones share the guard");
    // Another key is another story, and the oldest is forgotten.
    for seed in 2..6 {
        let other = OutageWindowChangedV1Event::sample(seed);
        assert!(matches!(publisher.publish(other).await, Ok(Outcome::Published(_))), "{seed}");
    }
    assert!(matches!(publisher.publish(first).await, Ok(Outcome::Published(_))));
    assert_eq!(broker.n_waiting("queue"), 6);
}

#[tokio::test]
async fn what_did_not_arrive_was_not_said() {
    let (broker, event) = (MemoryBroker::new(), OutageWindowChangedV1Event::sample(1));
    let publisher = Publisher::new(broker.clone(), "cloud").guarded(Guard::new(2));
    let unroutable = |outcome: Result<Outcome, NotPublished>| {
        matches!(outcome, Err(NotPublished::Broker(PublishError::Unroutable { .. })))
    };
    assert!(unroutable(publisher.publish(event.clone()).await));
    assert!(publisher.publish_all([event.clone()], 1).await.into_iter().all(unroutable));
    broker.bind::<OutageWindowChangedV1Event>("queue");
    assert!(matches!(publisher.publish(event.clone()).await, Ok(Outcome::Published(_))));
    assert_eq!(publisher.publish(event).await, Ok(Outcome::Unchanged));
}

/// Whatever is confirmed in whatever order: an event is suppressed only if the last one at the broker says the same.
#[test]
fn an_event_is_unchanged_only_if_the_last_one_says_the_same() {
    const CONFIRMED: usize = 0;
    const LOST: usize = 2;
    let event = |is_other: bool| {
        let window = OutageWindowChangedV1Event::sample(if is_other { 2 } else { 1 }).window;
        OutageWindowChangedV1Event { window, ..OutageWindowChangedV1Event::sample(1) }
    };
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let mut n_unchanged = 0;
    // Three events are on their way at once, of two values; each is confirmed, arrives unconfirmed, or is lost; and then a
    // fourth is said.
    for case in 0..16 * 27 {
        let value = |nth: usize| case >> nth & 1 == 1;
        let fate = |nth: usize| case / 16 / 3_usize.pow(nth as u32) % 3;
        let last = (0..3).rev().find(|nth| fate(*nth) != LOST).map(value);
        for order in orders {
            let guard = Guard::new(4);
            let mut sent: Vec<_> = (0..3).map(|nth| guard.say(&event(value(nth)))).collect();
            for nth in order {
                let said = sent[nth].take().expect("none is confirmed while others are on their way");
                match fate(nth) {
                    CONFIRMED => said.keep(),
                    _ => drop(said),
                }
            }
            if guard.say(&event(value(3))).is_none() {
                n_unchanged += 1;
                assert_eq!(last, Some(value(3)), "{case} {order:?}");
            }
        }
    }
    // If the last one is confirmed, and says the same as the fourth.
    assert_eq!(n_unchanged, 16 * 27 * orders.len() / 3 / 2);
}

#[tokio::test]
async fn the_guard_forgets_the_key_that_was_used_longest_ago() {
    let broker = MemoryBroker::new();
    broker.bind::<OutageWindowChangedV1Event>("queue");
    let publisher = Publisher::new(broker, "cloud").guarded(Guard::new(2));
    let [first, second, third] = [1, 2, 3].map(OutageWindowChangedV1Event::sample);
    for (event, is_new) in
        [(&first, true), (&second, true), (&first, false), (&third, true), (&first, false), (&second, true)]
    {
        let outcome = publisher.publish(event.clone()).await.expect("it is bound");
        assert_eq!(matches!(outcome, Outcome::Published(_)), is_new);
    }
}

#[tokio::test]
async fn chaos_makes_publishing_fail_before_or_after_the_broker_has_the_message() {
    let (broker, chaos) = (MemoryBroker::new(), Chaos::new(7).expect("tests may"));
    broker.bind::<UserConfirmedV1Event>("queue");
    let publisher = Publisher::new(chaos.failing(0.5).refused(0.2).around(broker.clone()), "accounts");
    let (mut n_published, mut n_failed, mut n_refused) = (0, 0, 0);
    for outcome in publisher.publish_all((0..200).map(UserConfirmedV1Event::sample), 10).await {
        match outcome {
            Ok(_) => n_published += 1,
            Err(NotPublished::Broker(PublishError::Unreachable(_))) => n_failed += 1,
            Err(NotPublished::Broker(PublishError::Refused(_))) => n_refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!((70..130).contains(&n_failed) && (20..60).contains(&n_refused), "{n_failed}, {n_refused}");
    // Some of those that failed are there, others are not.
    let n_unconfirmed = broker.n_waiting("queue") - n_published;
    assert!((n_failed / 4..=3 * n_failed / 4).contains(&n_unconfirmed), "{n_unconfirmed} of {n_failed}");
    let chaos = Chaos::new(7).expect("tests may").refused(1.0).protecting(UserConfirmedV1Event::ROUTING_KEY);
    let publisher = Publisher::new(chaos.around(broker), "accounts");
    assert!(publisher.publish(UserConfirmedV1Event::sample(200)).await.is_ok());
}

#[tokio::test]
async fn equal_facts_have_equal_ids() {
    let message = |seed| {
        Message::of("accounts", UserConfirmedV1Event::sample(seed), &(), TraceParent::new_root()).expect("it is valid")
    };
    assert_eq!(message(1).id, message(1).id);
    assert_ne!(message(1).id, message(2).id);
}

#[tokio::test]
async fn many_are_published_in_order_each_with_its_outcome() {
    let broker = MemoryBroker::new();
    broker.bind::<UserConfirmedV1Event>("queue");
    let publisher = Publisher::new(broker.clone(), "accounts");
    let events = (0..50).map(|seed| {
        let mut event = UserConfirmedV1Event::sample(seed);
        if seed == 20 {
            event.user_id = String::new();
        }
        event
    });
    let outcomes = publisher.publish_all(events, 8).await;
    assert_eq!(outcomes.len(), 50);
    assert!(matches!(outcomes[20], Err(NotPublished::Invalid(_))));
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 49);
    assert_eq!(broker.n_waiting("queue"), 49);
}

/// A broker that can go away.
#[derive(Clone, Default)]
struct Away {
    is_away: Arc<AtomicBool>,
    n_on_their_way: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    got: Arc<Mutex<Vec<String>>>,
}

impl Publish for Away {
    type Confirmation = std::pin::Pin<Box<dyn Future<Output = Result<(), PublishError>> + Send>>;

    async fn send(&self, message: Message) -> Result<Self::Confirmation, PublishError> {
        let own = self.clone();
        self.most.fetch_max(self.n_on_their_way.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        Ok(Box::pin(async move {
            while own.is_away.load(Ordering::SeqCst) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            own.got.lock().expect("nobody panics").push(message.id);
            own.n_on_their_way.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        }))
    }
}

#[tokio::test]
async fn the_background_waits_for_room_while_the_broker_is_away() {
    let transport = Away::default();
    transport.is_away.store(true, Ordering::SeqCst);
    let background = Background::start(transport.clone(), "accounts", 10, 5);
    let mut n_taken = 0;
    let hand_over = |seed| background.hand_over(UserConfirmedV1Event::sample(seed), &(), TraceParent::new_root());
    for seed in 0..1_000 {
        match tokio::time::timeout(Duration::from_millis(50), hand_over(seed)).await {
            Ok(taken) => drop(taken.expect("samples are valid")),
            Err(_) => break,
        }
        n_taken += 1;
    }
    // The queue, the window, and the one between them.
    assert!((15..=17).contains(&n_taken), "{n_taken} were taken");
    transport.is_away.store(false, Ordering::SeqCst);
    let last = hand_over(5_000).await.expect("samples are valid");
    assert_eq!(last.outcome().await, Ok(()));
    background.finish().await;
    assert_eq!(transport.got.lock().expect("nobody panics").len(), n_taken + 1);
    assert!(transport.most.load(Ordering::SeqCst) <= 5);
}

#[test]
fn frequencies_are_held_against_their_contracts() {
    let contract = UserConfirmedV1Event::CONTRACT;
    let declared = contract.per_second.expect("the contract estimates it");
    let run = |rate: f64| {
        let (frequency, start) = (Frequency::of(&contract).expect("the contract estimates it"), Instant::now());
        let told =
            (1..100_000).filter_map(|nth| frequency.note(start + Duration::from_secs_f64(f64::from(nth) / rate)));
        told.take(2).last()
    };
    let as_declared = run(declared).expect("a window gets full");
    assert!((0.8..1.25).contains(&as_declared), "{as_declared}");
    let too_often = run(declared * 40.0).expect("a window gets full");
    assert!(too_often > 10.0, "{too_often}");
    let too_rarely = run(declared / 40.0).expect("a window gets full");
    assert!(too_rarely < 0.1, "{too_rarely}");
}
