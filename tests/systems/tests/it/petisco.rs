//! petisco, on RabbitMQ: a mail that can't be sent is tried again by way of the broker, laid aside, and taken again when the
//! mail server is back. A store queue keeps all of it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use contracts::registration::{UserConfirmedV1Event, UserCreatedV1Event};
use goodevent::Event as _;
use goodevent_rabbitmq::{Config, Connection, Topology};
use goodevent_runtime::{
    DeadLetters as _, Delivery, Failure, Place, Publisher, Retry, Router, Settle as _, Source as _,
    headers::{ATTEMPTS, DETAIL, REASON},
};
use goodevent_samples::Samples as _;
use test_brokers::{PATIENCE, Server, run, unique, until};
use tokio::time::{Instant, timeout};

use crate::place::{Log, Own, own};

#[derive(Debug, Clone, Default)]
struct Mails {
    is_back: Arc<AtomicBool>,
    log: Log,
}

async fn welcome(mails: Mails, new: Delivery<UserCreatedV1Event>) -> Result<(), Failure> {
    mails.log.note(format!("attempt {}", new.attempt));
    if !mails.is_back.load(Ordering::SeqCst) {
        return Err(Failure::Retry("the mail server is away".into()));
    }
    mails.log.note(format!("welcome, {}", new.event.display_name));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn petisco() {
    if Server::RabbitMq.is_left_out() {
        return;
    }
    let (url, place) = (Server::RabbitMq.url(), unique("petisco"));

    // Names say organization, service, version and what happened.
    assert_eq!(UserCreatedV1Event::ROUTING_KEY, "acme.registration.1.event.user.created");
    let (created, confirmed) = (own::<UserCreatedV1Event>(&place), own::<UserConfirmedV1Event>(&place));
    let (queue, store) = (format!("{place}.send_mail"), format!("{place}.store"));
    let topology = Topology::new().queue(&queue, &[&created]).publishes(&[&confirmed]).store(&store);
    let connection = Connection::open(&Config::new(url)).await.expect("the broker is there");
    topology.declare(&connection).await.expect("the user may declare");

    let publisher = Publisher::new(Own { transport: connection.publisher(), place }, "accounts");
    let ada = UserCreatedV1Event { display_name: "Ada".to_owned(), ..UserCreatedV1Event::sample(1) };
    publisher.publish(ada).await.expect("the queue and the store take it");
    publisher.publish(UserConfirmedV1Event::sample(1)).await.expect("the store takes it");

    // Each attempt but the first waits at the broker, in a queue with a time to live.
    let (mails, start) = (Mails::default(), Instant::now());
    let retry = Retry { max_attempts: 2, first: Duration::from_millis(500), place: Place::Broker, ..Retry::default() };
    let router = Router::new(mails.clone()).retry(retry).on(welcome);
    let (running, stop) = run(router, connection.source(&queue));
    let opened = async || connection.dead_letters(&queue).await.expect("the queue exists");
    let dead = async || opened().await.list(10).await.expect("they can be read");
    until("the dead letter", async || dead().await.len() == 1).await;
    assert!(start.elapsed() >= Duration::from_secs(1), "the shortest queue of retries holds for a second");
    assert_eq!(mails.log.all(), ["attempt 1", "attempt 2"]);
    let [dead_letter] = &dead().await[..] else { panic!("there is one") };
    let reasons =
        [REASON, ATTEMPTS, DETAIL].map(|name| dead_letter.message.header(name).unwrap_or_default().to_owned());
    assert_eq!(reasons, ["failed", "2", "the mail server is away"]);

    // Requeued, it is handled, and lies there no more.
    mails.is_back.store(true, Ordering::SeqCst);
    let n_requeued = opened().await.requeue_if(|message| message.header(REASON) == Some("failed")).await;
    assert_eq!(n_requeued, Ok(1));
    until("the mail", async || mails.log.has("welcome, Ada")).await;
    assert!(dead().await.is_empty());
    stop.trigger();
    running.await.expect("it does not panic").expect("it ends well");

    // The store has all that was published, once, whatever became of it.
    let mut stored = connection.source(&store);
    for expected in [UserCreatedV1Event::ROUTING_KEY, UserConfirmedV1Event::ROUTING_KEY] {
        let received = timeout(PATIENCE, stored.next()).await.expect("it is there").expect("all is well");
        let received = received.expect("the source has a message");
        assert_eq!(received.message.routing_key, expected);
        received.receipt.ack().await.expect("the broker is told");
    }
    assert!(timeout(Duration::from_millis(300), stored.next()).await.is_err(), "there is nothing else");
    drop(stored);
    topology.delete(&connection).await.expect("the user may remove it");
}
