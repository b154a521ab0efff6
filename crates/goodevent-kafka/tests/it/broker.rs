//! What a publisher and a router do at a broker that is well.

use std::{collections::BTreeMap, time::Duration};

use goodevent::trace::TraceParent;
use goodevent_kafka::{Config, Connection, Difference, KafkaError, Topic, Topology};
use goodevent_runtime::{
    Message, Publish as _, PublishError, Router, Settle as _, Source as _, SourceError, Stop, Tail as _,
    refusal::{ATTEMPTS, POINTER, REASON, REQUEUED},
};
use test_brokers::{
    PATIENCE, Proxy, Server,
    kafka::{Record, produce},
    outlive_silence,
    payments::{Seen, distinct, note, note_slowly, paid, retries_wait, stay_in_order},
    publish_for_sure, run, until,
};
use tokio::time::{Instant, sleep, timeout};

use crate::support::{Place, config};

#[tokio::test]
async fn events_come_from_a_publisher_to_a_router_and_not_again() {
    let place = Place::new().await;
    let outcomes = place.publisher().publish_all((0..300).map(|nth| paid(nth, 20)), 2000).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let (seen, stop) = (Seen::default(), Stop::new());
    let running = tokio::spawn(Router::new(seen.clone()).on(note).run(place.source(), stop.clone()));
    until("all come", async || distinct(&seen).len() == 300).await;
    sleep(Duration::from_millis(300)).await;
    stop.ask();
    running.await.expect("it did not panic").expect("it ended well");
    assert_eq!(distinct(&seen), Vec::from_iter(1..=300));
    assert_eq!(seen.lock().expect("nobody panicked").len(), 300);

    // What is settled is committed when the source ends.
    let mut source = place.source();
    assert!(timeout(Duration::from_secs(4), source.next()).await.is_err(), "it comes again");
}

#[tokio::test]
async fn a_message_comes_as_it_went() {
    let place = Place::new().await;
    let message = Message {
        topic: place.topic.clone(),
        routing_key: "paid".to_owned(),
        partition_key: Some("NR 0000007".to_owned()),
        id: "7".to_owned(),
        event_type: "NameRequestPaidV1".to_owned(),
        headers: BTreeMap::from([("tenant".to_owned(), "3".to_owned())]),
        body: b"{}".to_vec(),
    };
    place.transport().publish(message.clone()).await.expect("the topic takes it");
    let received = place.source().next().await.expect("it is well").expect("there is one");
    assert_eq!((&*received.message, received.attempt), (&message, 1));
    received.receipt.ack().await.expect("it is ours");
}

#[tokio::test]
async fn a_header_with_a_name_of_any_bytes_ends_no_consumer() {
    let place = Place::new().await;
    let mut tail = place.connection.tail(std::slice::from_ref(&place.topic)).await.expect("the topic is there");
    let headers: [(&[u8], &[u8]); 4] =
        [(b"tenant", b"3"), (b"na\xFFme", b"lost"), (b"goodevent-id", b"7"), (b"\xC3", b"\xFF")];
    let record = Record { key: b"NR 7", headers: &headers, body: b"{}" };
    produce(&Server::Kafka.url(), &place.topic, record).await;
    let expected = Message {
        topic: place.topic.clone(),
        partition_key: Some("NR 7".to_owned()),
        id: "7".to_owned(),
        headers: BTreeMap::from([("tenant".to_owned(), "3".to_owned())]),
        body: b"{}".to_vec(),
        ..Message::default()
    };
    let mut source = place.source();
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("it is well");
    let received = received.expect("there is one");
    assert_eq!(*received.message, expected);
    received.receipt.ack().await.expect("it is ours");
    assert_eq!(timeout(PATIENCE, tail.next()).await.expect("it is there").expect("the tail is well"), expected);
    // What comes behind it is consumed as well.
    let next = Message { id: "8".to_owned(), ..expected };
    place.transport().publish(next.clone()).await.expect("the topic takes it");
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("it is well");
    assert_eq!(*received.expect("there is one").message, next);
}

