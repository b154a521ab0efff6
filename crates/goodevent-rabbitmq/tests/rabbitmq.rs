//! What the runtime promises, on a real RabbitMQ.

mod broker;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use contracts::registration::{UserConfirmedV1Event, UserCreatedV1Event};
use goodevent::{Event as _, trace::TraceParent};
use goodevent_rabbitmq::{ConnectError, DeadLetters, Part, RabbitPublisher, Topology, TopologyError};
use goodevent_runtime::{
    Delivery, Failure, Message, Outcome, Place as RetryPlace, Publish as _, PublishError, Publisher, Retry, Router,
    RunError, Settle as _, Source as _,
    refusal::{ATTEMPTS, DETAIL, ORIGIN, POINTER, REASON, REQUEUED},
};
use goodevent_samples::Samples as _;
use test_brokers::{
    PATIENCE, Proxy, Server, outlive_silence, publish_for_sure, run, until,
    users::{self, Seen, created, n_seen, note, user},
};
use tokio::time::{Instant, sleep, timeout};

use crate::broker::{Place, Renamed};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_is_consumed_with_all_that_was_said() {
    let place = Place::new();
    let queue = place.queue().await;
    let publisher = Publisher::new(place.publisher(10).await, "accounts");
    let event = UserCreatedV1Event::sample(7);
    let outcome = publisher.publish(event.clone()).await.expect("the broker takes it");
    let Outcome::Published(id) = outcome else { panic!("there is no guard") };

    let mut source = place.source(&queue);
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("all is well");
    let received = received.expect("the source goes on");
    let message = &received.message;
    assert_eq!((&message.id, received.attempt), (&id, 1));
    assert_eq!(message.topic, place.contract::<UserCreatedV1Event>().topic);
    assert_eq!(message.routing_key, UserCreatedV1Event::ROUTING_KEY);
    assert_eq!(message.event_type, "UserCreatedV1");
    assert_eq!(message.partition_key.as_ref(), Some(&event.user_id));
    assert_eq!(message.headers.keys().collect::<Vec<_>>(), ["traceparent"]);
    // Dropped, it comes again.
    drop(received);

    let seen = Seen::default();
    drop(source);
    let (running, stop) = run(Router::new(Arc::clone(&seen)).on(note), place.source(&queue));
    until("the handler", async || n_seen(&seen) == 1).await;
    stop.ask();
    running.await.expect("it does not panic").expect("it ends well");
    assert_eq!(*seen.lock().expect("nobody panics with it"), [(event.user_id, 1)]);
    until("the ack", async || place.n_waiting(&queue).await == 0).await;
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_the_messages_that_no_queue_takes_are_unroutable() {
    let place = Place::new();
    let queue = place.queue().await;
    let publisher = place.publisher(1000).await;
    let mut confirmations = Vec::new();
    for nth in 0..3_000 {
        let mut message = created(nth);
        // Blocks of both kinds, and single ones.
        let is_lost = nth % 3 == 0 || nth % 100 < 20;
        if is_lost {
            message.routing_key = "nobody.listens".to_owned();
        }
        confirmations.push((is_lost, publisher.send(message).await.expect("it leaves")));
    }
    let mut n_routed = 0;
    for (nth, (is_lost, confirmation)) in confirmations.into_iter().enumerate() {
        match (is_lost, timeout(PATIENCE, confirmation).await.expect("it is told")) {
            (false, Ok(())) => n_routed += 1,
            (true, Err(PublishError::Unroutable { routing_key, .. })) => assert_eq!(routing_key, "nobody.listens"),
            (is_lost, outcome) => panic!("message {nth}, lost {is_lost}: {outcome:?}"),
        }
    }
    assert_eq!(place.n_waiting(&queue).await, n_routed);

    // An exchange that is not there closes the channel, for this message alone.
    let missing = Message { topic: "no.such.exchange".to_owned(), ..created(1) };
    let outcome = publisher.transport.publish(missing).await;
    assert!(
        matches!(&outcome, Err(PublishError::Unroutable { topic, .. }) if topic == "no.such.exchange"),
        "{outcome:?}"
    );
    publisher.publish(created(2)).await.expect("there is a new channel");
    let long = Message { routing_key: "x".repeat(256), ..created(1) };
    assert!(matches!(publisher.publish(long).await, Err(PublishError::Refused(_))));
    let large = "x".repeat(200_000);
    let large = Message { headers: BTreeMap::from([("large".to_owned(), large)]), ..created(1) };
    assert!(matches!(publisher.publish(large).await, Err(PublishError::Refused(_))));
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_is_laid_aside_at_once_with_its_reason_and_hinders_nobody() {
    let place = Place::new();
    let queue = place.queue().await;
    let publisher = place.publisher(100).await;
    for nth in 0..100 {
        let mut message = created(nth);
        match nth % 10 {
            3 => message.body = b"no JSON".to_vec(),
            5 => {
                let text = String::from_utf8(message.body).expect("events are UTF-8");
                message.body = text.replace(&user(nth), "not-a-uuid").into_bytes();
            }
            7 => message.event_type = "UserVanishedV1".to_owned(),
            _ => {}
        }
        publisher.publish(message).await.expect("the broker takes it");
    }
    let seen = Seen::default();
    let (running, stop) = run(Router::new(Arc::clone(&seen)).on(note), place.source(&queue));
    until("all of them", async || n_seen(&seen) == 70).await;
    let dead_letters = DeadLetters::new(&place.url, &queue);
    let dead = || async { dead_letters.list(100).await.expect("they can be looked at") };
    until("the poison", async || dead().await.len() == 30).await;
    // Nothing goes round.
    sleep(Duration::from_millis(300)).await;
    assert_eq!((n_seen(&seen), place.n_waiting(&queue).await), (70, 0));
    stop.ask();
    running.await.expect("it does not panic").expect("it ends well");

    let mut n_of_reason: BTreeMap<String, u32> = BTreeMap::new();
    let topic = place.contract::<UserCreatedV1Event>().topic;
    for message in dead().await {
        let header = |name| message.header(name).unwrap_or_else(|| panic!("{name} is there: {message:?}")).to_owned();
        *n_of_reason.entry(format!("{} {}", header(REASON), header(POINTER))).or_default() += 1;
        assert_eq!(header(ORIGIN), format!("{topic} {}", UserCreatedV1Event::ROUTING_KEY));
        assert_eq!((header(ATTEMPTS).as_str(), message.topic.as_str()), ("1", topic));
        assert!(!header(DETAIL).is_empty());
    }
    let counts: Vec<_> = n_of_reason.into_iter().collect();
    let [contract, not_json, unknown] = counts.as_slice() else { panic!("three kinds: {counts:?}") };
    assert!(contract.0.starts_with("contract /") && contract.0.ends_with("/userId"), "{contract:?}");
    assert_eq!((not_json.0.as_str(), unknown.0.as_str()), ("not-json ", "unknown-type "));
    assert_eq!((contract.1, not_json.1, unknown.1), (10, 10, 10));
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_tried_again_later_then_laid_aside_and_can_be_taken_again() {
    let place = Place::new();
    let queue = place.queue().await;
    let publisher = place.publisher(10).await;
    for nth in 0..3 {
        publisher.publish(created(nth)).await.expect("the broker takes it");
    }
    let seen = Seen::default();
    let fail = |seen: Seen, delivery: Delivery<UserCreatedV1Event>| async move {
        seen.lock().expect("nobody panics with it").push((delivery.event.user_id.clone(), delivery.attempt));
        // The first of all never gets through, the second at its second attempt.
        match (delivery.event.user_id == user(0), delivery.event.user_id == user(1) && delivery.attempt == 1) {
            (true, _) | (_, true) => Err(Failure::Retry("not today".into())),
            _ => Ok(()),
        }
    };
    let retry =
        Retry { max_attempts: 3, first: Duration::from_millis(300), place: RetryPlace::Broker, ..Retry::default() };
    let start = Instant::now();
    let (running, stop) = run(Router::new(Arc::clone(&seen)).on(fail).retry(retry), place.source(&queue));
    let dead_letters = DeadLetters::new(&place.url, &queue);
    until("the dead letter", async || dead_letters.list(10).await.expect("it is there").len() == 1).await;
    assert!(start.elapsed() >= Duration::from_secs(2), "each wait is rounded up to a second");
    stop.ask();
    running.await.expect("it does not panic").expect("it ends well");
    let mut attempts = seen.lock().expect("nobody panics with it").clone();
    attempts.sort();
    let expected = [(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (2, 1)].map(|(nth, attempt)| (user(nth), attempt));
    assert_eq!(attempts, expected);
    let [message] = &dead_letters.list(10).await.expect("it is there")[..] else { panic!("there is one") };
    assert_eq!((message.header(REASON), message.header(ATTEMPTS)), (Some("failed"), Some("3")));
    assert_eq!(message.header(DETAIL), Some("not today"));

    // Two more, of which one is wanted.
    let mut source = place.source(&queue);
    for nth in [3, 4] {
        publisher.publish(created(nth)).await.expect("the broker takes it");
        let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("all is well");
        let received = received.expect("the source goes on");
        let refusal = goodevent_runtime::Refusal {
            reason: goodevent_runtime::Reason::Rejected,
            pointer: String::new(),
            detail: "not wanted".to_owned(),
            attempts: 1,
        };
        received.receipt.dead_letter(&received.message, &refusal).await.expect("it is laid aside");
    }
    let wanted = |message: &Message| message.partition_key.as_ref() != Some(&user(3));
    assert_eq!(dead_letters.requeue(wanted).await, Ok(2));
    assert_eq!(dead_letters.list(10).await.expect("one is left").len(), 1);
    for nth in [0, 4] {
        let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("all is well");
        let received = received.expect("the source goes on");
        let message = &received.message;
        assert_eq!((message.header(REQUEUED), received.attempt), (Some("1"), 1));
        assert_eq!(message.partition_key, Some(user(nth)));
        assert_eq!(message.topic, place.contract::<UserCreatedV1Event>().topic);
        assert!(message.header(REASON).is_some(), "the reason is history");
        received.receipt.ack().await.expect("it is done");
    }
    drop(source);
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_declare_publishes_and_consumes() {
    let place = Place::new();
    let queue = place.queue().await;
    let limited = Place::at(place.url.replace("goodevent:", "limited:"));
    let transport = RabbitPublisher::connect(&limited.url, 10).await.expect("the user is known");
    let publisher = Renamed { transport, prefix: place.name.clone() };
    publisher.publish(created(1)).await.expect("it may publish");
    let mut source = limited.source(&queue);
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("it may consume");
    let received = received.expect("the source goes on");
    received.receipt.retry(&received.message, Duration::from_millis(1), 2).await.expect("it may publish copies");
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("it may consume");
    let received = received.expect("the source goes on");
    assert_eq!(received.attempt, 2);
    received.receipt.ack().await.expect("it is done");

    let more = Topology::new().queue(&format!("{}.more", place.name), &[&place.contract::<UserCreatedV1Event>()]);
    let missing = more.missing(&limited.url).await.expect("it may look");
    assert_eq!(missing.len(), 7, "all but the exchange: {missing:?}");
    assert!(missing.iter().all(|part| matches!(part, Part::Queue { .. })));
    let refused = more.declare(&limited.url).await;
    let Err(TopologyError::Part { why, .. }) = &refused else { panic!("it may not declare: {refused:?}") };
    assert!(why.contains("ACCESS_REFUSED"), "{why}");
    place.declare(more.clone()).await;
    assert_eq!(more.missing(&limited.url).await, Ok(vec![]));
    drop(source);
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_pass_is_an_error_that_says_so() {
    let wrong = Server::RabbitMq.url().replace("loopback-only", "wrong");
    let refused = RabbitPublisher::connect(&wrong, 1).await.err();
    let Some(ConnectError::Refused(why)) = refused else { panic!("the password is wrong: {refused:?}") };
    assert!(why.contains("ACCESS_REFUSED") && why.contains("`goodevent`") && !why.contains("wrong"), "{why}");
    let check = async |url: &str, queue: &str, expected: &str| {
        let (running, _) =
            run(Router::new(Seen::default()).on(note), goodevent_rabbitmq::RabbitSource::new(url, queue));
        let ended = timeout(PATIENCE, running).await.expect("it does not wait").expect("it does not panic");
        let Err(RunError::Source(error)) = ended else { panic!("it can't consume: {ended:?}") };
        assert!(error.0.contains(expected), "{error}");
    };
    check(&wrong, "any", "ACCESS_REFUSED").await;
    check(&Server::RabbitMq.url(), "no.such.queue", "no queue 'no.such.queue'").await;
    check("http://127.0.0.1", "any", "the URL is none of AMQP").await;
    let nobody = RabbitPublisher::connect("amqp://goodevent:loopback-only@127.0.0.1:1", 1).await.err();
    assert!(matches!(nobody, Some(ConnectError::Unreachable(_))), "{nobody:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_a_key_stay_in_order() {
    let place = Place::new();
    let queue = place.queue().await;
    let publisher = Publisher::new(place.publisher(200).await, "accounts");
    let event = |nth: u64| UserCreatedV1Event {
        user_id: user(nth % 7),
        display_name: nth.to_string(),
        ..UserCreatedV1Event::sample(1)
    };
    let outcomes = publisher.publish_all((0..2_000).map(event), 200).await;
    assert!(outcomes.iter().all(Result::is_ok));
    let seen: Seen<(String, u64)> = Seen::default();
    let handler = |seen: Seen<(String, u64)>, delivery: Delivery<UserCreatedV1Event>| async move {
        let nth: u64 = delivery.event.display_name.parse()?;
        if nth.is_multiple_of(11) {
            sleep(Duration::from_millis(1)).await;
        }
        seen.lock().expect("nobody panics with it").push((delivery.event.user_id, nth));
        Ok::<(), Failure>(())
    };
    let (running, stop) = run(Router::new(Arc::clone(&seen)).on(handler), place.source(&queue));
    until("all of them", async || n_seen(&seen) == 2_000).await;
    stop.ask();
    running.await.expect("it does not panic").expect("it ends well");
    let mut last: BTreeMap<String, u64> = BTreeMap::new();
    for (key, nth) in seen.lock().expect("nobody panics with it").drain(..) {
        let before = last.insert(key, nth);
        assert!(before.is_none_or(|before| before < nth), "{nth} came after {before:?}");
    }
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_stopped_loses_nothing() {
    let place = Place::new();
    let queue = place.queue().await;
    let publisher = Publisher::new(place.publisher(100).await, "accounts");
    let event = |nth: u64| UserCreatedV1Event { user_id: user(nth), ..UserCreatedV1Event::sample(1) };
    let outcomes = publisher.publish_all((0..500).map(event), 100).await;
    assert!(outcomes.iter().all(Result::is_ok));
    let seen = Seen::default();
    let slow = |seen: Seen, delivery: Delivery<UserCreatedV1Event>| async move {
        sleep(Duration::from_millis(5)).await;
        note(seen, delivery).await
    };
    let (running, stop) = run(Router::new(Arc::clone(&seen)).on(slow), place.source(&queue));
    until("some of them", async || n_seen(&seen) >= 50).await;
    stop.ask();
    let start = Instant::now();
    running.await.expect("it does not panic").expect("it ends well");
    assert!(start.elapsed() < Duration::from_secs(2));
    let n_handled = n_seen(&seen);
    assert!(n_handled < 500, "it was stopped in between");
    until("the rest", async || place.n_waiting(&queue).await as usize == 500 - n_handled).await;
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_cut_comes_back() {
    let place = Place::new();
    let queue = place.queue().await;
    let (mut proxy, url) = Proxy::to(&place.url).await;
    let near = Place::at(url);
    let transport = RabbitPublisher::connect(&near.url, 50).await.expect("the proxy leads there");
    let publisher = Renamed { transport, prefix: place.name.clone() };
    let seen = Seen::default();
    let (running, stop) = run(Router::new(Arc::clone(&seen)).on(note), near.source(&queue));
    let n_failed = Arc::new(AtomicUsize::new(0));
    let publishing = tokio::spawn({
        let publisher = publisher.clone();
        async move {
            for nth in 0..600 {
                publish_for_sure(&publisher, created(nth)).await;
            }
        }
    });
    for _ in 0..3 {
        let n_before = n_seen(&seen);
        until("some messages", async || n_seen(&seen) >= (n_before + 50).min(600)).await;
        proxy.cut().await;
        let start = Instant::now();
        // While nobody is there, nothing hangs.
        while let Ok(()) = timeout(Duration::from_secs(6), publisher.publish(created(9_999))).await.expect("told soon")
        {
            assert!(start.elapsed() < PATIENCE);
        }
        n_failed.fetch_add(1, Ordering::Relaxed);
        sleep(Duration::from_millis(300)).await;
        proxy.open().await;
    }
    publishing.await.expect("all are published");
    let n_users = || {
        let seen = seen.lock().expect("nobody panics with it");
        seen.iter()
            .map(|(user, _)| user)
            .filter(|own| **own != user(9_999))
            .collect::<std::collections::BTreeSet<_>>()
            .len()
    };
    until("all of them", async || n_users() == 600).await;
    stop.ask();
    running.await.expect("it does not panic").expect("it ends well");
    assert_eq!(n_failed.load(Ordering::Relaxed), 3);
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topology_is_declared_as_it_is_printed() {
    let place = Place::new();
    let (created, confirmed) = (place.contract::<UserCreatedV1Event>(), place.contract::<UserConfirmedV1Event>());
    let (queue, store) = (format!("{}.all", place.name), format!("{}.store", place.name));
    let topology = Topology::new()
        .exclusive_queue(&queue, &[&created, &confirmed])
        .queue_of_each(&place.name, &[&created])
        .store(&store);
    assert!(topology.to_string().contains(&format!("binding of `{store}` to `{}` by `#`", created.topic)));
    let queues_and_exchanges =
        |parts: Vec<Part>| parts.into_iter().filter(|part| !matches!(part, Part::Binding { .. })).collect::<Vec<_>>();
    assert_eq!(topology.missing(&place.url).await, Ok(queues_and_exchanges(topology.parts())));
    place.declare(topology.clone()).await;
    // Once more is no harm.
    place.declare(topology.clone()).await;
    assert_eq!(topology.missing(&place.url).await, Ok(vec![]));

    let event = UserConfirmedV1Event::sample(1);
    let message = Message::of("accounts", event, &(), TraceParent::new_root()).expect("it is valid");
    place.publisher(1).await.publish(message).await.expect("the store and the queue take it");
    assert_eq!((place.n_waiting(&store).await, place.n_waiting(&queue).await), (1, 1));
    let other = topology.clone().direct().declare(&place.url).await;
    let Err(TopologyError::Part { part, why }) = other else { panic!("it is another kind: {other:?}") };
    assert!(matches!(*part, Part::Exchange { .. }) && why.contains("PRECONDITION_FAILED"), "{part} {why}");
    place.clean().await;

    let place = Place::new();
    let queue = format!("{}.quorum", place.name);
    place.declare(Topology::new().queue(&queue, &[&place.contract::<UserCreatedV1Event>()]).quorum()).await;
    place.publisher(1).await.publish(users::created(1)).await.expect("the queue takes it");
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_use_stays_when_a_topology_goes() {
    let place = Place::new();
    let created = place.contract::<UserCreatedV1Event>();
    let topology = |service: &str| Topology::new().queue(&format!("{}.{service}", place.name), &[&created]);
    let (billing, mails) = (topology("billing"), topology("mails"));
    billing.declare(&place.url).await.expect("the user may declare");
    mails.declare(&place.url).await.expect("the user may declare");
    billing.delete(&place.url).await.expect("the user may remove it");
    assert_eq!(mails.missing(&place.url).await, Ok(vec![]));
    let missing = billing.missing(&place.url).await.expect("the broker tells");
    assert!(!missing.is_empty() && missing.iter().all(|part| matches!(part, Part::Queue { .. })), "{missing:?}");
    mails.delete(&place.url).await.expect("the user may remove it");
    let missing = mails.missing(&place.url).await.expect("the broker tells");
    assert!(missing.iter().any(|part| matches!(part, Part::Exchange { .. })), "{missing:?}");
    // What is not there is gone.
    mails.delete(&place.url).await.expect("the user may remove it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_forgotten_is_made_anew() {
    let place = Place::new();
    let queue = place.queue().await;
    let (proxy, url) = Proxy::to(&place.url).await;
    let near = Place::at(format!("{url}?heartbeat=1"));
    let transport = RabbitPublisher::connect(&near.url, 50).await.expect("the proxy leads there");
    let transport = Renamed { transport, prefix: place.name.clone() };
    outlive_silence(&proxy, &transport, &mut near.source(&queue), created).await;
    place.clean().await;
}
