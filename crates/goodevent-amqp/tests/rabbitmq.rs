//! What the runtime promises, over RabbitMQ's plugin for AMQP 1.0. What is there is declared over AMQP 0.9.1.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use contracts::registration::UserCreatedV1Event;
use goodevent::{Contract, Event as _};
use goodevent_amqp::{AmqpPublisher, AmqpSource, ConnectError, Dialect};
use goodevent_rabbitmq::{DeadLetters, Topology};
use goodevent_runtime::{
    Delivery, Failure, Message, Place as RetryPlace, Publish, PublishError, Reason, Refusal, Retry, Router, RunError,
    Settle as _, Source as _,
    refusal::{ATTEMPTS, ORIGIN, POINTER, REASON},
};
use test_brokers::{
    PATIENCE, Proxy, Server, publish_for_sure, run, unique, until,
    users::{Seen, created, n_seen, note, user},
};
use tokio::time::{Instant, sleep, timeout};

const DIALECT: Dialect = Dialect::RabbitMq;

/// Names at the broker that no other test has.
struct Place {
    url: String,
    queue: String,
    topology: Topology,
    contract: Contract,
}

impl Place {
    async fn new() -> Self {
        let (url, name) = (Server::Amqp.url(), unique("test-amqp"));
        let topic = format!("{name}.registration").leak();
        let contract = Contract { topic, ..UserCreatedV1Event::CONTRACT };
        let queue = format!("{name}.accounts");
        let topology = Topology::new().queue(&queue, &[&contract]);
        topology.declare(&url).await.expect("the user may declare");
        Self { url, queue, topology, contract }
    }

    async fn publisher(&self, window: usize) -> AmqpPublisher {
        AmqpPublisher::connect(DIALECT, &self.url, window).await.expect("the broker is there")
    }

    fn source(&self) -> AmqpSource {
        AmqpSource::new(DIALECT, &self.url, &self.queue)
    }

    fn message(&self, nth: u64) -> Message {
        Message { topic: self.contract.topic.to_owned(), ..created(nth) }
    }

    async fn channel(&self) -> (lapin::Connection, lapin::Channel) {
        let connection = lapin::Connection::connect(&self.url, Default::default()).await.expect("the broker is there");
        let channel = connection.create_channel().await.expect("there is a channel");
        (connection, channel)
    }

    async fn n_waiting(&self) -> usize {
        let (_connection, channel) = self.channel().await;
        let passive = lapin::options::QueueDeclareOptions { passive: true, ..Default::default() };
        let queue = channel.queue_declare(self.queue.as_str().into(), passive, Default::default()).await;
        queue.expect("it is there").message_count() as usize
    }