#[tokio::test]
async fn a_header_whose_name_has_a_nul_is_refused() {
    let place = Place::new().await;
    let headers = BTreeMap::from([("goodevent-id\0".to_owned(), "8".to_owned())]);
    let message = Message { id: "7".to_owned(), headers, ..Message::default() };
    let refused = place.transport().publish(message).await;
    assert!(matches!(&refused, Err(PublishError::Refused(why)) if why.contains("contains a NUL")), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_cut_comes_back() {
    let (mut proxy, address) = Proxy::to_kafka(&Server::Kafka.url()).await;
    // The cuts are shorter than the broker waits for a member of a group: it never takes one for gone.
    let place = Place::by(&Config { timeout: Duration::from_secs(1), ..config(&address) }).await;
    let (transport, seen) = (place.transport(), Seen::default());
    let message = |nth| Message::of("tests", paid(nth, 20), &(), TraceParent::new_root()).expect("it is valid");
    let (running, stop) = run(Router::new(seen.clone()).on(note), place.source());
    for n_before in [0, 100] {
        for nth in n_before..n_before + 100 {
            publish_for_sure(&transport, message(nth)).await;
        }
        until("some come", async || distinct(&seen).len() > n_before as usize).await;
        proxy.cut().await;
        // There is no other way to the broker.
        let lost = transport.publish(message(999)).await;
        assert!(matches!(lost, Err(PublishError::Unreachable(_))), "{lost:?}");
        proxy.open().await;
    }
    until("all come", async || distinct(&seen).into_iter().filter(|id| *id <= 200).eq(1..=200)).await;
    stop.ask();
    running.await.expect("it did not panic").expect("it ended well");
}

#[tokio::test]
async fn what_no_topic_takes_is_unroutable() {
    let connection = Connection::open(&config(&Server::Kafka.url())).await.expect("the broker runs");
    for topic in ["nobody-listens", "not a topic/name"] {
        let message = Message { topic: topic.to_owned(), id: "1".to_owned(), ..Message::default() };
        let publisher = connection.publisher().expect("the configuration is right");
        let refused = publisher.publish(message).await;
        assert!(matches!(refused, Err(PublishError::Unroutable { .. })), "{topic}: {refused:?}");
    }
}

#[tokio::test]
async fn poison_is_laid_aside_at_once_with_its_reasons() {
    let place = Place::new().await;
    let mut poisons = Vec::new();
    for nth in 0..30 {
        let mut message = Message::of("tests", paid(nth, 3), &(), TraceParent::new_root()).expect("it is valid");
        if nth % 10 == 4 {
            let text = String::from_utf8(message.body).expect("it is JSON");
            message.body = text.replace("\"paymentId\":", "\"paymentId\":-").into_bytes();
            poisons.push(message.id.clone());
        }
        place.transport().publish(message).await.expect("the topic has it");
    }
    let (seen, stop) = (Seen::default(), Stop::new());
    let running = tokio::spawn(Router::new(seen.clone()).on(note).run(place.source(), stop.clone()));
    let letters = place.connection.dead_letters(&place.topic);
    until("all are settled", async || {
        distinct(&seen).len() == 27 && letters.list().await.expect("it is there").len() == 3
    })
    .await;
    for letter in letters.list().await.expect("it is there") {
        let message = letter.message;
        assert!(poisons.contains(&message.id));
        assert_eq!(message.header(REASON), Some("contract"));
        assert_eq!(message.header(POINTER), Some("/data/paymentId"));
        assert_eq!(message.header(ATTEMPTS), Some("1"));
        assert_eq!(message.topic, place.topic);
    }

    // One of them is taken again: it comes, and is laid aside again.
    let n_requeued = letters.requeue(|message| message.id == poisons[1]).await.expect("the topic takes it");
    assert_eq!(n_requeued, 1);
    until("it is laid aside again", async || {
        let all = letters.list().await.expect("it is there");
        all.len() == 3 && all.iter().any(|letter| letter.message.header(REQUEUED) == Some("1"))
    })
    .await;
    stop.ask();
    running.await.expect("it did not panic").expect("it ended well");
}

#[tokio::test]
async fn a_retry_comes_after_its_time() {
    let place = Place::new().await;
    let letters = place.connection.dead_letters(&place.topic);
    retries_wait(&place.publisher(), place.source(), async || letters.list().await.expect("it is there").len() == 1)
        .await;
}

#[tokio::test]
async fn messages_of_a_key_stay_in_order() {
    let place = Place::new().await;
    stay_in_order(&place.publisher(), place.source()).await;
}

#[tokio::test]
async fn a_stop_loses_nothing() {
    let place = Place::new().await;
    let outcomes = place.publisher().publish_all((0..500).map(|nth| paid(nth, 50)), 500).await;
    assert!(outcomes.iter().all(Result::is_ok));
    let (seen, stop) = (Seen::default(), Stop::new());
    let running = tokio::spawn(Router::new(seen.clone()).on(note_slowly).run(place.source(), stop.clone()));
    until("some come", async || distinct(&seen).len() >= 100).await;
    stop.ask();
    running.await.expect("it did not panic").expect("it ended well");
    assert!(distinct(&seen).len() < 500);
    let stop = Stop::new();
    let running = tokio::spawn(Router::new(seen.clone()).on(note).run(place.source(), stop.clone()));
    until("the rest comes", async || distinct(&seen).len() == 500).await;
    stop.ask();
    running.await.expect("it did not panic").expect("it ended well");
}

#[tokio::test]
async fn a_second_member_of_a_group_takes_over_what_is_not_settled() {
    let place = Place::new().await;
    let outcomes = place.publisher().publish_all((0..300).map(|nth| paid(nth, 50)), 500).await;
    assert!(outcomes.iter().all(Result::is_ok));
    let (seen, stops) = (Seen::default(), [Stop::new(), Stop::new()]);
    let mut running = Vec::new();
    for stop in &stops {
        running.push(tokio::spawn(Router::new(seen.clone()).on(note).run(place.source(), stop.clone())));
        sleep(Duration::from_millis(500)).await;
    }
    let outcomes = place.publisher().publish_all((300..600).map(|nth| paid(nth, 50)), 500).await;
    assert!(outcomes.iter().all(Result::is_ok));
    stops[0].ask();
    running.remove(0).await.expect("it did not panic").expect("it ended well");
    until("all come", async || distinct(&seen).len() == 600).await;
    stops[1].ask();
    running.remove(0).await.expect("it did not panic").expect("it ended well");
}

#[tokio::test]
async fn no_more_messages_are_open_than_may_be() {
    let place = Place::new().await;
    let outcomes = place.publisher().publish_all((0..20).map(|nth| paid(nth, 1)), 500).await;
    assert!(outcomes.iter().all(Result::is_ok));
    let few = Connection::open(&Config { max_open: 3, ..config(&Server::Kafka.url()) }).await.expect("the broker runs");
    let mut source = few.source(&place.topic, &[&place.topic]).expect("the configuration is right");
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(source.next().await.expect("it is well").expect("there is one"));
    }
    assert!(timeout(Duration::from_millis(500), source.next()).await.is_err(), "there were more");
    open.remove(0).receipt.ack().await.expect("it is ours");
    timeout(Duration::from_secs(5), source.next()).await.expect("there is room").expect("it is well");
}

#[tokio::test]
async fn a_topology_says_what_differs() {
    let place = Place::new().await;
    assert_eq!(place.topology.missing(&place.connection).await.expect("it may look"), []);
    let wanted = Topology::default().topic(Topic::new(&place.topic, 5)).topic(Topic::new("never-made", 1));
    let missing = wanted.missing(&place.connection).await.expect("it may look");
    assert_eq!(
        missing,
        [
            Difference::Partitions { topic: place.topic.clone(), wanted: 5, found: 3 },
            Difference::Topic("never-made".to_owned()),
            Difference::Topic("never-made.dead".to_owned()),
        ]
    );
    place.topology.declare(&place.connection).await.expect("twice is as good as once");
}

// To drop a source is to wait for the broker, to which the gate must lead meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_taken_or_refused() {
    let (mut gate, address) = Proxy::to_kafka(&Server::Kafka.url()).await;
    gate.admit("accounts", "s3cret").await;
    let login = |password| config(&address).login("accounts", password);
    let place = Place::by(&login("s3cret")).await;
    let message = Message::of("tests", paid(1, 3), &(), TraceParent::new_root()).expect("it is valid");
    place.transport().publish(message.clone()).await.expect("who logged in may publish");
    let mut source = place.source();
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("who logged in may consume");
    let received = received.expect("there is one");
    assert_eq!(received.message.id, message.id);
    received.receipt.ack().await.expect("it is done");

    const WHY: &str = "wrong user or password";
    let (start, wrong) = (Instant::now(), login("guessed"));
    let refused = Connection::open(&wrong).await.map(drop);
    assert!(matches!(&refused, Err(KafkaError::Refused(why)) if why.contains(WHY)), "{refused:?}");
    assert!(start.elapsed() < wrong.timeout, "it was known at once");

    // The password changes while the service runs.
    gate.admit("accounts", "another").await;
    let refused = timeout(PATIENCE, source.next()).await.expect("it does not wait for ever").map(drop);
    assert!(matches!(&refused, Err(SourceError(why)) if why.contains(WHY)), "{refused:?}");
    let refused = place.transport().publish(message.clone()).await;
    assert!(matches!(&refused, Err(PublishError::Unreachable(why)) if why.contains(WHY)), "{refused:?}");
    gate.admit("accounts", "s3cret").await;
    place.transport().publish(message).await.expect("who logged in may publish");
}

