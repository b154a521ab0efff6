//! Outbox and inbox in a real PostgreSQL.
#![cfg(feature = "postgres")]

use std::{collections::BTreeMap, env, fs, path::Path, time::Duration};

use contracts::subscriptions::SubscriptionTerminatedV2Event;
use goodevent::trace::TraceParent;
use goodevent_runtime::{
    Message, Retry, Stop,
    memory::Broker,
    outbox::{
        Relay,
        postgres::{self, PostgresStore},
    },
};
use goodevent_samples::Samples as _;
use tokio_postgres::{Client, NoTls};

const QUEUE: &str = "queue";

/// Where the server is, or `None` if the caller wants no test of it.
fn url() -> Option<String> {
    const VARIABLE: &str = "GOODEVENT_POSTGRES_URL";
    if env::var("GOODEVENT_WITHOUT").is_ok_and(|names| names.split(',').any(|name| name == "postgres")) {
        return None;
    }
    let lines = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/brokers/brokers.env");
    let told = || {
        let text = fs::read_to_string(lines).ok()?;
        text.lines().find_map(|line| Some(line.strip_prefix(VARIABLE)?.strip_prefix('=')?.to_owned()))
    };
    Some(env::var(VARIABLE).ok().or_else(told).expect("run `cargo xtask brokers up`, or set GOODEVENT_POSTGRES_URL"))
}

/// A connection whose tables are of this test alone.
async fn connect(url: &str, schema: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the server is there");
    tokio::spawn(connection);
    let own = format!("CREATE SCHEMA IF NOT EXISTS {schema}; SET search_path TO {schema}");
    client.batch_execute(&own).await.expect("we may make schemas");
    client
}

fn message(key: u64, nth: u64) -> Message {
    let mut event = SubscriptionTerminatedV2Event::sample(nth);
    event.subscription_id = SubscriptionTerminatedV2Event::sample(key).subscription_id;
    let message = Message::of("tests", event, &(), TraceParent::new_root()).expect("it is valid");
    Message { id: format!("{key}-{nth}"), ..message }
}

async fn until(what: impl AsyncFn() -> bool) {
    for _ in 0..1_000 {
        if what().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not happen in ten seconds");
}

#[tokio::test]
async fn committed_events_are_published_in_order_and_stuck_ones_wait() {
    let Some(url) = url() else { return };
    let schema = format!("outbox_{}", std::process::id());
    let mut database = connect(&url, &schema).await;
    postgres::create(&database).await.expect("tables can be made");
    let broker = Broker::new();
    broker.bind::<SubscriptionTerminatedV2Event>(QUEUE);
    let stop = Stop::new();
    let store = PostgresStore::new(connect(&url, &schema).await).await.expect("nobody else relays");
    let retry = Retry { max_attempts: 2, first: Duration::from_millis(1), ..Retry::default() };
    let relay = Relay::new(store, broker.clone()).retry(retry).interval(Duration::from_millis(10));
    let running = tokio::spawn(relay.run(stop.clone()));
    for nth in 0..300 {
        let transaction = database.transaction().await.expect("it is free");
        postgres::store(&transaction, &message(nth % 5, nth)).await.expect("it can be stored");
        match nth % 10 {
            9 => transaction.rollback().await.expect("it can be taken back"),
            _ => transaction.commit().await.expect("it can be committed"),
        }
    }
    until(async || postgres::n_pending(&database).await.expect("it answers") == 0).await;
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
    until(async || postgres::stuck(&database).await.expect("it answers").len() == 1).await;
    broker.bind_key(QUEUE, "nowhere", "#");
    let number = postgres::stuck(&database).await.expect("it answers")[0].stored.number;
    assert_eq!(postgres::recover(&database, Some(number)).await.expect("it answers"), 1);
    until(async || postgres::n_pending(&database).await.expect("it answers") == 0).await;
    stop.ask();
    running.await.expect("it does not panic").expect("the database answers");
}

#[tokio::test]
async fn copies_are_new_once() {
    let Some(url) = url() else { return };
    let mut database = connect(&url, &format!("inbox_{}", std::process::id())).await;
    postgres::create(&database).await.expect("tables can be made");
    let transaction = database.transaction().await.expect("it is free");
    assert!(postgres::is_new(&transaction, "billing", "a").await.expect("it answers"));
    transaction.rollback().await.expect("it can be taken back");
    let transaction = database.transaction().await.expect("it is free");
    assert!(postgres::is_new(&transaction, "billing", "a").await.expect("it answers"), "what failed is new again");
    transaction.commit().await.expect("it can be committed");
    assert!(!postgres::is_new(&database, "billing", "a").await.expect("it answers"));
    assert!(postgres::is_new(&database, "mails", "a").await.expect("it answers"));
}
