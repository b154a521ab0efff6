//! What is committed is published: in order, whatever fails on the way.
#![cfg(feature = "sqlite")]

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use contracts::subscriptions::SubscriptionTerminatedV2Event;
use goodevent::trace::TraceParent;
use goodevent_runtime::{
    Delivery, Failure, Message, Publish, PublishError, Retry, Router, Shutdown,
    memory::MemoryBroker,
    outbox::{
        Relay,
        sqlite::{self, SqliteStore},
    },
};
use goodevent_samples::Samples as _;
use rusqlite::Connection;
use test_brokers::until;

const QUEUE: &str = "queue";

fn open(path: &Path) -> Connection {
    let database = Connection::open(path).expect("the folder is writable");
    database.busy_timeout(Duration::from_secs(10)).expect("it is a time");
    database.execute_batch("PRAGMA journal_mode = WAL").expect("it is SQLite");
    sqlite::create(&database).expect("tables can be made");
    database
}

fn message(key: u64, nth: u64) -> Message {
    let mut event = SubscriptionTerminatedV2Event::sample(nth);
    event.subscription_id = SubscriptionTerminatedV2Event::sample(key).subscription_id;
    event.terminated_time_utc = format!("2026-01-01T00:00:00.{nth:06}Z");
    let mut message = Message::of("tests", event, &(), TraceParent::new_root()).expect("it is valid");
    // The contract's id is the subscription's; here each event is another.
    message.id = format!("{key}-{nth}");
    message
}

/// A broker that fails in every way, again and again.
#[derive(Clone)]
struct Shaky {
    broker: MemoryBroker,
    n_sent: Arc<AtomicU64>,
    got: Arc<Mutex<Vec<Message>>>,
}

impl Shaky {
    fn new() -> Self {
        let broker = MemoryBroker::new();
        broker.bind::<SubscriptionTerminatedV2Event>(QUEUE);
        Self { broker, n_sent: Arc::default(), got: Arc::default() }
    }
}

impl Publish for Shaky {
    type Confirmation = std::future::Ready<Result<(), PublishError>>;

    async fn send(&self, message: Message) -> Result<Self::Confirmation, PublishError> {
        let gone = || PublishError::Unreachable("it went away".to_owned());
        match self.n_sent.fetch_add(1, Ordering::SeqCst) % 11 {
            // It never came.
            3 => Err(gone()),
            // It came, but nobody was told.
            7 => {
                self.got.lock().expect("nobody panics").push(message.clone());
                self.broker.publish(message).await?;
                Ok(std::future::ready(Err(gone())))
            }
            _ => {
                self.got.lock().expect("nobody panics").push(message.clone());
                self.broker.send(message).await
            }
        }
    }
}

fn quick() -> Retry {
    Retry { first: Duration::from_millis(1), longest: Duration::from_millis(2), ..Retry::default() }
}

#[tokio::test]
async fn committed_events_are_published_in_order_whatever_the_broker_does() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("service.db");
    let mut database = open(&path);
    let (mut stored, shaky, stop) = (Vec::new(), Shaky::new(), Shutdown::new());
    let relay = Relay::new(SqliteStore::new(open(&path)), shaky.clone()).retry(quick()).window(20);
    let wake = relay.wake();
    let running = tokio::spawn(relay.run(stop.clone()));
    for nth in 0..600 {
        let transaction = database.transaction().expect("nobody holds it");
        sqlite::store(&transaction, &message(nth % 5, nth)).expect("it can be stored");
        // What is rolled back never happened.
        match nth % 10 {
            9 => drop(transaction),
            _ => {
                transaction.commit().expect("it can be committed");
                stored.push(message(nth % 5, nth).id);
            }
        }
        wake.notify_one();
    }
    until("all are published", async || sqlite::n_pending(&database).expect("it answers") == 0).await;
    stop.trigger();
    running.await.expect("it does not panic");
    let mut first: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    let mut seen = HashSet::new();
    let got = shaky.got.lock().expect("nobody panics").clone();
    for message in got.iter().filter(|message| seen.insert(message.id.clone())) {
        let (key, nth) = message.id.split_once('-').expect("key and number");
        first.entry(key.parse().expect("a number")).or_default().push(nth.parse().expect("a number"));
    }
    assert_eq!(seen, stored.into_iter().collect::<HashSet<String>>(), "all that was committed, and nothing else");
    assert!(got.len() > seen.len(), "some came twice, as they may");
    assert!(first.values().all(|numbers| numbers.is_sorted()), "{first:?}");
}