// The proxy runs in the thread of the test, so that the broker is silent while that waits.
#[tokio::test]
async fn who_ends_does_not_wait_for_a_broker_that_is_silent() {
    let (_proxy, address) = Proxy::to_kafka(&Server::Kafka.url()).await;
    let place = Place::by(&Config { timeout: Duration::from_secs(1), ..config(&address) }).await;
    let (transport, mut source) = (place.transport(), place.source());
    let mut tail = place.connection.tail(std::slice::from_ref(&place.topic)).await.expect("the topic is there");
    for nth in 0..2 {
        publish_for_sure(
            &transport,
            Message::of("tests", paid(nth, 3), &(), TraceParent::new_root()).expect("it is valid"),
        )
        .await;
    }
    timeout(PATIENCE, tail.next()).await.expect("it is there").expect("the tail is well");
    let mut open = Vec::new();
    for _ in 0..2 {
        let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("the source is well");
        open.push(received.expect("there is one"));
    }
    // One is settled, one is not, one is on its way.
    open.remove(0).receipt.ack().await.expect("it is ours");
    let message = Message::of("tests", paid(2, 3), &(), TraceParent::new_root()).expect("it is valid");
    let unconfirmed = transport.send(message).await.expect("it waits to leave");
    let start = Instant::now();
    drop((open, source, tail, unconfirmed, transport, place));
    assert!(start.elapsed() < PATIENCE, "it waited for the broker");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_forgotten_is_made_anew() {
    let (proxy, address) = Proxy::to_kafka(&Server::Kafka.url()).await;
    let place = Place::by(&config(&address)).await;
    let message = |nth| Message::of("tests", paid(nth, 3), &(), TraceParent::new_root()).expect("it is valid");
    outlive_silence(&proxy, &place.transport(), &mut place.source(), message).await;
}
