//! What is left when the server dies, or the way to it is cut, while everybody is busy.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex},
    time::Duration,
};

use contracts::names::NameRequestPaidV1Event;
use goodevent_nats::{Connection, Consumer, Stream, Topology};
use goodevent_runtime::{Delivery, Failure, Publish, Publisher, Router, RunError, Stop, outbox::sqlite};
use rusqlite::{Connection as Database, params};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
    time::{Instant, sleep},
};

use crate::support::{Place, ROOT, config, paid, url, url_in};

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

/// Publishes each event until the server has it; how often it did not.
async fn publish_all<P: Publish>(publisher: &Publisher<P>, n_events: u64, progress: &watch::Sender<u64>) -> usize {
    let mut n_failed = 0;
    for first in (0..n_events).step_by(500) {
        let mut left: Vec<u64> = (first..first + 500).collect();
        while !left.is_empty() {
            let outcomes = publisher.publish_all(left.clone().into_iter().map(|nth| paid(nth, 50)), 100).await;
            left = left.into_iter().zip(outcomes).filter(|(_, outcome)| outcome.is_err()).map(|(nth, _)| nth).collect();
            n_failed += left.len();
        }
        progress.send_replace(first + 500);
    }
    n_failed
}

async fn reached(progress: &watch::Sender<u64>, n_events: u64) {
    let _ = progress.subscribe().wait_for(|n_done| *n_done >= n_events).await;
}

/// Waits until there are `n_events` effects, and then whether one comes too many.
async fn all_once(effects: &Effects, n_events: u64, running: &JoinHandle<Result<(), RunError>>) {
    let start = Instant::now();
    while effects.count().1 < n_events && !running.is_finished() && start.elapsed() < Duration::from_secs(60) {
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
        server.xtask(&["up", "--without", "rabbitmq", "--without", "kafka", "--without", "postgres"]);
        server
    }

    fn url(&self) -> String {
        url_in(&self.0).expect("`up` writes it")
    }

    /// Ends it as a power failure would, now.
    fn kill(&self) {
        let pid = fs::read_to_string(self.0.join("nats/pid")).expect("it runs");
        assert!(Command::new("kill").args(["-9", &pid]).status().expect("there is `kill`").success());
    }

    fn xtask(&self, args: &[&str]) {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["run", "--quiet", "--package", "xtask", "--", "brokers"]).args(args).arg("--dir").arg(&self.0);
        cargo.current_dir(ROOT).env_remove("GOODEVENT_NATS_URL");
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
async fn nothing_is_lost_when_the_server_is_killed() {
    const N_EVENTS: u64 = 20_000;
    let server = tokio::task::spawn_blocking(|| Server::start("brokers-of-nats-faults")).await.expect("it starts");
    let connection = Connection::open(&config(&server.url())).await.expect("the server runs");
    let consumer = Consumer::new("work").ack_wait(Duration::from_secs(3));
    let topology = Topology::default().stream(Stream::new("names").takes(["names.>"]).consumer(consumer));
    topology.declare(&connection).await.expect("the server lets us");

    let (effects, stop, progress) = (Effects::new(), Stop::new(), watch::Sender::new(0));
    let source = connection.source("names", "work");
    let running = tokio::spawn(Router::new(effects.clone()).on(take_effect).run(source, stop.clone()));
    let publishing = tokio::spawn({
        let (publisher, progress) = (Publisher::new(connection.publisher(), "tests"), progress.clone());
        async move { publish_all(&publisher, N_EVENTS, &progress).await }
    });
    for n_before in [5_000, 12_000] {
        reached(&progress, n_before).await;
        tokio::task::block_in_place(|| {
            server.kill();
            std::thread::sleep(Duration::from_millis(500));
            server.xtask(&["start", "nats"]);
        });
    }
    let n_failed = publishing.await.expect("it did not panic");
    assert!(n_failed > 0, "the server was not missed");
    all_once(&effects, N_EVENTS, &running).await;
    stop.ask();
    running.await.expect("it did not panic").expect("it ended well");
    tokio::task::block_in_place(|| drop(server));
}

/// Lets connections through until they are cut.
async fn proxy(target: String, cut: watch::Sender<u32>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("there are ports");
    let address = listener.local_addr().expect("it is bound").to_string();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let (target, mut cut) = (target.clone(), cut.subscribe());
            tokio::spawn(async move {
                let mut server = TcpStream::connect(target).await.expect("the server runs");
                tokio::select! {
                    _ = copy_bidirectional(&mut client, &mut server) => {}
                    _ = cut.changed() => {}
                }
            });
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_when_the_connection_is_cut() {
    const N_EVENTS: u64 = 5_000;
    let place = Place::with(|consumer| consumer.ack_wait(Duration::from_secs(2))).await;
    let cut = watch::Sender::new(0);
    let url = url();
    let (login, target) = url.split_once('@').expect("it has a user");
    let through = format!("{login}@{}", proxy(target.to_owned(), cut.clone()).await);
    let connection = Connection::open(&config(&through)).await.expect("the server runs");

    let (effects, stop, progress) = (Effects::new(), Stop::new(), watch::Sender::new(0));
    let source = connection.source(&place.stream, "work");
    let running = tokio::spawn(Router::new(effects.clone()).on(take_effect).run(source, stop.clone()));
    let publishing = tokio::spawn({
        let transport = crate::support::Prefixed(connection.publisher(), place.stream.clone());
        let (publisher, progress) = (Publisher::new(transport, "tests"), progress.clone());
        async move { publish_all(&publisher, N_EVENTS, &progress).await }
    });
    for n_before in [500, 1_500, 2_500, 3_500] {
        reached(&progress, n_before).await;
        cut.send_modify(|n_cuts| *n_cuts += 1);
    }
    publishing.await.expect("it did not panic");
    all_once(&effects, N_EVENTS, &running).await;
    stop.ask();
    running.await.expect("it did not panic").expect("it ended well");
    place.clear().await;
}