#[tokio::test]
async fn copies_take_effect_once() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("consumer.db");
    let broker = MemoryBroker::new();
    broker.bind::<SubscriptionTerminatedV2Event>(QUEUE);
    for nth in 0..300 {
        // Each comes three times.
        broker.publish(message(nth % 7, nth / 3)).await.expect("it is bound");
    }
    let database = Arc::new(Mutex::new(open(&path)));
    let create = "CREATE TABLE effects (id TEXT NOT NULL)";
    database.lock().expect("nobody panics").execute_batch(create).expect("it is SQL");
    let n_tries = Arc::new(AtomicU64::new(0));
    let n_handled = Arc::clone(&n_tries);
    let router = Router::new((Arc::clone(&database), n_tries)).retry(Retry { max_attempts: 50, ..quick() }).on(
        |(database, n_tries): (Arc<Mutex<Connection>>, Arc<AtomicU64>),
         gone: Delivery<SubscriptionTerminatedV2Event>| async move {
            let mut database = database.lock().expect("nobody panics");
            let transaction = database.transaction()?;
            let key = format!("{}{}", gone.event.subscription_id, gone.event.terminated_time_utc);
            if sqlite::is_new(&transaction, "billing", gone.origin(), &key)? {
                transaction.execute("INSERT INTO effects VALUES (?)", [&key])?;
            }
            // A third fails behind the effect, and takes it back.
            if n_tries.fetch_add(1, Ordering::SeqCst) % 3 == 0 {
                return Err(Failure::Retry("the power went".into()));
            }
            transaction.commit()?;
            Ok(())
        },
    );
    let stop = Shutdown::new();
    let running = tokio::spawn(router.run(broker.source(QUEUE), stop.clone()));
    until("all are consumed", async || broker.n_waiting(QUEUE) == 0).await;
    // 300 are done, and each time that one is not is a third of all.
    until("all are handled", async || n_handled.load(Ordering::SeqCst) >= 450).await;
    stop.trigger();
    running.await.expect("it does not panic").expect("nothing is wrong");
    let database = database.lock().expect("nobody panics");
    let count = "SELECT count(*), count(DISTINCT id) FROM effects";
    let counts: (i64, i64) = database.query_row(count, [], |row| Ok((row.get(0)?, row.get(1)?))).expect("it answers");
    let n_facts = (0..300).map(|nth| (nth % 7, nth / 3)).collect::<HashSet<_>>().len() as i64;
    assert_eq!(counts, (n_facts, n_facts));
}

#[test]
fn an_id_belongs_to_its_source_and_consumer() {
    let database = Connection::open_in_memory().expect("there is room");
    sqlite::create(&database).expect("tables can be made");
    let is_new =
        |consumer: &str, source: &str, id: &str| sqlite::is_new(&database, consumer, source, id).expect("it answers");
    for (consumer, source, id) in [("a", "s", "1"), ("a", "t", "1"), ("b", "s", "1"), ("a", "s", "2")] {
        assert_eq!(
            [is_new(consumer, source, id), is_new(consumer, source, id)],
            [true, false],
            "{consumer} {source} {id}"
        );
    }
}

/// An inbox of version 0.1.0, whose ids have no sources, keeps what it knows.
#[test]
fn old_inboxes_get_sources() {
    for is_in_transaction in [false, true] {
        let mut database = Connection::open_in_memory().expect("there is room");
        let old = "CREATE TABLE goodevent_inbox (consumer TEXT NOT NULL, id TEXT NOT NULL,
                       taken_at INTEGER NOT NULL DEFAULT (unixepoch()), PRIMARY KEY (consumer, id)) WITHOUT ROWID;
                   CREATE INDEX goodevent_inbox_taken_at ON goodevent_inbox (taken_at);
                   INSERT INTO goodevent_inbox (consumer, id, taken_at) VALUES ('a', '1', unixepoch()), ('a', '2', 5);";
        database.execute_batch(old).expect("it is SQL");
        if is_in_transaction {
            let transaction = database.transaction().expect("it is free");
            sqlite::create(&transaction).expect("tables can be made");
            transaction.commit().expect("it can be committed");
        } else {
            sqlite::create(&database).expect("tables can be made");
        }
        sqlite::create(&database).expect("tables are there");
        let is_new = |id: &str| sqlite::is_new(&database, "a", "s", id).expect("it answers");
        assert_eq!([is_new("1"), is_new("2"), is_new("3"), is_new("3")], [false, false, true, false]);
        assert_eq!(sqlite::forget(&database, 60).expect("it answers"), 1, "times are kept");
        assert!(is_new("2"));
    }
}

