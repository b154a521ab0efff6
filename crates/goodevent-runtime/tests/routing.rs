//! Messages find their handlers, or the reason why not.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use contracts::{
    idmsvc::{TodoCreatedV1Event, todo_created_v1_event::TodoCreatedV1EventHeaders},
    registration::UserConfirmedV1Event,
    subscriptions::{SubscriptionTerminatedV1Event, SubscriptionTerminatedV2Event},
};
use futures_util::FutureExt as _;
use goodevent::{Event, trace::TraceParent};
use goodevent_runtime::{
    Chaos, Delivery, Failure, Handling, Message, Outcomes, Publish as _, Publisher, Retry, RouteError, Router,
    RunError, Shutdown, Unknown, headers, memory::MemoryBroker,
};
use goodevent_samples::Samples as _;

/// What handlers saw, in their order.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn note(&self, what: impl Into<String>) -> usize {
        let mut seen = self.0.lock().expect("no handler panics");
        seen.push(what.into());
        seen.len()
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().expect("no handler panics").clone()
    }
}

const QUEUE: &str = "queue";

fn broker() -> MemoryBroker {
    let broker = MemoryBroker::new();
    broker.bind::<SubscriptionTerminatedV1Event>(QUEUE);
    broker.bind::<SubscriptionTerminatedV2Event>(QUEUE);
    broker.bind::<UserConfirmedV1Event>(QUEUE);
    broker.bind::<TodoCreatedV1Event>(QUEUE);
    broker
}

fn quick() -> Retry {
    Retry { first: Duration::from_millis(1), ..Retry::default() }
}

/// Runs a router until the queue is empty and all is settled.
async fn drain(router: Router<Seen>, broker: &MemoryBroker) -> Result<(), RunError> {
    let stop = Shutdown::new();
    let running = tokio::spawn(router.run(broker.source(QUEUE), stop.clone()));
    for _ in 0..500 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        if broker.n_waiting(QUEUE) == 0 || running.is_finished() {
            break;
        }
    }
    tokio::time::sleep(Duration::from_millis(60)).await;
    stop.trigger();
    running.await.expect("the router does not panic")
}

fn message<E: Event<Headers = ()>>(event: E) -> Message {
    Message::of("tests", event, &(), TraceParent::new_root()).expect("samples are valid")
}

#[tokio::test]
async fn versions_stand_side_by_side() {
    let (broker, seen) = (broker(), Seen::default());
    let publisher = Publisher::new(broker.clone(), "billing");
    publisher.publish(SubscriptionTerminatedV1Event::sample(1)).await.expect("it is bound");
    publisher.publish(SubscriptionTerminatedV2Event::sample(2)).await.expect("it is bound");
    let router = Router::new(seen.clone())
        .on(|seen: Seen, old: Delivery<SubscriptionTerminatedV1Event>| async move {
            let next = SubscriptionTerminatedV2Event::try_from(old.event.clone())?;
            assert_eq!(next.subscription_id, old.event.subscription_id);
            seen.note(format!("1 from {}", old.source));
            Ok::<(), Failure>(())
        })
        .on(|seen: Seen, new: Delivery<SubscriptionTerminatedV2Event>| async move {
            assert!(!new.id.is_empty() && !new.time.is_empty());
            seen.note(format!("2 from {}", new.source));
            Ok::<(), Failure>(())
        });
    drain(router, &broker).await.expect("nothing is wrong");
    let mut all = seen.all();
    all.sort();
    assert_eq!(all, ["1 from billing", "2 from billing"]);
    assert!(broker.dead_letters(QUEUE).is_empty());
}

async fn note_confirmed(seen: Seen, user: Delivery<UserConfirmedV1Event>) -> Result<(), Failure> {
    seen.note(user.id);
    Ok(())
}

