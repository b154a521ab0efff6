//! Behaviour that only AMQP 1.0 has, beside the conformance suite.

use std::time::Duration;

use contracts::registration::UserCreatedV1Event;
use goodevent::{Contract, Event as _};
use goodevent_amqp::{AmqpPublisher, AmqpSource, Config, Connection, Dialect};
use goodevent_rabbitmq::Topology;
use goodevent_runtime::{
    BrokerErrorKind, DeadLetters as _, Message, Publish as _, Reason, Refusal, Router, RunError, Settle as _,
    Source as _,
};
use test_brokers::{
    PATIENCE, Server, run, unique, until,
    users::{Seen, created, note},
};
use tokio::time::timeout;

const DIALECT: Dialect = Dialect::RabbitMq;

/// Names at the broker that no other test has.
struct Place {
    url: String,
    /// Over AMQP 0.9.1.
    admin: goodevent_rabbitmq::Connection,
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
        let admin = goodevent_rabbitmq::Connection::lazy(&goodevent_rabbitmq::Config::new(&url));
        topology.declare(&admin).await.expect("the user may declare");
        Self { url, admin, queue, topology, contract }
    }

    fn config(&self) -> Config {
        Config::new(DIALECT, &self.url)
    }

    fn publisher(&self) -> AmqpPublisher {
        Connection::lazy(&self.config()).publisher()
    }

    fn source(&self) -> AmqpSource {
        Connection::lazy(&self.config()).source(&self.queue)
    }

    async fn n_dead(&self) -> usize {
        let opened = self.admin.dead_letters(&self.queue).await.expect("the queue exists");
        opened.list(10).await.expect("they can be read").len()
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
        self.topology.delete(&self.admin).await.expect("the user may remove it");
    }
}

/// The dialect of Service Bus, with full addresses, as far as this broker understands it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_rejected_lies_where_the_broker_lays_it() {
    let place = Place::new().await;
    let topic = format!("/exchange/{}", place.contract.topic);
    let connection = Connection::lazy(&Config::new(Dialect::ServiceBus, &place.url));
    let publisher = connection.publisher();
    let message = Message { topic: topic.clone(), ..place.message(1) };
    publisher.publish(message.clone()).await.expect("the broker takes it");
    let mut source = connection.source(&format!("/amq/queue/{}", place.queue));
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("all is well");
    let received = received.expect("the source has a message");
    assert_eq!((&*received.message, received.attempt), (&message, 1));
    let detail = "not wanted".to_owned();
    let refusal = Refusal { reason: Reason::Rejected, pointer: String::new(), detail, attempts: 1 };
    received.receipt.dead_letter(&received.message, &refusal).await.expect("the message is dead-lettered");
    until("the dead letter", async || place.n_dead().await == 1).await;
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
    place.publisher().publish(place.message(1)).await.expect("the broker takes it");
    // With room for two, three that are not settled would keep back the fourth.
    let config = Config { prefetch: 2, ..place.config() };
    let mut source = Connection::lazy(&config).source(&place.queue);
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("all is well");
    received.expect("the source has a message").receipt.ack().await.expect("it is done");
    until("the dead letters", async || place.n_dead().await == 3).await;
    drop(source);
    assert_eq!(place.n_waiting().await, 0);
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_without_a_place_does_not_cost_the_original() {
    let place = Place::new().await;
    place.publisher().publish(place.message(1)).await.expect("the broker takes it");
    let (_connection, channel) = place.channel().await;
    let retry_queue = format!("{}.retry.1s", place.queue);
    channel.queue_delete(retry_queue.as_str().into(), Default::default()).await.expect("it was there");
    let mut source = place.source();
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("all is well");
    let received = received.expect("the source has a message");
    let outcome = received.receipt.retry(&received.message, Duration::from_secs(1), 2).await;
    assert!(outcome.is_err(), "there is no queue to wait in");
    let received = timeout(PATIENCE, source.next()).await.expect("it is there").expect("all is well");
    received.expect("the source has a message").receipt.ack().await.expect("it is done");
    drop(source);
    place.topology.declare(&place.admin).await.expect("the user may declare");
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_pass_is_an_error_that_says_so() {
    let wrong = Server::Amqp.url().replace("loopback-only", "wrong");
    let refused = Connection::open(&Config::new(DIALECT, &wrong)).await.expect_err("the password is wrong");
    assert!(refused.kind() == BrokerErrorKind::Refused && refused.chain().contains("password"), "{}", refused.chain());
    let check = async |url: &str, queue: &str, expected: &str| {
        let source = Connection::lazy(&Config::new(DIALECT, url)).source(queue);
        let (running, _) = run(Router::new(Seen::default()).on(note), source);
        let ended = timeout(PATIENCE, running).await.expect("it does not wait").expect("it does not panic");
        let Err(RunError::Source(error)) = ended else { panic!("it can't consume: {ended:?}") };
        assert!(error.chain().contains(expected), "{}", error.chain());
    };
    check(&wrong, "any", "password").await;
    check(&Server::Amqp.url(), "no.such.queue", "no.such.queue").await;
}
