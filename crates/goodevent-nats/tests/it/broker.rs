//! What a publisher and a router do at a server that is well.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use contracts::names::NameRequestPaidV1Event;
use goodevent::{Event as _, trace::TraceParent};
use goodevent_nats::{Connection, Difference, NatsError};
use goodevent_runtime::{
    Message, NotPublished, Publish as _, PublishError, Router, RunError, Settle as _, Source as _, Stop,
    refusal::{ATTEMPTS, ORIGIN, POINTER, REASON, REQUEUED},
};
use goodevent_samples::Samples as _;
use test_brokers::{
    Proxy, Server, outlive_silence,
    payments::{Seen, ids, note, note_slowly, paid, retries_wait, stay_in_order},
    until,
};
use tokio::time::{sleep, timeout};

use crate::support::{Place, Prefixed, config, context};

#[tokio::test]
async fn events_come_from_a_publisher_to_a_router() {
    let place = Place::new().await;
    let outcomes = place.publisher().publish_all((0..300).map(|nth| paid(nth, 20)), 100).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let (seen, stop) = (Seen::default(), Stop::new());
    let running = tokio::spawn(Router::new(seen.clone()).on(note).run(place.source(), stop.clone()));
    until("all come", async || ids(&seen).len() == 300).await;
    stop.ask();
    running.await.expect("it did not panic").expect("it ended well");
    assert_eq!(ids(&seen), Vec::from_iter(1..=300));
    assert!(seen.lock().expect("nobody panicked").iter().all(|(_, attempt)| *attempt == 1));
    place.clear().await;
}

#[tokio::test]
async fn a_message_comes_as_it_went() {
    let place = Place::new().await;
    let message = Message {
        topic: format!("{}.elsewhere", place.stream),
        routing_key: format!("{}.paid", place.stream),
        partition_key: Some("NR 0000007".to_owned()),
        id: "7".to_owned(),
        event_type: "NameRequestPaidV1".to_owned(),
        headers: BTreeMap::from([("tenant".to_owned(), "3".to_owned())]),
        body: b"{}".to_vec(),
    };
    place.connection.publisher().publish(message.clone()).await.expect("the stream takes it");
    let received = place.source().next().await.expect("it is well").expect("there is one");
    assert_eq!((&*received.message, received.attempt), (&message, 1));
    received.receipt.ack().await.expect("the server knows");
    place.clear().await;
}

#[tokio::test]
async fn what_no_stream_takes_is_unroutable() {
    let connection = Connection::open(&config(&Server::Nats.url())).await.expect("the server runs");
    let message = Message { topic: "nobody.listens".to_owned(), ..Message::default() };
    let refused = connection.publisher().publish(message).await;
    assert_eq!(
        refused,
        Err(PublishError::Unroutable { topic: "nobody.listens".to_owned(), routing_key: String::new() })
    );
}

#[tokio::test]
async fn what_is_too_large_is_refused() {
    let place = Place::new().await;
    let message = Message { topic: format!("{}.x", place.stream), body: vec![b'x'; 2 << 20], ..Message::default() };
    let refused = place.connection.publisher().publish(message).await;
    assert!(matches!(refused, Err(PublishError::Refused(_))), "{refused:?}");
    place.clear().await;
}

#[tokio::test]
async fn a_second_message_of_an_id_is_dropped() {
    let place = Place::new().await;
    for _ in 0..3 {
        place.publisher().publish(paid(7, 1)).await.expect("the stream has it");
    }
    assert_eq!(place.n_messages().await, 1);
    place.clear().await;
}

#[tokio::test]
async fn poison_is_laid_aside_at_once_with_its_reasons() {
    let place = Place::new().await;
    let good = |nth: u64| Message::of("tests", paid(nth, 3), &(), TraceParent::new_root());
    let mut poisons = Vec::new();
    for nth in 0..30 {
        let mut message = good(nth).expect("it is valid");
        if nth % 10 == 4 {
            let text = String::from_utf8(message.body).expect("it is JSON");
            message.body = text.replace("\"paymentId\":", "\"paymentId\":-").into_bytes();
            poisons.push(message.id.clone());
        }
        place.transport().publish(message).await.expect("the stream has it");
    }
    let (seen, stop) = (Seen::default(), Stop::new());
    let running = tokio::spawn(Router::new(seen.clone()).on(note).run(place.source(), stop.clone()));
    let letters = place.connection.dead_letters(&place.stream, "work");
    until("all are settled", async || {
        ids(&seen).len() == 27 && letters.list(100).await.expect("it is there").len() == 3
    })
    .await;
    let dead = letters.list(2).await.expect("it is there");
    assert_eq!(dead.len(), 2);
    for letter in &dead {
        let message = &letter.message;
        let subject = format!("{}.{}", place.stream, NameRequestPaidV1Event::TOPIC);
        // Those of different keys are laid aside in any order.
        assert!(poisons.contains(&message.id));
        assert_eq!(message.header(REASON), Some("contract"));
        assert_eq!(message.header(POINTER), Some("/data/paymentId"));
        assert_eq!(message.header(ATTEMPTS), Some("1"));
        assert_eq!(message.header(ORIGIN), Some(format!("{subject} {subject}").as_str()));
        assert_eq!(message.topic, subject);
    }

    // One of them is taken again: it comes, and is laid aside again.
    let n_requeued = letters.requeue(|message| message.id == poisons[1]).await.expect("the stream takes it");
    assert_eq!(n_requeued, 1);
    until("it is laid aside again", async || {
        let all = letters.list(100).await.expect("it is there");
        all.len() == 3 && all.iter().any(|letter| letter.message.header(REQUEUED) == Some("1"))
    })
    .await;
    let last = letters.list(100).await.expect("it is there").pop().expect("there are three").message;
    assert_eq!((&last.id, last.header(REASON)), (&poisons[1], Some("contract")));
    assert_eq!(last.topic, format!("{}.{}", place.stream, NameRequestPaidV1Event::TOPIC));
    stop.ask();
    running.await.expect("it did not panic").expect("it ended well");
    place.clear().await;
}

