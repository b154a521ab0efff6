//! Outbox and inbox in a real PostgreSQL.
#![cfg(feature = "postgres")]

use std::{collections::BTreeMap, time::Duration};

use contracts::subscriptions::SubscriptionTerminatedV2Event;
use goodevent::trace::TraceParent;
use goodevent_runtime::{
    Message, Retry, Shutdown,
    memory::MemoryBroker,
    outbox::{
        Relay,
        postgres::{self, PostgresStore},
    },
};
use goodevent_samples::Samples as _;
use test_brokers::{Server, until};
use tokio_postgres::{Client, NoTls};

const QUEUE: &str = "queue";

/// A connection whose tables are of this test alone.
async fn connect(url: &str, schema: &str) -> Client {
    try_connect(url.to_owned(), schema.to_owned()).await.expect("the server is there, and we may make schemas")
}

async fn try_connect(url: String, schema: String) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
    tokio::spawn(connection);
    let own = format!(
        "CREATE SCHEMA IF NOT EXISTS {schema}; SET search_path TO {schema}, public; SET application_name TO {schema}"
    );
    client.batch_execute(&own).await?;
    Ok(client)
}

/// The outbox of a schema.
fn store(url: &str, schema: &str) -> PostgresStore {
    let (url, schema) = (url.to_owned(), schema.to_owned());
    PostgresStore::new(move || try_connect(url.clone(), schema.clone()))
}

fn message(key: u64, nth: u64) -> Message {
    let mut event = SubscriptionTerminatedV2Event::sample(nth);
    event.subscription_id = SubscriptionTerminatedV2Event::sample(key).subscription_id;
    let message = Message::of("tests", event, &(), TraceParent::new_root()).expect("it is valid");
    Message { id: format!("{key}-{nth}"), ..message }
}

#[tokio::test]
async fn committed_events_are_published_in_order_and_stuck_ones_wait() {
    if Server::Postgres.is_left_out() {
        return;
    }
    let url = Server::Postgres.url();
    let schema = format!("outbox_{}", std::process::id());
    let mut database = connect(&url, &schema).await;
    postgres::create(&database).await.expect("tables can be made");
    let broker = MemoryBroker::new();
    broker.bind::<SubscriptionTerminatedV2Event>(QUEUE);
    let stop = Shutdown::new();
    let retry = Retry { max_attempts: 2, first: Duration::from_millis(1), ..Retry::default() };
    let relay = Relay::new(store(&url, &schema), broker.clone()).retry(retry).interval(Duration::from_millis(10));
    let running = tokio::spawn(relay.run(stop.clone()));
    for nth in 0..300 {
        let transaction = database.transaction().await.expect("it is free");
        postgres::store(&transaction, &message(nth % 5, nth)).await.expect("it can be stored");
        match nth % 10 {
            9 => transaction.rollback().await.expect("it can be taken back"),
            _ => transaction.commit().await.expect("it can be committed"),
        }
    }
    until("all are published", async || postgres::n_pending(&database).await.expect("it answers") == 0).await;
    assert_eq!(broker.n_waiting(QUEUE), 270);
    let mut by_key: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut source = broker.source(QUEUE);
    for _ in 0..270 {
        let received =
            goodevent_runtime::Source::next(&mut source).await.expect("the queue is there").expect("one more");
        let (key, nth) = received.message.id.split_once('-').expect("key and number");
        by_key.entry(key.to_owned()).or_default().push(nth.parse().expect("a number"));
        goodevent_runtime::Settle::ack(received.receipt).await.expect("it is told");
    }
    assert!(by_key.values().all(|numbers| numbers.is_sorted()), "{by_key:?}");

    let nowhere = Message { topic: "nowhere".to_owned(), ..message(1, 1_000) };
    postgres::store(&database, &nowhere).await.expect("it can be stored");
    until("one is stuck", async || postgres::stuck(&database).await.expect("it answers").len() == 1).await;
    broker.bind_key(QUEUE, "nowhere", "#");
    let number = postgres::stuck(&database).await.expect("it answers")[0].stored.number;
    assert_eq!(postgres::recover(&database, Some(number)).await.expect("it answers"), 1);
    until("all are published", async || postgres::n_pending(&database).await.expect("it answers") == 0).await;
    stop.trigger();
    running.await.expect("it does not panic");
}

