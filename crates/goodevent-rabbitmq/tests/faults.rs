//! A broker that is killed while events are published and consumed. It is started for this test alone.

mod broker;

use std::{
    collections::VecDeque,
    path::Path,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use contracts::registration::UserCreatedV1Event;
use goodevent_rabbitmq::DeadLetters;
use goodevent_runtime::{Delivery, Failure, Publish, PublishError, Router, outbox::sqlite};
use rusqlite::Connection;
use tokio::time::{Duration, sleep};

use crate::broker::{Place, created, run, until};

const N_EVENTS: u64 = 20_000;

/// RabbitMQ in a folder of its own, gone when the test ends.
struct Private(String);

impl Private {
    fn start() -> Self {
        let own = Self(format!("{}/brokers-of-faults", env!("CARGO_TARGET_TMPDIR")));
        own.xtask(&["down"]);
        own.xtask(&["up", "--without", "nats", "--without", "kafka", "--without", "postgres"]);
        own
    }

    fn url(&self) -> String {
        let told = std::fs::read_to_string(Path::new(&self.0).join("brokers.env")).expect("`up` wrote it");
        let url = told.lines().find_map(|line| line.strip_prefix("GOODEVENT_RABBITMQ_URL="));
        url.expect("it is told").to_owned()
    }

    fn xtask(&self, words: &[&str]) {
        let mut command = Command::new(env!("CARGO"));
        command.args(["xtask", "brokers"]).args(words).args(["--dir", &self.0]).current_dir(env!("CARGO_MANIFEST_DIR"));
        // A broker of somebody else shall not be killed.
        command.env_remove("GOODEVENT_RABBITMQ_URL").env_remove("GOODEVENT_AMQP_URL");
        assert!(command.status().expect("there is cargo").success(), "{words:?}");
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        self.xtask(&["down"]);
    }
}

/// Publishes all events with many on their way, each until the broker has it; how many had to go more than once.
async fn publish_all(transport: impl Publish, n_confirmed: Arc<AtomicU64>) -> u64 {
    let mut to_do: VecDeque<u64> = (0..N_EVENTS).collect();
    let (mut on_their_way, mut n_again) = (VecDeque::new(), 0);
    while !to_do.is_empty() || !on_their_way.is_empty() {
        match to_do.pop_front() {
            Some(nth) if on_their_way.len() < 200 => {
                let confirmation = transport.send(created(nth)).await.expect("it leaves");
                on_their_way.push_back((nth, confirmation));
                continue;
            }
            Some(nth) => to_do.push_front(nth),
            None => {}
        }
        let Some((nth, confirmation)) = on_their_way.pop_front() else { continue };
        match confirmation.await {
            Ok(()) => drop(n_confirmed.fetch_add(1, Ordering::Relaxed)),
            Err(PublishError::Unreachable(_)) => {
                n_again += 1;
                to_do.push_back(nth);
                sleep(Duration::from_millis(5)).await;
            }
            Err(error) => panic!("{error}"),
        }
    }
    n_again
}

#[derive(Clone)]
struct State {
    database: Arc<Mutex<Connection>>,
    n_delivered: Arc<AtomicU64>,
    n_new: Arc<AtomicU64>,
}

/// Counts each event once, however often it comes.
async fn take_effect(state: State, delivery: Delivery<UserCreatedV1Event>) -> Result<(), Failure> {
    state.n_delivered.fetch_add(1, Ordering::Relaxed);
    let mut database = state.database.lock().expect("nobody panics with it");
    let transaction = database.transaction()?;
    if sqlite::is_new(&transaction, "effects", &delivery.id)? {
        transaction.execute("INSERT INTO effects VALUES (?1)", [&delivery.event.user_id])?;
        state.n_new.fetch_add(1, Ordering::Relaxed);
    }
    Ok(transaction.commit()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_killed_loses_nothing_that_it_confirmed() {
    let private = Private::start();
    let place = Place::at(private.url());
    let queue = place.queue().await;
    let database = Connection::open_in_memory().expect("there is memory");
    sqlite::create(&database).expect("it is empty");
    database.execute("CREATE TABLE effects (user TEXT)", []).expect("it is empty");
    let state = State { database: Arc::new(Mutex::new(database)), n_delivered: Arc::default(), n_new: Arc::default() };

    let (running, stop) = run(Router::new(state.clone()).on(take_effect), place.source(&queue));
    let n_confirmed = Arc::new(AtomicU64::new(0));
    let publishing = tokio::spawn(publish_all(place.publisher(200).await, Arc::clone(&n_confirmed)));
    for when in [N_EVENTS / 4, N_EVENTS / 2] {
        until("publishing", async || n_confirmed.load(Ordering::Relaxed) >= when).await;
        tokio::task::block_in_place(|| {
            private.xtask(&["kill", "rabbitmq"]);
            private.xtask(&["start", "rabbitmq"]);
        });
    }
    let n_again = publishing.await.expect("all are confirmed");
    assert!(n_again > 0, "the broker was away");
    let count = |query: &str| {
        let database = state.database.lock().expect("nobody panics with it");
        database.query_row(query, [], |row| row.get::<_, i64>(0)).expect("the table is there").cast_unsigned()
    };
    until("all of them", async || state.n_new.load(Ordering::Relaxed) >= N_EVENTS).await;
    until("the acks", async || place.n_waiting(&queue).await == 0).await;
    stop.ask();
    running.await.expect("it does not panic").expect("it ends well");
    assert_eq!(count("SELECT count(DISTINCT user) FROM effects"), N_EVENTS, "none is lost");
    assert_eq!(count("SELECT count(*) FROM effects"), N_EVENTS, "none took effect twice");
    assert!(state.n_delivered.load(Ordering::Relaxed) >= N_EVENTS);
    assert_eq!(DeadLetters::new(&place.url, &queue).list(1).await, Ok(vec![]));
}