#[tokio::test]
async fn a_retry_at_the_broker_comes_after_its_time() {
    let place = Place::new().await;
    let letters = place.connection.dead_letters(&place.stream, "work");
    let is_laid_aside = async || letters.list(1).await.expect("it is there").len() == 1;
    retries_wait(&place.publisher(), place.source(), is_laid_aside).await;
    let letter = letters.list(1).await.expect("it is there").remove(0).message;
    assert_eq!((letter.header(REASON), letter.header(ATTEMPTS)), (Some("failed"), Some("3")));
    place.clear().await;
}

#[tokio::test]
async fn a_message_that_is_put_back_comes_at_once() {
    let place = Place::new().await;
    place.publisher().publish(paid(1, 1)).await.expect("the stream has it");
    let mut source = place.source();
    for attempt in 1..=2 {
        let next = timeout(Duration::from_secs(5), source.next()).await.expect("it comes at once");
        let received = next.expect("it is well").expect("there is one");
        assert_eq!(received.attempt, attempt);
        match attempt {
            1 => received.receipt.release().await.expect("the server knows"),
            _ => received.receipt.ack().await.expect("the server knows"),
        }
    }
    place.clear().await;
}

#[tokio::test]
async fn what_takes_longer_than_the_ack_wait_is_handled_once() {
    let place = Place::with(|consumer| consumer.ack_wait(Duration::from_secs(1))).await;
    place.publisher().publish(paid(1, 1)).await.expect("the stream has it");
    let mut source = place.source();
    let received = source.next().await.expect("it is well").expect("there is one");
    assert!(timeout(Duration::from_secs(4), source.next()).await.is_err(), "it came twice");
    received.receipt.ack().await.expect("the server knows");

    // One that is dropped comes again after that time.
    place.publisher().publish(paid(2, 1)).await.expect("the stream has it");
    drop(source.next().await.expect("it is well").expect("there is one"));
    let again = timeout(Duration::from_secs(10), source.next()).await.expect("it comes");
    let received = again.expect("it is well").expect("there is one");
    assert_eq!(received.attempt, 2);
    received.receipt.ack().await.expect("the server knows");
    place.clear().await;
}

#[tokio::test]
async fn messages_of_a_key_stay_in_order() {
    let place = Place::new().await;
    stay_in_order(&place.publisher(), place.source()).await;
    place.clear().await;
}