/// One relay publishes at a time; another one, and one whose connections are cut, go on when they can.
#[tokio::test]
async fn relays_outlive_their_connections_and_each_other() {
    if Server::Postgres.is_left_out() {
        return;
    }
    let url = Server::Postgres.url();
    let schema = format!("relays_{}", std::process::id());
    let database = connect(&url, &schema).await;
    postgres::create(&database).await.expect("tables can be made");
    let killer = connect(&url, &format!("killer_{}", std::process::id())).await;
    let broker = MemoryBroker::new();
    broker.bind::<SubscriptionTerminatedV2Event>(QUEUE);
    let retry = Retry { first: Duration::from_millis(1), longest: Duration::from_millis(50), ..Retry::default() };
    let relay = || {
        let relay = Relay::new(store(&url, &schema), broker.clone()).retry(retry).interval(Duration::from_millis(5));
        let stop = Shutdown::new();
        (tokio::spawn(relay.run(stop.clone())), stop)
    };
    let (first, second) = (relay(), relay());
    for nth in 0..200 {
        let current = connect(&url, &schema).await;
        postgres::store(&current, &message(nth % 5, nth)).await.expect("it can be stored");
        if nth % 50 == 25 {
            let kill =
                format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{schema}'");
            killer.batch_execute(&kill).await.expect("they are ours");
        }
        if nth == 120 {
            first.1.trigger();
        }
    }
    first.0.await.expect("it does not panic");
    let last = connect(&url, &schema).await;
    until("all are published", async || postgres::n_pending(&last).await.expect("it answers") == 0).await;
    second.1.trigger();
    second.0.await.expect("it does not panic");
    let mut source = broker.source(QUEUE);
    let mut by_key: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    while broker.n_waiting(QUEUE) > 0 {
        let received = goodevent_runtime::Source::next(&mut source).await.expect("the queue is there").expect("one");
        let (key, nth) = received.message.id.split_once('-').expect("key and number");
        let (own, nth) = (by_key.entry(key.to_owned()).or_default(), nth.parse().expect("a number"));
        // What was confirmed when the connection was cut may be published again.
        if !own.contains(&nth) {
            own.push(nth);
        }
        goodevent_runtime::Settle::ack(received.receipt).await.expect("it is told");
    }
    assert_eq!(by_key.values().map(Vec::len).sum::<usize>(), 200);
    assert!(by_key.values().all(|numbers| numbers.is_sorted()), "{by_key:?}");
}

#[tokio::test]
async fn copies_are_new_once() {
    if Server::Postgres.is_left_out() {
        return;
    }
    let url = Server::Postgres.url();
    let mut database = connect(&url, &format!("inbox_{}", std::process::id())).await;
    postgres::create(&database).await.expect("tables can be made");
    let transaction = database.transaction().await.expect("it is free");
    assert!(postgres::is_new(&transaction, "billing", "s", "a").await.expect("it answers"));
    transaction.rollback().await.expect("it can be taken back");
    let transaction = database.transaction().await.expect("it is free");
    assert!(postgres::is_new(&transaction, "billing", "s", "a").await.expect("it answers"), "what failed is new again");
    transaction.commit().await.expect("it can be committed");
    assert!(!postgres::is_new(&database, "billing", "s", "a").await.expect("it answers"));
    assert!(postgres::is_new(&database, "mails", "s", "a").await.expect("it answers"));
    assert!(postgres::is_new(&database, "billing", "t", "a").await.expect("it answers"), "another source");
}

#[tokio::test]
async fn tables_are_created_by_many_at_once_and_old_inboxes_get_sources() {
    if Server::Postgres.is_left_out() {
        return;
    }
    let url = Server::Postgres.url();
    for (nth, old) in [
        "",
        "CREATE TABLE goodevent_inbox (consumer TEXT NOT NULL, id TEXT NOT NULL,
             taken_at TIMESTAMPTZ NOT NULL DEFAULT now(), PRIMARY KEY (consumer, id));
         INSERT INTO goodevent_inbox (consumer, id) VALUES ('a', '1');",
    ]
    .into_iter()
    .enumerate()
    {
        let schema = format!("create_{nth}_{}", std::process::id());
        let database = connect(&url, &schema).await;
        database.batch_execute(old).await.expect("it is SQL");
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let other = connect(&url, &schema).await;
            all.spawn(async move { postgres::create(&other).await });
        }
        all.join_all().await.into_iter().for_each(|created| created.expect("tables can be made"));
        let is_new = async |id: &str| postgres::is_new(&database, "a", "s", id).await.expect("it answers");
        assert_eq!([is_new("1").await, is_new("2").await, is_new("2").await], [old.is_empty(), true, false]);
    }
}