#[tokio::test]
async fn what_can_never_be_handled_is_laid_aside_at_once_with_the_reason() {
    let (broker, seen) = (broker(), Seen::default());
    let good = message(UserConfirmedV1Event::sample(1));
    let broken = Message { body: b"{\"user".to_vec(), ..good.clone() };
    let wrong = Message { body: b"{}".to_vec(), ..good.clone() };
    let large = Message { body: vec![b' '; 70_000], ..good.clone() };
    let unknown = Message { event_type: "NobodyKnowsV1".to_owned(), ..good.clone() };
    for sent in [&broken, &wrong, &good, &large, &unknown] {
        broker.publish(sent.clone()).await.expect("it is bound");
    }
    drain(Router::new(seen.clone()).on(note_confirmed), &broker).await.expect("nothing is wrong");
    assert_eq!(seen.all(), std::slice::from_ref(&good.id));
    let dead = broker.dead_letters(QUEUE);
    let reasons: HashMap<&str, &Message> =
        dead.iter().filter_map(|own| Some((own.header(headers::REASON)?, own))).collect();
    let mut names: Vec<&str> = reasons.keys().copied().collect();
    names.sort_unstable();
    assert_eq!(names, ["contract", "not-json", "too-large", "unknown-type"]);
    let wrong = reasons["contract"];
    assert_eq!(wrong.header(headers::ATTEMPTS), Some("1"));
    let origin = format!("{} {}", UserConfirmedV1Event::TOPIC, UserConfirmedV1Event::ROUTING_KEY);
    assert_eq!(wrong.header(headers::ORIGIN), Some(origin.as_str()));
    assert!(wrong.header(headers::DETAIL).is_some_and(|detail| detail.contains("required")), "{wrong:?}");
}

#[tokio::test]
async fn types_are_found_in_envelopes_and_by_addresses() {
    let (broker, seen) = (broker(), Seen::default());
    let enveloped = Message { event_type: String::new(), ..message(SubscriptionTerminatedV2Event::sample(3)) };
    let bare = Message { event_type: String::new(), ..message(UserConfirmedV1Event::sample(3)) };
    broker.publish(enveloped).await.expect("it is bound");
    broker.publish(bare).await.expect("it is bound");
    let router = Router::new(seen.clone()).on(note_confirmed).on(
        |seen: Seen, _: Delivery<SubscriptionTerminatedV2Event>| async move {
            seen.note("terminated");
            Ok::<(), Failure>(())
        },
    );
    drain(router, &broker).await.expect("nothing is wrong");
    assert_eq!((seen.all().len(), broker.dead_letters(QUEUE).len()), (2, 0));
}

#[tokio::test]
async fn headers_are_mandatory() {
    let (broker, seen) = (broker(), Seen::default());
    let headers =
        TodoCreatedV1EventHeaders { x_rh_identity: "who".to_owned(), x_rh_insights_request_id: "request".to_owned() };
    let publisher = Publisher::new(broker.clone(), "idmsvc");
    publisher
        .publish_with(TodoCreatedV1Event::sample(1), &headers, TraceParent::new_root())
        .await
        .expect("it is bound");
    let mut without =
        Message::of("idmsvc", TodoCreatedV1Event::sample(2), &headers, TraceParent::new_root()).expect("it is valid");
    without.headers.remove("x-rh-identity");
    broker.publish(without).await.expect("it is bound");
    let router = Router::new(seen.clone()).on(|seen: Seen, todo: Delivery<TodoCreatedV1Event>| async move {
        seen.note(todo.headers.x_rh_identity);
        Ok::<(), Failure>(())
    });
    drain(router, &broker).await.expect("nothing is wrong");
    assert_eq!(seen.all(), ["who"]);
    let dead = broker.dead_letters(QUEUE);
    assert_eq!(dead[0].header(headers::POINTER), Some("/headers/x-rh-identity"));
}

