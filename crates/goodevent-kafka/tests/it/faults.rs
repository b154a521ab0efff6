//! What is left when the broker dies while everybody is busy.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex},
    time::Duration,
};

use contracts::names::NameRequestPaidV1Event;
use goodevent_runtime::{Delivery, Failure, Publish, Publisher, Router, RunError, Stop, outbox::sqlite};
use rusqlite::{Connection as Database, params};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};

use crate::support::{Place, ROOT, paid, url_in};

/// A database whose inbox lets each event take effect once.
#[derive(Clone)]
struct Effects(Arc<Mutex<Database>>);

impl Effects {
    fn new() -> Self {
        let database = Database::open_in_memory().expect("there is memory");
        sqlite::create(&database).expect("it is empty");
        database.execute_batch("CREATE TABLE effects (payment INTEGER)").expect("it is empty");
        Self(Arc::new(Mutex::new(database)))
    }

    /// Effects, and how many of them differ.
    fn count(&self) -> (u64, u64) {
        let database = self.0.lock().expect("nobody panicked");
        let count = "SELECT count(*), count(DISTINCT payment) FROM effects";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
        let (n_all, n_distinct) = database.query_row(count, [], read).expect("the table is there");
        (n_all.unsigned_abs(), n_distinct.unsigned_abs())
    }
}

async fn take_effect(effects: Effects, delivery: Delivery<NameRequestPaidV1Event>) -> Result<(), Failure> {
    let mut database = effects.0.lock().expect("nobody panicked");
    let transaction = database.transaction()?;
    if sqlite::is_new(&transaction, "work", &delivery.id)? {
        transaction.execute("INSERT INTO effects VALUES (?)", params![delivery.event.payment_id as i64])?;
    }
    transaction.commit()?;
    Ok(())
}

/// Publishes each event until the broker has it.
async fn publish_all<P: Publish>(publisher: &Publisher<P>, events: std::ops::Range<u64>) {
    for first in events.clone().step_by(500) {
        let mut left: Vec<u64> = (first..(first + 500).min(events.end)).collect();
        while !left.is_empty() {
            let outcomes = publisher.publish_all(left.clone().into_iter().map(|nth| paid(nth, 50)), 500).await;
            left = left.into_iter().zip(outcomes).filter(|(_, outcome)| outcome.is_err()).map(|(nth, _)| nth).collect();
        }
    }
}

/// Waits until there are `n_events` effects, and then whether one comes too many.
async fn all_once(effects: &Effects, n_events: u64, running: &JoinHandle<Result<(), RunError>>) {
    let start = Instant::now();
    while effects.count().1 < n_events && !running.is_finished() && start.elapsed() < Duration::from_secs(90) {
        sleep(Duration::from_millis(100)).await;
    }
    sleep(Duration::from_secs(1)).await;
    assert!(!running.is_finished(), "the router ended after {:?}", effects.count());
    assert_eq!(effects.count(), (n_events, n_events));
}

/// A server of our own, to be killed.
struct Server(PathBuf);

impl Server {
    fn start(name: &str) -> Self {
        let server = Self(Path::new(ROOT).join("target").join(name));
        server.xtask(&["up", "--without", "rabbitmq", "--without", "nats", "--without", "postgres"]);
        server
    }

    fn url(&self) -> String {
        url_in(&self.0).expect("`up` writes it")
    }

    /// Waits until all that was confirmed is on disk: nothing was saved for a while, or it was saved often since.
    fn wait_until_saved(&self) {
        let saved = || fs::metadata(self.0.join("kafka/data/kafka.json")).and_then(|data| data.modified()).ok();
        let (mut last, mut since, mut n_saved) = (saved(), Instant::now(), 0);
        while n_saved < 4 && since.elapsed() < Duration::from_secs(3) {
            std::thread::sleep(Duration::from_millis(20));
            let now = saved();
            if now != last {
                (last, since, n_saved) = (now, Instant::now(), n_saved + 1);
            }
        }
    }

    /// Ends it as a power failure would.
    fn kill(&self) {
        let pid = fs::read_to_string(self.0.join("kafka/pid")).expect("it runs");
        assert!(Command::new("kill").args(["-9", &pid]).status().expect("there is `kill`").success());
    }

    fn xtask(&self, args: &[&str]) {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["run", "--quiet", "--package", "xtask", "--", "brokers"]).args(args).arg("--dir").arg(&self.0);
        cargo.current_dir(ROOT).env_remove("GOODEVENT_KAFKA_URL");
        let output = cargo.output().expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.xtask(&["down"]);
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_when_the_broker_is_killed() {
    const N_EVENTS: u64 = 20_000;
    let server = tokio::task::spawn_blocking(|| Server::start("brokers-of-kafka-faults")).await.expect("it starts");
    let place = Place::at(&server.url()).await;
    let (effects, stop) = (Effects::new(), Stop::new());
    let running = tokio::spawn(Router::new(effects.clone()).on(take_effect).run(place.source(), stop.clone()));
    let publisher = place.publisher();
    for (n_first, n_last) in [(0, 5_000), (5_000, 12_000), (12_000, N_EVENTS)] {
        publish_all(&publisher, n_first..n_last).await;
        if n_last < N_EVENTS {
            // This broker confirms first and saves later, so that what is published must be saved before it may die. What
            // comes next meets no broker, and is published when there is one again.
            tokio::task::block_in_place(|| {
                server.wait_until_saved();
                server.kill();
            });
            let more = publish_all(&publisher, n_last..n_last + 500);
            let again = async {
                tokio::task::block_in_place(|| {
                    std::thread::sleep(Duration::from_millis(500));
                    server.xtask(&["start", "kafka"]);
                });
            };
            tokio::join!(more, again);
        }
    }
    all_once(&effects, N_EVENTS, &running).await;
    stop.ask();
    running.await.expect("it did not panic").expect("it ended well");
    tokio::task::block_in_place(|| drop((place, server)));
}