#[tokio::test]
async fn a_relay_outlives_a_database_that_is_locked() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("service.db");
    let database = open(&path);
    let broker = MemoryBroker::new();
    broker.bind::<SubscriptionTerminatedV2Event>(QUEUE);
    let own = open(&path);
    own.busy_timeout(Duration::from_millis(5)).expect("it is a setting");
    let stop = Shutdown::new();
    let relay = Relay::new(SqliteStore::new(own), broker.clone()).retry(quick()).interval(Duration::from_millis(1));
    let running = tokio::spawn(relay.run(stop.clone()));
    for nth in 0..3 {
        sqlite::store(&database, &message(1, nth)).expect("it can be stored");
        // What is confirmed meanwhile is not published again.
        database.execute_batch("BEGIN EXCLUSIVE").expect("it is free");
        tokio::time::sleep(Duration::from_millis(100)).await;
        database.execute_batch("COMMIT").expect("it is ours");
        assert!(!running.is_finished());
        until("it is published", async || sqlite::n_pending(&database).expect("it answers") == 0).await;
    }
    stop.trigger();
    running.await.expect("it does not panic");
    assert_eq!(broker.n_waiting(QUEUE), 3);
}

#[tokio::test]
async fn rejected_messages_delay_no_other_key() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("service.db");
    let database = open(&path);
    let broker = MemoryBroker::new();
    broker.bind_key(QUEUE, "known", "#");
    let store = |topic: &str, key: String, nth| {
        let message = Message { topic: topic.to_owned(), partition_key: Some(key), ..message(1, nth) };
        sqlite::store(&database, &message).expect("it can be stored");
    };
    // The first one of each of 50 keys is rejected.
    for nth in 0..100 {
        store("unknown", format!("rejected {}", nth % 50), nth);
    }
    for nth in 100..1_000 {
        store("known", nth.to_string(), nth);
    }
    let stop = Shutdown::new();
    let retry = Retry { first: Duration::from_secs(3), ..Retry::default() };
    let relay = Relay::new(SqliteStore::new(open(&path)), broker.clone()).retry(retry).window(200);
    let running = tokio::spawn(relay.interval(Duration::from_millis(5)).run(stop.clone()));
    until("the others are published", async || broker.n_waiting(QUEUE) == 900).await;
    let attempts = "SELECT count(*), sum(attempts), max(attempts) FROM goodevent_outbox WHERE topic = 'unknown'";
    let attempts: (i64, i64, i64) =
        database.query_row(attempts, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("it answers");
    assert_eq!(attempts, (100, 50, 1), "each is tried once, and keeps its key");
    // The route is mended.
    broker.bind_key(QUEUE, "unknown", "#");
    until("all are published", async || broker.n_waiting(QUEUE) == 1_000).await;
    assert!(sqlite::stuck(&database).expect("it answers").is_empty());
    stop.trigger();
    running.await.expect("it does not panic");
    let mut source = broker.source(QUEUE);
    let mut by_key: HashMap<String, Vec<String>> = HashMap::new();
    while broker.n_waiting(QUEUE) > 0 {
        let received = goodevent_runtime::Source::next(&mut source).await.expect("the queue is there").expect("one");
        let key = received.message.partition_key.clone().expect("it has one");
        by_key.entry(key).or_default().push(received.message.id.clone());
        goodevent_runtime::Settle::ack(received.receipt).await.expect("it is told");
    }
    for nth in 0..50 {
        assert_eq!(by_key[&format!("rejected {nth}")], [nth, nth + 50].map(|nth| message(1, nth).id));
    }
}

#[tokio::test]
async fn what_is_stuck_holds_back_its_key_until_it_is_recovered() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("service.db");
    let database = open(&path);
    let broker = MemoryBroker::new();
    broker.bind_key(QUEUE, "known", "#");
    let to = |topic: &str, nth| Message {
        topic: topic.to_owned(),
        partition_key: Some("key".to_owned()),
        ..message(1, nth)
    };
    for (topic, nth) in [("unknown", 1), ("unknown", 2), ("known", 3)] {
        sqlite::store(&database, &to(topic, nth)).expect("it can be stored");
    }
    let stop = Shutdown::new();
    let relay = Relay::new(SqliteStore::new(open(&path)), broker.clone()).retry(Retry { max_attempts: 2, ..quick() });
    let running = tokio::spawn(relay.interval(Duration::from_millis(5)).run(stop.clone()));
    until("one is stuck", async || {
        broker.n_waiting(QUEUE) == 1 && sqlite::stuck(&database).expect("it answers").len() == 1
    })
    .await;
    let stuck = sqlite::stuck(&database).expect("it answers");
    assert!(stuck[0].why.contains("unroutable: ") && stuck[0].stored.attempts == 2, "{stuck:?}");
    assert_eq!(sqlite::n_pending(&database).expect("it answers"), 2, "the second of the key waits behind the first");
    broker.bind_key(QUEUE, "unknown", "#");
    assert_eq!(sqlite::recover(&database, Some(stuck[0].stored.number)).expect("it answers"), 1);
    until("the others come", async || broker.n_waiting(QUEUE) == 3).await;
    stop.trigger();
    running.await.expect("it does not panic");
}

