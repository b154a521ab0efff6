//! `goodevent outbox` at real databases.

mod support;

use std::{
    fs,
    path::Path,
    process::{Command, Output},
    time::Duration,
};

use contracts::registration::UserConfirmedV1Event;
use goodevent::trace::TraceParent;
use goodevent_runtime::{
    Message, Retry, Shutdown,
    memory::MemoryBroker,
    outbox::{
        Relay, Store,
        postgres::{self, PostgresStore},
        sqlite::{self, SqliteStore},
    },
};
use goodevent_samples::Samples as _;
use rusqlite::Connection;
use serde_json::Value;
use support::assert_documented;
use test_brokers::{Server, unique, until};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, NoTls};

fn outbox(args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goodevent-ops"));
    command.arg("outbox").args(args).env_remove("GOODEVENT_OUTBOX");
    let Output { status, stdout, stderr } = command.output().expect("the command runs");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (status.code(), text(stdout), text(stderr))
}

fn listed(database: &str) -> Value {
    let (code, out, err) = outbox(&["list", database, "--format", "json"]);
    assert_eq!(code, Some(0), "{err}");
    let json = serde_json::from_str(&out).expect("it is JSON");
    assert_documented("outbox-list", &json);
    json
}

/// A message that nothing takes.
fn message(seed: u64) -> Message {
    let message = Message::of("accounts", UserConfirmedV1Event::sample(seed), &(), TraceParent::new_root());
    Message { partition_key: Some(format!("user {seed}")), ..message.expect("samples are valid") }
}

fn relay(store: impl Store, broker: &MemoryBroker) -> (JoinHandle<()>, Shutdown) {
    let stop = Shutdown::new();
    let retry = Retry { max_attempts: 2, first: Duration::from_millis(1), ..Retry::default() };
    let relay = Relay::new(store, broker.clone()).retry(retry).interval(Duration::from_millis(10));
    (tokio::spawn(relay.run(stop.clone())), stop)
}

/// Two messages of `database` are stuck and a third waits behind one of them.
async fn look_and_recover(database: &str, broker: &MemoryBroker) {
    until("two are stuck", async || listed(database)["stuck"].as_array().is_some_and(|stuck| stuck.len() == 2)).await;
    let all = listed(database);
    assert_eq!((&all["pending"], &all["stuck"][0]["attempts"]), (&3.into(), &2.into()));
    assert_eq!(all["stuck"][0]["event"], "UserConfirmedV1");
    assert!(all["stuck"][0]["body"].is_object(), "{all}");

    let (code, out, err) = outbox(&["list", database, "--key", "user 1"]);
    assert_eq!((code, out.lines().count()), (Some(0), 1), "{out}{err}");
    assert!(out.contains("unroutable: "), "{out}");
    assert!(err.contains("1 of 3 messages"), "{err}");

    let (_, out, err) = outbox(&["recover", database, "--event", "UserConfirmedV1Event", "--dry-run"]);
    assert_eq!((out.lines().count(), listed(database)["pending"].as_u64()), (2, Some(3)), "{out}{err}");
    let (code, out, err) = outbox(&["recover", database, "--number", "1000000"]);
    assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");

    broker.bind::<UserConfirmedV1Event>("mails");
    let (code, out, err) = outbox(&["recover", database]);
    assert_eq!((code, out.lines().count()), (Some(0), 2), "{out}{err}");
    until("all are published", async || broker.n_waiting("mails") == 3).await;
    until("the outbox is empty", async || listed(database)["pending"] == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stuck_in_a_file_is_listed_and_goes_on() {
    let folder = tempfile::tempdir().expect("there is a folder");
    let path = folder.path().join("shop.db");
    let database = Connection::open(&path).expect("it is made");
    sqlite::create(&database).expect("tables can be made");
    for seed in [1, 2, 1] {
        sqlite::store(&database, &message(seed)).expect("it can be stored");
    }
    let broker = MemoryBroker::new();
    let (relaying, stop) = relay(SqliteStore::new(database), &broker);
    look_and_recover(path.to_str().expect("it is a text"), &broker).await;
    stop.trigger();
    relaying.await.expect("it does not panic");
}

async fn connect(url: String) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stuck_in_postgres_is_listed_and_goes_on() {
    if Server::Postgres.is_left_out() {
        return;
    }
    let schema = unique("ops").replace('-', "_");
    let url = format!("{}?options=-csearch_path%3D{schema}", Server::Postgres.url());
    let database = connect(url.clone()).await.expect("the server is there");
    database.batch_execute(&format!("CREATE SCHEMA {schema}")).await.expect("we may make schemas");
    postgres::create(&database).await.expect("tables can be made");
    for seed in [1, 2, 1] {
        postgres::store(&database, &message(seed)).await.expect("it can be stored");
    }
    let broker = MemoryBroker::new();
    let own = url.clone();
    let (relaying, stop) = relay(PostgresStore::new(move || connect(own.clone())), &broker);
    look_and_recover(&url, &broker).await;
    stop.trigger();
    relaying.await.expect("it does not panic");
}

#[test]
fn what_is_no_outbox_is_said() {
    let folder = tempfile::tempdir().expect("there is a folder");
    let place = |name: &str| folder.path().join(name);
    let text = |path: &Path| path.to_str().expect("it is a text").to_owned();
    fs::write(place("text.db"), "no database, but long enough to be looked at as one, says its first line")
        .expect("it is written");
    Connection::open(place("empty.db"))
        .expect("it is made")
        .execute_batch("CREATE TABLE a (b)")
        .expect("it can be made");
    for (database, why) in [
        (text(&place("missing.db")), "No such file"),
        (text(&place("text.db")), "not a database"),
        (text(&place("empty.db")), "no such table: goodevent_outbox"),
        ("postgres://nobody:secret@127.0.0.1:1/shop".to_owned(), "cannot connect to the database"),
        ("mysql://127.0.0.1/shop".to_owned(), "not at mysql://"),
    ] {
        for verb in ["list", "recover"] {
            let (code, out, err) = outbox(&[verb, &database]);
            assert_eq!((code, out.as_str()), (Some(2), ""), "{err}");
            assert!(err.contains(why) && !err.contains("secret"), "{err}");
        }
    }
    assert!(!place("missing.db").exists());
}