#[tokio::test]
async fn failures_are_tried_again_and_then_laid_aside() {
    let (broker, seen) = (broker(), Seen::default());
    broker.publish(message(UserConfirmedV1Event::sample(1))).await.expect("it is bound");
    let router = Router::new(seen.clone()).retry(Retry { max_attempts: 3, ..quick() }).on(
        |seen: Seen, user: Delivery<UserConfirmedV1Event>| async move {
            seen.note(user.attempt.to_string());
            Err::<(), _>(std::io::Error::other("no mail today"))
        },
    );
    drain(router, &broker).await.expect("nothing is wrong");
    assert_eq!(seen.all(), ["1", "2", "3"]);
    let dead = broker.dead_letters(QUEUE);
    assert_eq!(dead[0].header(headers::REASON), Some("failed"));
    assert_eq!(dead[0].header(headers::DETAIL), Some("no mail today"));

    // Taken again, it is counted, and its history stays.
    assert_eq!(broker.requeue(QUEUE, |dead| dead.header(headers::REASON) == Some("failed")), 1);
    drain(Router::new(seen.clone()).on(note_confirmed), &broker).await.expect("nothing is wrong");
    assert_eq!(seen.all().len(), 4);
    assert!(broker.dead_letters(QUEUE).is_empty());
}

#[tokio::test]
async fn what_comes_too_early_comes_again() {
    let (broker, seen) = (broker(), Seen::default());
    broker.publish(message(UserConfirmedV1Event::sample(1))).await.expect("it is bound");
    let router = Router::new(seen.clone()).on(|seen: Seen, user: Delivery<UserConfirmedV1Event>| async move {
        match seen.note(user.attempt.to_string()) {
            1 | 2 => Err(Failure::Defer(Duration::from_millis(5))),
            _ => Ok(()),
        }
    });
    drain(router, &broker).await.expect("nothing is wrong");
    assert_eq!(seen.all(), ["1", "1", "1"]);
}

#[tokio::test]
async fn events_of_one_key_stay_in_order_while_others_go_on() {
    let (broker, seen) = (broker(), Seen::default());
    let publisher = Publisher::new(broker.clone(), "billing");
    let mut expected: HashMap<String, Vec<String>> = HashMap::new();
    for nth in 0..400 {
        let mut event = SubscriptionTerminatedV2Event::sample(nth);
        event.subscription_id = SubscriptionTerminatedV2Event::sample(nth % 7).subscription_id;
        event.terminated_time_utc = format!("2026-01-01T00:00:00.{nth:03}Z");
        expected.entry(event.subscription_id.clone()).or_default().push(event.terminated_time_utc.clone());
        publisher.publish(event).await.expect("it is bound");
    }
    let router = Router::new(seen.clone()).retry(quick()).on(
        |seen: Seen, gone: Delivery<SubscriptionTerminatedV2Event>| async move {
            if gone.attempt == 1 && gone.event.terminated_time_utc.ends_with("3Z") {
                return Err(Failure::Retry("for the first time".into()));
            }
            seen.note(format!("{} {}", gone.event.subscription_id, gone.event.terminated_time_utc));
            Ok(())
        },
    );
    drain(router, &broker).await.expect("nothing is wrong");
    let mut actual: HashMap<String, Vec<String>> = HashMap::new();
    for line in seen.all() {
        let (key, time) = line.split_once(' ').expect("a key and a time");
        actual.entry(key.to_owned()).or_default().push(time.to_owned());
    }
    assert_eq!(actual, expected);
}

#[tokio::test]
async fn routers_that_are_wrong_do_not_start() {
    let doubled = Router::new(Seen::default()).on(note_confirmed).on(note_confirmed);
    assert_eq!(doubled.check(), Err(RouteError::Doubled("UserConfirmedV1")));
    let outcome = doubled.run(broker().source(QUEUE), Shutdown::new()).await;
    assert_eq!(outcome, Err(RunError::Route(RouteError::Doubled("UserConfirmedV1"))));
    let expected = [&UserConfirmedV1Event::CONTRACT, &TodoCreatedV1Event::CONTRACT];
    let missing = Router::new(Seen::default()).on(note_confirmed).expecting(expected);
    assert_eq!(missing.check(), Err(RouteError::Missing("TodoCreatedV1")));
    let outcome = missing.run(broker().source(QUEUE), Shutdown::new()).await;
    assert_eq!(outcome, Err(RunError::Route(RouteError::Missing("TodoCreatedV1"))));
}