#[tokio::test]
async fn a_stop_loses_nothing_and_repeats_nothing() {
    let place = Place::new().await;
    let outcomes = place.publisher().publish_all((0..500).map(|nth| paid(nth, 50)), 500).await;
    assert!(outcomes.iter().all(Result::is_ok));
    let (seen, stop) = (Seen::default(), Stop::new());
    let running = tokio::spawn(Router::new(seen.clone()).on(note_slowly).run(place.source(), stop.clone()));
    until("some come", async || ids(&seen).len() >= 100).await;
    let start = Instant::now();
    stop.ask();
    running.await.expect("it did not panic").expect("it ended well");
    assert!(start.elapsed() < Duration::from_secs(5));
    let n_before = ids(&seen).len();
    assert!(n_before < 500);

    // The next one gets the rest, though no ack wait has passed.
    let stop = Stop::new();
    let running = tokio::spawn(Router::new(seen.clone()).on(note).run(place.source(), stop.clone()));
    until("the rest comes", async || ids(&seen).len() >= 500).await;
    stop.ask();
    running.await.expect("it did not panic").expect("it ended well");
    assert_eq!(ids(&seen), Vec::from_iter(1..=500));
    place.clear().await;
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let refused = Connection::open(&config(&Server::Nats.url().replace(":loopback-only@", ":wrong@"))).await;
    assert!(matches!(refused, Err(NatsError::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn who_may_not_make_anything_publishes_and_consumes() {
    let place = Place::new().await;
    let limited = Connection::open(&config(&Server::Nats.url().replace("goodevent:", "limited:")))
        .await
        .expect("the server lets us in");
    assert_eq!(place.topology.missing(&limited).await.expect("it may look"), []);
    let more = place.topology.clone().stream(goodevent_nats::Stream::new("not-ours").takes(["not-ours"]));
    assert!(more.declare(&limited).await.is_err());

    let message = Message { topic: format!("{}.x", place.stream), ..Message::default() };
    limited.publisher().publish(message).await.expect("the stream has it");
    let mut source = limited.source(&place.stream, "work");
    let received = source.next().await.expect("it is well").expect("there is one");
    received.receipt.ack().await.expect("the server knows");
    place.clear().await;
}

#[tokio::test]
async fn a_consumer_that_is_not_there_is_an_error() {
    let place = Place::new().await;
    for (stream, consumer) in [(place.stream.as_str(), "nobody"), ("nothing", "work")] {
        let error = place.connection.source(stream, consumer).next().await.expect_err("there is none");
        assert!(error.to_string().contains(&format!("`{consumer}` of a stream `{stream}`")), "{error}");
    }
    let running = tokio::spawn(Router::new(Seen::default()).on(note).run(place.source(), Stop::new()));
    sleep(Duration::from_millis(300)).await;
    context(&Server::Nats.url()).await.delete_consumer_from_stream("work", &place.stream).await.expect("it is there");
    let ended = timeout(Duration::from_secs(20), running).await.expect("it notices").expect("it did not panic");
    assert!(matches!(ended, Err(RunError::Source(_))), "{ended:?}");
    place.clear().await;
}

#[tokio::test]
async fn a_topology_says_what_differs_and_changes_only_that() {
    let place = Place::new().await;
    assert_eq!(place.topology.missing(&place.connection).await.expect("it may look"), []);
    let mut wanted = place.topology.clone();
    wanted.streams[0].consumers[0].ack_wait = Duration::from_secs(7);
    wanted.streams[0].consumers.push(goodevent_nats::Consumer::new("more"));
    let missing = wanted.missing(&place.connection).await.expect("it may look");
    let [subjects, ack_wait, consumer] = missing.as_slice() else { panic!("{missing:?}") };
    assert!(matches!(subjects, Difference::Setting { setting: "subjects", .. }), "{subjects}");
    assert_eq!(ack_wait.to_string(), format!("ack wait of `{}.work` is 30 s, and shall be 7 s", place.stream));
    assert_eq!(consumer.to_string(), format!("there is no consumer `more` of `{}`", place.stream));

    place.publisher().publish(paid(1, 1)).await.expect("the stream has it");
    wanted.declare(&place.connection).await.expect("the server lets us");
    wanted.declare(&place.connection).await.expect("twice is as good as once");
    assert_eq!(wanted.missing(&place.connection).await.expect("it may look"), []);
    assert_eq!(place.n_messages().await, 1);
    place.clear().await;
}

#[tokio::test]
async fn whoever_wants_more_than_the_window_waits_and_goes_on() {
    let place = Place::new().await;
    let connection =
        Connection::open(&goodevent_nats::Config { window: 3, ..config(&Server::Nats.url()) }).await.expect("it runs");
    let publisher = connection.publisher();
    let mut waiting = Vec::new();
    for _ in 0..300 {
        let message = Message { topic: format!("{}.x", place.stream), ..Message::default() };
        let sent = timeout(Duration::from_secs(5), publisher.send(message)).await.expect("there is room again");
        waiting.push(sent.expect("it leaves"));
    }
    for confirmation in waiting {
        confirmation.await.expect("the stream has it");
    }
    assert_eq!(place.n_messages().await, 300);
    place.clear().await;
}

#[tokio::test]
async fn what_is_refused_by_the_contract_never_leaves() {
    let place = Place::new().await;
    let event = NameRequestPaidV1Event { payment_id: 0, ..NameRequestPaidV1Event::sample(1) };
    let refused = place.publisher().publish(event).await;
    assert!(matches!(refused, Err(NotPublished::Invalid(_))), "{refused:?}");
    assert_eq!(place.n_messages().await, 0);
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_forgotten_is_made_anew() {
    let place = Place::new().await;
    let (proxy, url) = Proxy::to(&Server::Nats.url()).await;
    let near = Connection::open(&config(&url)).await.expect("the proxy leads there");
    let transport = Prefixed(near.publisher(), place.stream.clone());
    let message = |nth| Message::of("tests", paid(nth, 3), &(), TraceParent::new_root()).expect("it is valid");
    outlive_silence(&proxy, &transport, &mut near.source(&place.stream, "work"), message).await;
    place.clear().await;
}