/// What the test below runs in a process of its own, to be killed.
const CHILD: &str = "GOODEVENT_TEST_OUTBOX_CHILD";

/// Changes, and publishes to a file of lines, until it is killed.
#[tokio::test]
async fn a_process_that_is_killed_loses_nothing() {
    if let Some(folder) = std::env::var_os(CHILD) {
        return work(Path::new(&folder)).await;
    }
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("service.db");
    let count =
        |database: &Connection| database.query_row("SELECT count(*) FROM changes", [], |row| row.get::<_, u32>(0));
    let n_changes = || Connection::open(&path).and_then(|database| count(&database)).unwrap_or_default();
    let program = std::env::current_exe().expect("it runs");
    for round in 0..8 {
        let before = n_changes();
        let mut child = std::process::Command::new(&program)
            .args(["a_process_that_is_killed_loses_nothing", "--exact", "--nocapture"])
            .env(CHILD, folder.path())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("the test can run itself");
        until("it works", async || n_changes() >= before + 10).await;
        tokio::time::sleep(Duration::from_millis(7 * round)).await;
        child.kill().expect("it runs");
        child.wait().expect("it ended");
    }
    // What is left is published by the next one that lives.
    let database = open(&path);
    let broker = Lines::new(folder.path());
    let stop = Shutdown::new();
    let running = tokio::spawn(Relay::new(SqliteStore::new(open(&path)), broker).run(stop.clone()));
    until("all are published", async || sqlite::n_pending(&database).expect("it answers") == 0).await;
    stop.trigger();
    running.await.expect("it does not panic");
    let changes: Vec<String> = {
        let mut statement = database.prepare("SELECT id FROM changes ORDER BY rowid").expect("it is SQL");
        let rows = statement.query_map([], |row| row.get(0)).expect("it answers");
        rows.collect::<Result<_, _>>().expect("they are texts")
    };
    let text = std::fs::read_to_string(folder.path().join("published")).expect("something was published");
    let mut times: HashMap<&str, usize> = HashMap::new();
    // A line that was cut off was not confirmed.
    text.lines()
        .filter(|line| line.ends_with('.'))
        .for_each(|line| *times.entry(line.trim_end_matches('.')).or_default() += 1);
    assert!(changes.len() >= 80, "{} changes", changes.len());
    let lost: Vec<&String> = changes.iter().filter(|id| !times.contains_key(id.as_str())).collect();
    assert!(lost.is_empty(), "{} of {} are lost", lost.len(), changes.len());
    let known: HashSet<&str> = changes.iter().map(String::as_str).collect();
    assert!(times.keys().all(|id| known.contains(id)), "what was not committed was not published");
}

async fn work(folder: &Path) {
    let path = folder.join("service.db");
    let mut database = open(&path);
    database.execute_batch("CREATE TABLE IF NOT EXISTS changes (id TEXT NOT NULL)").expect("it is SQL");
    let relay = Relay::new(SqliteStore::new(open(&path)), Lines::new(folder)).interval(Duration::from_millis(1));
    tokio::spawn(relay.run(Shutdown::new()));
    for nth in 0_u64.. {
        let message = message(nth % 3, nth);
        let message = Message { id: format!("{}-{nth}", std::process::id()), ..message };
        let transaction = database.transaction().expect("it is free");
        transaction.execute("INSERT INTO changes VALUES (?)", [&message.id]).expect("it is SQL");
        sqlite::store(&transaction, &message).expect("it can be stored");
        transaction.commit().expect("it can be committed");
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
}

/// A broker that is a file, and has a message when its line is written.
struct Lines(Mutex<std::fs::File>);

impl Lines {
    fn new(folder: &Path) -> Self {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(folder.join("published"));
        Self(Mutex::new(file.expect("the folder is writable")))
    }
}

impl Publish for Lines {
    type Confirmation = std::future::Ready<Result<(), PublishError>>;

    async fn send(&self, message: Message) -> Result<Self::Confirmation, PublishError> {
        let written = std::io::Write::write_all(
            &mut *self.0.lock().expect("nobody panics"),
            format!("\n{}.", message.id).as_bytes(),
        );
        Ok(std::future::ready(written.map_err(|error| PublishError::Unreachable(error.to_string()))))
    }
}