#[tokio::test]
async fn types_that_nobody_handles_can_be_ignored_or_end_the_router() {
    let (broker, seen) = (broker(), Seen::default());
    broker.publish(message(SubscriptionTerminatedV2Event::sample(1))).await.expect("it is bound");
    let fails = Router::new(seen.clone()).on(note_confirmed).unknown(Unknown::Fail);
    assert_eq!(drain(fails, &broker).await, Err(RunError::Unknown("SubscriptionTerminatedV2".to_owned())));
    assert_eq!(broker.n_waiting(QUEUE), 1, "the message stays");
    let ignores = Router::new(seen).on(note_confirmed).unknown(Unknown::Ignore);
    drain(ignores, &broker).await.expect("it is ignored");
    assert_eq!((broker.n_waiting(QUEUE), broker.dead_letters(QUEUE).len()), (0, 0));
}

#[tokio::test]
async fn stopping_loses_nothing() {
    let (broker, seen) = (broker(), Seen::default());
    for nth in 0..200 {
        broker.publish(message(UserConfirmedV1Event::sample(nth))).await.expect("it is bound");
    }
    let stop = Shutdown::new();
    let router = Router::new(seen.clone()).lanes(4).on(|seen: Seen, user: Delivery<UserConfirmedV1Event>| async move {
        tokio::time::sleep(Duration::from_millis(2)).await;
        seen.note(user.id);
        Ok::<(), Failure>(())
    });
    let running = tokio::spawn(router.run(broker.source(QUEUE), stop.clone()));
    tokio::time::sleep(Duration::from_millis(20)).await;
    stop.trigger();
    running.await.expect("it does not panic").expect("nothing is wrong");
    let n_done = seen.all().len();
    assert!(n_done > 0 && n_done < 200, "{n_done} were handled");
    assert_eq!(n_done + broker.n_waiting(QUEUE), 200);
}

#[tokio::test]
async fn a_key_keeps_its_order_whether_or_not_its_handler_waits() {
    let (broker, seen) = (broker(), Seen::default());
    let sent: Vec<Message> = (0..200).map(|nth| message(SubscriptionTerminatedV2Event::sample(nth))).collect();
    for message in &sent {
        let keyed = Message { partition_key: Some("one".to_owned()), ..message.clone() };
        broker.publish(keyed).await.expect("it is bound");
    }
    let router = Router::new(seen.clone()).on(|seen: Seen, gone: Delivery<SubscriptionTerminatedV2Event>| async move {
        match gone.id.as_bytes()[0] % 3 {
            0 => tokio::time::sleep(Duration::from_millis(1)).await,
            1 => tokio::task::yield_now().await,
            _ => {}
        }
        seen.note(gone.id);
        Ok::<(), Failure>(())
    });
    let stop = Shutdown::new();
    let running = tokio::spawn(router.run(broker.source(QUEUE), stop.clone()));
    for _ in 0..500 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        if seen.all().len() == sent.len() {
            break;
        }
    }
    stop.trigger();
    running.await.expect("it does not panic").expect("nothing is wrong");
    assert_eq!(seen.all(), sent.into_iter().map(|message| message.id).collect::<Vec<_>>());
}

/// A message of a key.
fn keyed(nth: u64, key: &str) -> Message {
    Message { partition_key: Some(key.to_owned()), ..message(SubscriptionTerminatedV2Event::sample(nth)) }
}

/// The keys of messages by their ids.
fn keys(sent: &[Message]) -> Arc<HashMap<String, String>> {
    let key = |message: &Message| Some((message.id.clone(), message.partition_key.clone()?));
    Arc::new(sent.iter().filter_map(key).collect())
}

/// Waits until it holds, for at most 10 s.
async fn until(holds: impl Fn() -> bool) {
    for _ in 0..2_000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it does not hold within 10 s");
}

