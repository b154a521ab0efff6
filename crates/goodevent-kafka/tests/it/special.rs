//! Behaviour that only Kafka has, beside the conformance suite.

use std::{collections::BTreeMap, time::Duration};

use goodevent::trace::TraceParent;
use goodevent_kafka::{Config, Connection, Difference, Queue, Topic, Topology};
use goodevent_runtime::{
    Binding, BrokerErrorKind, DeadLetters as _, Message, Publish as _, PublishError, Reason, Refusal, Router,
    Settle as _, Shutdown, Source as _, Tail as _,
};
use test_brokers::{
    PATIENCE, Proxy, Server,
    kafka::{Record, produce},
    payments::{Seen, distinct, note, paid},
    publish_for_sure, until,
};
use tokio::time::{Instant, sleep, timeout};

use crate::support::{Place, config};

#[tokio::test]
async fn events_come_from_a_publisher_to_a_router_and_not_again() {
    let place = Place::new().await;
    let outcomes = place.publisher().publish_all((0..300).map(|nth| paid(nth, 20)), 2000).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let (seen, stop) = (Seen::default(), Shutdown::new());
    let running = tokio::spawn(Router::new(seen.clone()).on(note).run(place.source(), stop.clone()));
    until("all come", async || distinct(&seen).len() == 300).await;
    sleep(Duration::from_millis(300)).await;
    stop.trigger();
    running.await.expect("it did not panic").expect("it ended well");
    assert_eq!(distinct(&seen), Vec::from_iter(1..=300));
    assert_eq!(seen.lock().expect("nobody panicked").len(), 300);

    // What is settled is committed when the source ends.
    let mut source = place.source();
    assert!(timeout(Duration::from_secs(4), source.next()).await.is_err(), "it comes again");
}

#[tokio::test]
async fn a_header_with_a_name_of_any_bytes_ends_no_consumer() {
    let place = Place::new().await;
    let mut tail = place.connection.tail(&[Binding::all_keys(&place.topic)]).await.expect("the topic is there");
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

#[tokio::test]
async fn a_second_member_of_a_group_takes_over_what_is_not_settled() {
    let place = Place::new().await;
    let outcomes = place.publisher().publish_all((0..300).map(|nth| paid(nth, 50)), 500).await;
    assert!(outcomes.iter().all(Result::is_ok));
    let (seen, stops) = (Seen::default(), [Shutdown::new(), Shutdown::new()]);
    let mut running = Vec::new();
    for stop in &stops {
        running.push(tokio::spawn(Router::new(seen.clone()).on(note).run(place.source(), stop.clone())));
        sleep(Duration::from_millis(500)).await;
    }
    let outcomes = place.publisher().publish_all((300..600).map(|nth| paid(nth, 50)), 500).await;
    assert!(outcomes.iter().all(Result::is_ok));
    stops[0].trigger();
    running.remove(0).await.expect("it did not panic").expect("it ended well");
    until("all come", async || distinct(&seen).len() == 600).await;
    stops[1].trigger();
    running.remove(0).await.expect("it did not panic").expect("it ended well");
}

#[tokio::test]
async fn no_more_messages_are_open_than_may_be() {
    let place = Place::new().await;
    let outcomes = place.publisher().publish_all((0..20).map(|nth| paid(nth, 1)), 500).await;
    assert!(outcomes.iter().all(Result::is_ok));
    let few = Connection::open(&Config { prefetch: 3, ..config(&Server::Kafka.url()) }).await.expect("the broker runs");
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
    let refused = refused.expect_err("the password is wrong");
    assert!(refused.kind() == BrokerErrorKind::Refused && refused.chain().contains(WHY), "{refused:?}");
    assert!(start.elapsed() < wrong.timeout, "it was known at once");

    // The password changes while the service runs.
    gate.admit("accounts", "another").await;
    let refused = timeout(PATIENCE, source.next()).await.expect("it does not wait for ever").map(drop);
    let refused = refused.expect_err("the password is another one");
    assert!(refused.kind() == BrokerErrorKind::Refused && refused.chain().contains(WHY), "{refused:?}");
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
    let mut tail = place.connection.tail(&[Binding::all_keys(&place.topic)]).await.expect("the topic is there");
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

#[tokio::test]
async fn dead_letters_belong_to_their_group() {
    let place = Place::new().await;
    let message = Message::of("tests", paid(1, 3), &(), TraceParent::new_root()).expect("it is valid");
    place.transport().publish(message).await.expect("the topic has it");
    for group in ["first", "second"] {
        let mut source = place.connection.source(&format!("{}/{group}", place.topic), &[&place.topic]).expect("valid");
        let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("it is well");
        let received = received.expect("there is one");
        let detail = group.to_owned();
        let refusal = Refusal { reason: Reason::Rejected, pointer: String::new(), detail, attempts: 1 };
        received.receipt.dead_letter(&received.message, &refusal).await.expect("it is ours");
    }
    let n_dead = async |queue: Queue| {
        let opened = place.connection.dead_letters(&queue).await.expect("the topic exists");
        opened.list(10).await.expect("it can be read").len()
    };
    assert_eq!(n_dead(Queue::of_all_groups(&[&place.topic])).await, 2);
    assert_eq!(n_dead(Queue::new(format!("{}/first", place.topic), &[&place.topic])).await, 1);
}
