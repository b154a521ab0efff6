//! Behaviour that only NATS has, beside the conformance suite.

use std::time::Duration;

use contracts::names::NameRequestPaidV1Event;
use goodevent_nats::{Connection, Difference};
use goodevent_runtime::{
    BrokerErrorKind, DeadLetters as _, Message, NotPublished, Publish as _, PublishError, Reason, Refusal, Router,
    RunError, Settle as _, Shutdown, Source as _,
};
use goodevent_samples::Samples as _;
use test_brokers::{
    Server,
    payments::{Seen, note, paid},
};
use tokio::time::{sleep, timeout};

use crate::support::{Place, config, context};

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

/// Messages of a stream that is created anew have the numbers of the old ones.
#[tokio::test]
async fn dead_letters_of_a_recreated_stream_are_not_those_of_the_old_one() {
    let place = Place::new().await;
    let why = Refusal { reason: Reason::Rejected, pointer: String::new(), detail: "no".to_owned(), attempts: 1 };
    for nth in 1..=2 {
        place.publisher().publish(paid(nth, 1)).await.expect("the stream has it");
        let mut source = place.source();
        let next = timeout(Duration::from_secs(5), source.next()).await.expect("it comes at once");
        let received = next.expect("it is well").expect("there is one");
        received.receipt.dead_letter(&received.message, &why).await.expect("the server knows");
        drop(source);
        let context = context(&Server::Nats.url()).await;
        context.delete_stream(&place.stream).await.expect("it is there");
        place.topology.declare(&place.connection).await.expect("the server lets us");
    }
    let dead_letters = place.connection.dead_letters(&place.stream, "work").await.expect("the stream is there");
    assert_eq!(dead_letters.list(10).await.expect("they can be read").len(), 2);
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
async fn a_consumer_that_is_not_there_is_an_error() {
    let place = Place::new().await;
    for (stream, consumer) in [(place.stream.as_str(), "nobody"), ("nothing", "work")] {
        let error = place.connection.source(stream, consumer).next().await.expect_err("there is none");
        assert_eq!(error.kind(), BrokerErrorKind::Missing);
        assert!(error.to_string().contains(&format!("`{consumer}` of stream `{stream}`")), "{error}");
    }
    let running = tokio::spawn(Router::new(Seen::default()).on(note).run(place.source(), Shutdown::new()));
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