    async fn clean(&self) {
        self.topology.delete(&self.url).await.expect("the user may remove it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_is_consumed_with_all_that_was_said() {
    let place = Place::new().await;
    let message = place.message(1);
    place.publisher(10).await.publish(message.clone()).await.expect("the broker takes it");
    let mut source = place.source();
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("all is well");
    let received = received.expect("the source goes on");
    assert_eq!((&*received.message, received.attempt), (&message, 1));
    // Dropped, it comes again.
    drop(received);
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("all is well");
    received.expect("the source goes on").receipt.ack().await.expect("it is done");
    drop(source);
    until("the ack", async || place.n_waiting().await == 0).await;

    let missing = Message { topic: "no.such.exchange".to_owned(), ..message };
    let publisher = place.publisher(10).await;
    let outcome = publisher.publish(missing).await;
    assert!(
        matches!(&outcome, Err(PublishError::Unroutable { topic, .. }) if topic == "no.such.exchange"),
        "{outcome:?}"
    );
    publisher.publish(place.message(2)).await.expect("others are not hindered");
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_is_laid_aside_at_once_with_its_reason() {
    let place = Place::new().await;
    let publisher = place.publisher(100).await;
    for nth in 0..20 {
        let mut message = place.message(nth);
        match nth % 10 {
            3 => message.body = b"no JSON".to_vec(),
            5 => {
                let text = String::from_utf8(message.body).expect("events are UTF-8");
                message.body = text.replace(&user(nth), "not-a-uuid").into_bytes();
            }
            _ => {}
        }
        publisher.publish(message).await.expect("the broker takes it");
    }
    let seen = Seen::default();
    let (running, stop) = run(Router::new(Arc::clone(&seen)).on(note), place.source());
    let dead_letters = DeadLetters::new(&place.url, &place.queue);
    until("all of them", async || n_seen(&seen) == 16).await;
    until("the poison", async || dead_letters.list(100).await.expect("they can be looked at").len() == 4).await;
    stop.ask();
    running.await.expect("it does not panic").expect("it ends well");
    assert_eq!((n_seen(&seen), place.n_waiting().await), (16, 0));

    // The same as they come by AMQP 1.0.
    let mut dead = AmqpSource::new(DIALECT, &place.url, &format!("{}.dead", place.queue));
    let mut n_of_reason: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..4 {
        let received = timeout(PATIENCE, dead.next()).await.expect("it is there").expect("all is well");
        let received = received.expect("the source goes on");
        let header = |name| received.message.header(name).expect("it is said").to_owned();
        *n_of_reason.entry(format!("{} {}", header(REASON), header(POINTER))).or_default() += 1;
        assert_eq!(header(ORIGIN), format!("{} {}", place.contract.topic, place.contract.routing_key));
        assert_eq!(header(ATTEMPTS), "1");
        received.receipt.ack().await.expect("it is done");
    }
    let reasons: Vec<&str> = n_of_reason.keys().map(String::as_str).collect();
    let [contract, "not-json "] = reasons[..] else { panic!("{reasons:?}") };
    assert!(contract.ends_with("/userId"), "{contract}");
    drop(dead);
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_tried_again_later_then_laid_aside() {
    let place = Place::new().await;
    let publisher = place.publisher(10).await;
    for nth in 0..2 {
        publisher.publish(place.message(nth)).await.expect("the broker takes it");
    }
    let seen = Seen::default();
    let fail = |seen: Seen, delivery: Delivery<UserCreatedV1Event>| async move {
        let is_bad = delivery.event.user_id == user(0);
        note(seen, delivery).await?;
        if is_bad { Err(Failure::Retry("not today".into())) } else { Ok(()) }
    };
    let retry =
        Retry { max_attempts: 2, first: Duration::from_millis(100), place: RetryPlace::Broker, ..Retry::default() };
    let (running, stop) = run(Router::new(Arc::clone(&seen)).on(fail).retry(retry), place.source());
    let dead_letters = DeadLetters::new(&place.url, &place.queue);
    until("the dead letter", async || dead_letters.list(10).await.expect("it is there").len() == 1).await;
    stop.ask();
    running.await.expect("it does not panic").expect("it ends well");
    let mut attempts = seen.lock().expect("nobody panics with it").clone();
    attempts.sort();
    assert_eq!(attempts, [(0, 1), (0, 2), (1, 1)].map(|(nth, attempt)| (user(nth), attempt)));
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_late_does_not_hold_up_the_window() {
    let place = Place::new().await;
    let publisher = place.publisher(10).await;
    let mut confirmations = Vec::new();
    for nth in 0..100 {
        let sent = timeout(PATIENCE, publisher.send(place.message(nth))).await.expect("there is room again");
        confirmations.push(sent.expect("it leaves"));
    }
    // What is on its way is waited for.
    drop(publisher);
    for confirmation in confirmations {
        confirmation.await.expect("the broker takes it");
    }
    assert_eq!(place.n_waiting().await, 100);
    place.clean().await;
}

/// The dialect of Service Bus, with full addresses, as far as this broker understands it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_rejected_lies_where_the_broker_lays_it() {
    let place = Place::new().await;
    let topic = format!("/exchange/{}", place.contract.topic);
    let publisher = AmqpPublisher::connect(Dialect::ServiceBus, &place.url, 1).await.expect("the broker is there");
    let message = Message { topic: topic.clone(), ..place.message(1) };
    publisher.publish(message.clone()).await.expect("the broker takes it");
    let mut source = AmqpSource::new(Dialect::ServiceBus, &place.url, &format!("/amq/queue/{}", place.queue));
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("all is well");
    let received = received.expect("the source goes on");
    assert_eq!((&*received.message, received.attempt), (&message, 1));
    let detail = "not wanted".to_owned();
    let refusal = Refusal { reason: Reason::Rejected, pointer: String::new(), detail, attempts: 1 };
    received.receipt.dead_letter(&received.message, &refusal).await.expect("it is laid aside");
    let dead_letters = DeadLetters::new(&place.url, &place.queue);
    until("the dead letter", async || dead_letters.list(10).await.expect("it is there").len() == 1).await;
    drop(source);
    assert_eq!(place.n_waiting().await, 0);
    place.clean().await;
}

/// RabbitMQ passes on what calls itself AMQP 1.0 as it is.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_amqp_is_laid_aside_and_stands_in_nobodys_way() {
    let place = Place::new().await;
    let (_connection, channel) = place.channel().await;
    let claimed = lapin::BasicProperties::default().with_type("amqp-1.0".into());
    // A section of properties that ends before it begins.
    let garbage = b"\x00\x53\x73\xc0";
    let queue = || place.queue.as_str().into();
    for _ in 0..3 {
        let sent = channel.basic_publish("".into(), queue(), Default::default(), garbage, claimed.clone()).await;
        sent.expect("the broker takes it");
    }
    place.publisher(1).await.publish(place.message(1)).await.expect("the broker takes it");
    // With room for two, three that are not settled would keep back the fourth.
    let mut source = place.source().prefetch(2);
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("all is well");
    received.expect("the source goes on").receipt.ack().await.expect("it is done");
    let dead_letters = DeadLetters::new(&place.url, &place.queue);
    until("the dead letters", async || dead_letters.list(10).await.expect("it is there").len() == 3).await;
    drop(source);
    assert_eq!(place.n_waiting().await, 0);
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_without_a_place_does_not_cost_the_original() {
    let place = Place::new().await;
    place.publisher(1).await.publish(place.message(1)).await.expect("the broker takes it");
    let (_connection, channel) = place.channel().await;
    let retry_queue = format!("{}.retry.1s", place.queue);
    channel.queue_delete(retry_queue.as_str().into(), Default::default()).await.expect("it was there");
    let mut source = place.source();
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("all is well");
    let received = received.expect("the source goes on");
    let outcome = received.receipt.retry(&received.message, Duration::from_secs(1), 2).await;
    assert!(outcome.is_err(), "there is no queue to wait in");
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("all is well");
    received.expect("the source goes on").receipt.ack().await.expect("it is done");
    drop(source);
    place.topology.declare(&place.url).await.expect("the user may declare");
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_pass_is_an_error_that_says_so() {
    let wrong = Server::Amqp.url().replace("loopback-only", "wrong");
    let refused = AmqpPublisher::connect(DIALECT, &wrong, 1).await.err();
    let Some(ConnectError::Refused(why)) = refused else { panic!("the password is wrong: {refused:?}") };
    assert!(why.contains("password"), "{why}");
    let check = async |url: &str, queue: &str, expected: &str| {
        let (running, _) = run(Router::new(Seen::default()).on(note), AmqpSource::new(DIALECT, url, queue));
        let ended = timeout(PATIENCE, running).await.expect("it does not wait").expect("it does not panic");
        let Err(RunError::Source(error)) = ended else { panic!("it can't consume: {ended:?}") };
        assert!(error.0.contains(expected), "{error}");
    };
    check(&wrong, "any", "password").await;
    check(&Server::Amqp.url(), "no.such.queue", "no.such.queue").await;
    let nobody = AmqpPublisher::connect(DIALECT, "amqp://goodevent:loopback-only@127.0.0.1:1", 1).await.err();
    assert!(matches!(nobody, Some(ConnectError::Unreachable(_))), "{nobody:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_declare_publishes_and_consumes() {
    let place = Place::new().await;
    let limited = place.url.replace("goodevent:", "limited:");
    let publisher = AmqpPublisher::connect(DIALECT, &limited, 1).await.expect("the user is known");
    publisher.publish(place.message(1)).await.expect("it may publish");
    let mut source = AmqpSource::new(DIALECT, &limited, &place.queue);
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("it may consume");
    received.expect("the source goes on").receipt.ack().await.expect("it is done");
    drop(source);
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_keeps_the_order_and_a_stop_loses_nothing() {
    let place = Place::new().await;
    let publisher = place.publisher(100).await;
    let start = Instant::now();
    let mut confirmations = std::collections::VecDeque::new();
    for nth in 0..2_000 {
        if confirmations.len() == 100 {
            let first: goodevent_amqp::Confirmation = confirmations.pop_front().expect("it is full");
            first.await.expect("the broker takes it");
        }
        confirmations.push_back(publisher.send(place.message(nth)).await.expect("it leaves"));
    }
    for confirmation in confirmations {
        confirmation.await.expect("the broker takes it");
    }
    assert!(start.elapsed() < PATIENCE);
    let seen = Seen::default();
    let slow = |seen: Seen, delivery: Delivery<UserCreatedV1Event>| async move {
        sleep(Duration::from_millis(1)).await;
        note(seen, delivery).await
    };
    let (running, stop) = run(Router::new(Arc::clone(&seen)).on(slow).lanes(1), place.source());
    until("some of them", async || n_seen(&seen) >= 200).await;
    stop.ask();
    running.await.expect("it does not panic").expect("it ends well");
    let n_handled = n_seen(&seen);
    assert!(n_handled < 2_000, "it was stopped in between");
    let in_order: Vec<_> = (0..).take(n_handled).map(|nth| (user(nth), 1)).collect();
    assert_eq!(*seen.lock().expect("nobody panics with it"), in_order);
    until("the rest", async || place.n_waiting().await == 2_000 - n_handled).await;
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_cut_comes_back() {
    let place = Place::new().await;
    let (mut proxy, url) = Proxy::to(&place.url).await;
    let publisher = AmqpPublisher::connect(DIALECT, &url, 50).await.expect("the proxy leads there");
    let seen = Seen::default();
    let source = AmqpSource::new(DIALECT, &url, &place.queue);
    let (running, stop) = run(Router::new(Arc::clone(&seen)).on(note), source);
    let messages: Vec<Message> = (0..300).map(|nth| place.message(nth)).collect();
    let publishing = tokio::spawn(async move {
        for message in messages {
            publish_for_sure(&publisher, message).await;
        }
    });
    for n_before in [50, 150] {
        until("some messages", async || n_seen(&seen) >= n_before).await;
        proxy.cut().await;
        sleep(Duration::from_millis(300)).await;
        proxy.open().await;
    }
    publishing.await.expect("all are published");
    let n_users = || {
        let seen = seen.lock().expect("nobody panics with it");
        seen.iter().map(|(user, _)| user.clone()).collect::<BTreeSet<_>>().len()
    };
    until("all of them", async || n_users() == 300).await;
    stop.ask();
    running.await.expect("it does not panic").expect("it ends well");
    place.clean().await;
}