#[tokio::test]
async fn a_handler_that_panics_has_failed_and_stops_nobody_else() {
    for panics_at_once in [true, false] {
        let (broker, seen) = (broker(), Seen::default());
        let bad = keyed(1, "bad");
        let others: Vec<Message> = (2..300).map(|nth| keyed(nth, ["bad", "good", "other"][nth as usize % 3])).collect();
        for sent in std::iter::once(&bad).chain(&others) {
            broker.publish(sent.clone()).await.expect("it is bound");
        }
        let id = bad.id.clone();
        let handler = move |seen: Seen, gone: Delivery<SubscriptionTerminatedV2Event>| {
            let is_bad = gone.id == id;
            assert!(!(is_bad && panics_at_once), "this one is bad");
            async move {
                tokio::task::yield_now().await;
                assert!(!is_bad, "this one is bad");
                seen.note(gone.id);
                Ok::<(), Failure>(())
            }
        };
        let stop = Shutdown::new();
        let router = Router::new(seen.clone()).retry(Retry { max_attempts: 3, ..quick() }).on(handler);
        let running = tokio::spawn(router.run(broker.source(QUEUE), stop.clone()));
        until(|| seen.all().len() == others.len() && !broker.dead_letters(QUEUE).is_empty()).await;
        stop.trigger();
        running.await.expect("it does not panic").expect("nothing is wrong");
        let dead = broker.dead_letters(QUEUE);
        assert_eq!((dead.len(), &dead[0].id, broker.n_waiting(QUEUE)), (1, &bad.id, 0));
        let header = |name| dead[0].header(name);
        let reasons = [headers::REASON, headers::DETAIL, headers::ATTEMPTS].map(header);
        assert_eq!(reasons, [Some("panicked"), Some("this one is bad"), Some("3")]);
    }
}

#[tokio::test]
async fn keys_that_fail_and_handlers_that_hang_keep_nobody_waiting() {
    let (broker, seen) = (broker(), Seen::default());
    // 20 messages of each of 20 keys that fail, which are more than there are lanes; two that hang; and 4,500 others.
    let fails = (0..400).map(|nth| keyed(nth, &format!("fails {}", nth % 20)));
    let hangs = (400..402).map(|nth| keyed(nth, &format!("hangs {nth}")));
    let sent: Vec<Message> =
        fails.chain(hangs).chain((402..4_902).map(|nth| keyed(nth, &format!("good {nth}")))).collect();
    for message in &sent {
        broker.publish(message.clone()).await.expect("it is bound");
    }
    let keys = keys(&sent);
    let handler = move |seen: Seen, gone: Delivery<SubscriptionTerminatedV2Event>| {
        let keys = Arc::clone(&keys);
        async move {
            match &keys[&gone.id] {
                key if key.starts_with("fails") => Err(Failure::Retry("not now".into())),
                key if key.starts_with("hangs") => std::future::pending().await,
                key => {
                    seen.note(key);
                    Ok(())
                }
            }
        }
    };
    let stop = Shutdown::new().within(Duration::from_millis(50));
    let retry = Retry { first: Duration::from_hours(1), longest: Duration::from_hours(1), ..Retry::default() };
    let router = Router::new(seen.clone()).lanes(4).retry(retry).on(handler);
    let running = tokio::spawn(router.run(broker.source(QUEUE), stop.clone()));
    until(|| seen.all().len() == 4_500).await;
    stop.trigger();
    // It does not wait for what hangs.
    tokio::time::timeout(Duration::from_secs(5), running).await.expect("it ends").expect("no panic").expect("no error");
    until(|| broker.n_waiting(QUEUE) == 402).await;
}

