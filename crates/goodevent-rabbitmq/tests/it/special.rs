//! Behaviour that only RabbitMQ has, beside the conformance suite.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use contracts::registration::{UserConfirmedV1Event, UserCreatedV1Event};
use goodevent::{Event as _, trace::TraceParent};
use goodevent_rabbitmq::{Config, Connection, Part, Topology};
use goodevent_runtime::{
    BrokerErrorKind, Message, Outcome, Publish as _, PublishError, Publisher, Router, RunError, Settle as _,
    Source as _,
};
use goodevent_samples::Samples as _;
use test_brokers::{
    PATIENCE, Server, run, until,
    users::{self, Seen, created, n_seen, note},
};
use tokio::time::{Instant, timeout};

use crate::support::Place;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_is_consumed_with_all_that_was_said() {
    let place = Place::new();
    let queue = place.queue().await;
    let publisher = Publisher::new(place.publisher(), "accounts");
    let event = UserCreatedV1Event::sample(7);
    let outcome = publisher.publish(event.clone()).await.expect("the broker takes it");
    let Outcome::Published(id) = outcome else { panic!("there is no guard") };

    let mut source = place.source(&queue);
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("all is well");
    let received = received.expect("the source has a message");
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
    stop.trigger();
    running.await.expect("it does not panic").expect("it ends well");
    assert_eq!(*seen.lock().expect("nobody panics with it"), [(event.user_id, 1)]);
    until("the ack", async || place.n_waiting(&queue).await == 0).await;
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_the_messages_that_no_queue_takes_are_unroutable() {
    let place = Place::new();
    let queue = place.queue().await;
    let publisher = place.publisher();
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
async fn delays_are_rounded_up_to_the_next_retry_queue() {
    let place = Place::new();
    let queue = place.queue().await;
    place.publisher().publish(created(1)).await.expect("the broker confirms it");
    let mut source = place.source(&queue);
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("all is well");
    let received = received.expect("the source has a message");
    let start = Instant::now();
    received.receipt.retry(&received.message, Duration::from_millis(300), 2).await.expect("the broker is informed");
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("all is well");
    assert!(start.elapsed() >= Duration::from_secs(1), "the shortest queue of retries holds for a second");
    received.expect("the source has a message").receipt.ack().await.expect("it is done");
    drop(source);
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn users_without_permission_see_missing_queues_and_the_broker_s_reason() {
    let place = Place::new();
    place.queue().await;
    let limited = Connection::lazy(&Config::new(place.url.replace("goodevent:", "limited:")));
    let more = Topology::new().queue(&format!("{}.more", place.name), &[&place.contract::<UserCreatedV1Event>()]);
    let missing = more.missing(&limited).await.expect("it may look");
    assert_eq!(missing.len(), 7, "all but the exchange: {missing:?}");
    assert!(missing.iter().all(|part| matches!(part, Part::Queue { .. })));
    let refused = more.declare(&limited).await.expect_err("it may not declare");
    assert_eq!(refused.kind(), BrokerErrorKind::Refused);
    assert!(refused.chain().contains("ACCESS_REFUSED"), "{}", refused.chain());
    place.declare(more.clone()).await;
    assert_eq!(more.missing(&limited).await, Ok(vec![]));
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_have_the_words_of_the_broker_and_no_password() {
    let wrong = Server::RabbitMq.url().replace("loopback-only", "wrong");
    let refused = Connection::open(&Config::new(&wrong)).await.expect_err("the password is wrong");
    let why = refused.chain();
    assert!(why.contains("ACCESS_REFUSED") && why.contains("`goodevent`") && !why.contains("wrong"), "{why}");
    let check = async |url: &str, queue: &str, expected: &str| {
        let source = Connection::lazy(&Config::new(url)).source(queue);
        let (running, _) = run(Router::new(Seen::default()).on(note), source);
        let ended = timeout(PATIENCE, running).await.expect("it does not wait").expect("it does not panic");
        let Err(RunError::Source(error)) = ended else { panic!("it can't consume: {ended:?}") };
        assert!(error.chain().contains(expected), "{}", error.chain());
    };
    check(&wrong, "any", "ACCESS_REFUSED").await;
    check(&Server::RabbitMq.url(), "no.such.queue", "no queue 'no.such.queue'").await;
    check("http://127.0.0.1", "any", "the URL is not an AMQP URL").await;
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
    assert_eq!(topology.missing(&place.connection).await, Ok(queues_and_exchanges(topology.parts())));
    place.declare(topology.clone()).await;
    // Once more is no harm.
    place.declare(topology.clone()).await;
    assert_eq!(topology.missing(&place.connection).await, Ok(vec![]));

    let event = UserConfirmedV1Event::sample(1);
    let message = Message::of("accounts", event, &(), TraceParent::new_root()).expect("it is valid");
    place.publisher().publish(message).await.expect("the store and the queue take it");
    assert_eq!((place.n_waiting(&store).await, place.n_waiting(&queue).await), (1, 1));
    let other = topology.clone().direct().declare(&place.connection).await;
    let why = other.expect_err("it is another kind").chain();
    assert!(why.contains("direct exchange `") && why.contains("PRECONDITION_FAILED"), "{why}");
    place.clean().await;

    let place = Place::new();
    let queue = format!("{}.quorum", place.name);
    place.declare(Topology::new().queue(&queue, &[&place.contract::<UserCreatedV1Event>()]).quorum()).await;
    place.publisher().publish(users::created(1)).await.expect("the queue takes it");
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_use_stays_when_a_topology_goes() {
    let place = Place::new();
    let created = place.contract::<UserCreatedV1Event>();
    let topology = |service: &str| Topology::new().queue(&format!("{}.{service}", place.name), &[&created]);
    let (billing, mails) = (topology("billing"), topology("mails"));
    billing.declare(&place.connection).await.expect("the user may declare");
    mails.declare(&place.connection).await.expect("the user may declare");
    billing.delete(&place.connection).await.expect("the user may remove it");
    assert_eq!(mails.missing(&place.connection).await, Ok(vec![]));
    let missing = billing.missing(&place.connection).await.expect("the broker tells");
    assert!(!missing.is_empty() && missing.iter().all(|part| matches!(part, Part::Queue { .. })), "{missing:?}");
    mails.delete(&place.connection).await.expect("the user may remove it");
    let missing = mails.missing(&place.connection).await.expect("the broker tells");
    assert!(missing.iter().any(|part| matches!(part, Part::Exchange { .. })), "{missing:?}");
    // What is not there is gone.
    mails.delete(&place.connection).await.expect("the user may remove it");
}