#[tokio::test]
async fn a_router_that_is_dropped_loses_nothing() {
    let (broker, seen) = (broker(), Seen::default());
    for nth in 0..50 {
        broker.publish(keyed(nth, &(nth % 20).to_string())).await.expect("it is bound");
    }
    let handler = |seen: Seen, gone: Delivery<SubscriptionTerminatedV2Event>| async move {
        seen.note(gone.id);
        std::future::pending::<Result<(), Failure>>().await
    };
    let running = Router::new(seen.clone()).lanes(4).on(handler).run(broker.source(QUEUE), Shutdown::new());
    assert!(tokio::time::timeout(Duration::from_millis(50), running).await.is_err());
    until(|| broker.n_waiting(QUEUE) == 50).await;
    assert_eq!(seen.all().len(), 4);
}

#[tokio::test]
async fn handlers_that_take_too_long_have_failed() {
    let (broker, seen) = (broker(), Seen::default());
    for nth in 0..3 {
        broker.publish(keyed(nth, "one")).await.expect("it is bound");
    }
    let handler = |seen: Seen, gone: Delivery<SubscriptionTerminatedV2Event>| async move {
        match seen.note(gone.id) {
            1 | 2 => std::future::pending().await,
            _ => Ok::<(), Failure>(()),
        }
    };
    let router = Router::new(seen.clone()).time_out(Duration::from_millis(20));
    let router = router.retry(Retry { max_attempts: 2, ..quick() }).on(handler);
    let stop = Shutdown::new();
    let running = tokio::spawn(router.run(broker.source(QUEUE), stop.clone()));
    until(|| seen.all().len() == 4).await;
    stop.trigger();
    running.await.expect("it does not panic").expect("nothing is wrong");
    let dead = broker.dead_letters(QUEUE);
    assert_eq!((dead.len(), dead[0].header(headers::REASON)), (1, Some("timed-out")));
    assert_eq!(dead[0].header(headers::DETAIL), Some("the handler took longer than 20ms"));
}

#[tokio::test]
async fn handlers_have_retries_and_time_outs_of_their_own() {
    let (broker, seen) = (broker(), Seen::default());
    broker.publish(message(UserConfirmedV1Event::sample(1))).await.expect("it is bound");
    broker.publish(message(SubscriptionTerminatedV1Event::sample(1))).await.expect("it is bound");
    broker.publish(message(SubscriptionTerminatedV2Event::sample(1))).await.expect("it is bound");
    let once = Handling::new().retry(Retry { max_attempts: 1, ..Retry::default() });
    let hang = |seen: Seen, user: Delivery<UserConfirmedV1Event>| async move {
        seen.note(user.id);
        std::future::pending::<Result<(), Failure>>().await
    };
    let fail = |seen: Seen, gone: Delivery<SubscriptionTerminatedV1Event>| async move {
        seen.note(gone.id);
        Err::<(), _>(Failure::Retry("not now".into()))
    };
    let fail_too = |seen: Seen, gone: Delivery<SubscriptionTerminatedV2Event>| async move {
        seen.note(gone.id);
        Err::<(), _>(Failure::Retry("not now".into()))
    };
    let router = Router::new(seen.clone()).retry(Retry { max_attempts: 3, ..quick() });
    let router = router.on_with(once.time_out(Duration::from_millis(20)), hang).on_with(once, fail).on(fail_too);
    let stop = Shutdown::new();
    let running = tokio::spawn(router.run(broker.source(QUEUE), stop.clone()));
    until(|| broker.dead_letters(QUEUE).len() == 3).await;
    stop.trigger();
    running.await.expect("it does not panic").expect("nothing is wrong");
    let mut reasons: Vec<_> = broker
        .dead_letters(QUEUE)
        .iter()
        .map(|dead| [headers::REASON, headers::ATTEMPTS].map(|name| dead.header(name).unwrap_or_default().to_owned()))
        .collect();
    reasons.sort();
    assert_eq!(reasons, [["failed", "1"], ["failed", "3"], ["timed-out", "1"]].map(|parts| parts.map(str::to_owned)));
    assert_eq!(seen.all().len(), 5);
}

#[tokio::test]
async fn a_shutdown_keeps_the_order_of_a_key() {
    let (broker, seen) = (broker(), Seen::default());
    let sent: Vec<Message> = (0..20).map(|nth| keyed(nth, ["a", "b"][nth as usize % 2])).collect();
    for message in &sent {
        broker.publish(message.clone()).await.expect("it is bound");
    }
    // The first of `a` waits for its next attempt, the first of `b` is handled, when the router is stopped.
    let begun = Arc::new(tokio::sync::Notify::new());
    let (told, keys) = (Arc::clone(&begun), keys(&sent));
    let handler = move |seen: Seen, gone: Delivery<SubscriptionTerminatedV2Event>| {
        let (told, is_a) = (Arc::clone(&told), keys[&gone.id] == "a");
        async move {
            if is_a {
                return Err(Failure::Retry("not now".into()));
            }
            told.notify_one();
            tokio::time::sleep(Duration::from_millis(100)).await;
            seen.note(gone.id);
            Ok(())
        }
    };
    let stop = Shutdown::new();
    let retry = Retry { first: Duration::from_hours(1), longest: Duration::from_hours(1), ..Retry::default() };
    let running =
        tokio::spawn(Router::new(seen.clone()).retry(retry).on(handler).run(broker.source(QUEUE), stop.clone()));
    begun.notified().await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    stop.trigger();
    running.await.expect("it does not panic").expect("nothing is wrong");
    assert_eq!((seen.all(), broker.n_waiting(QUEUE)), (vec![sent[1].id.clone()], 19));
    let next = |seen: Seen, gone: Delivery<SubscriptionTerminatedV2Event>| async move {
        seen.note(gone.id);
        Ok::<(), Failure>(())
    };
    drain(Router::new(seen.clone()).on(next), &broker).await.expect("nothing is wrong");
    let ids = |key: usize| sent.iter().skip(key).step_by(2).map(|message| message.id.clone()).collect::<Vec<_>>();
    let all = seen.all();
    for expected in [ids(0), ids(1)] {
        assert_eq!(all.iter().filter(|id| expected.contains(id)).cloned().collect::<Vec<_>>(), expected);
    }
}

#[tokio::test]
async fn chaos_makes_trouble_and_spares_what_is_protected() {
    let (broker, seen) = (broker(), Seen::default());
    for nth in 0..100 {
        broker.publish(message(UserConfirmedV1Event::sample(nth))).await.expect("it is bound");
    }
    let chaos = Chaos::new(7).expect("tests may").refused(0.5);
    drain(Router::new(seen.clone()).on(note_confirmed).chaos(chaos), &broker).await.expect("nothing is wrong");
    let n_dead = broker.dead_letters(QUEUE).len();
    assert!((30..70).contains(&n_dead), "{n_dead} were refused");
    assert_eq!(seen.all().len() + n_dead, 100);
    broker.requeue(QUEUE, |_| true);
    let chaos = Chaos::new(7).expect("tests may").refused(1.0).protecting(UserConfirmedV1Event::ROUTING_KEY);
    drain(Router::new(seen.clone()).on(note_confirmed).chaos(chaos), &broker).await.expect("nothing is wrong");
    assert_eq!((seen.all().len(), broker.dead_letters(QUEUE).len()), (100, 0));
}

#[tokio::test]
async fn outcomes_are_awaited_by_their_ids() {
    let outcomes = Outcomes::new();
    let awaited = outcomes.watch("a");
    assert!(outcomes.settle("a", 7) && !outcomes.settle("b", 8));
    assert_eq!(awaited.within(Duration::from_secs(1)).await, Ok(7));
    let nobody = outcomes.watch("b").within(Duration::from_millis(10)).await;
    assert!(nobody.is_err() && !outcomes.settle("b", 8), "nobody waits any more");
    let [first, second, third] = [(); 3].map(|()| outcomes.watch("c"));
    drop(second);
    assert!(outcomes.settle("c", 9) && !outcomes.settle("c", 10));
    assert_eq!([first, third].map(|own| own.within(Duration::from_secs(1)).now_or_never()), [Some(Ok(9)); 2]);
}
