//! A broker that is away for a minute while services go on: their memory stays bounded, and afterwards all that was committed is
//! published.

use std::{
    fs,
    path::Path,
    thread::{self, sleep},
    time::{Duration, Instant},
};

use faults::shop::Shop;
use test_brokers::{PATIENCE, Private, Server};

use crate::service::Service;

/// As long as the broker is away.
const OUTAGE: Duration = Duration::from_secs(60);
/// What a service may need more than before. What is offered meanwhile is several times as much.
const MAX_MORE_BYTES: u64 = 48 << 20;
/// Subscriptions that end in a second.
const RATE: u64 = 500;

/// What the flood says: events that the broker has, and others that were offered.
fn told(path: &Path) -> (u64, u64) {
    let told = fs::read_to_string(path).unwrap_or_default();
    let mut numbers = told.split(' ').filter_map(|number| number.parse().ok());
    (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default())
}

fn wait(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < 3 * PATIENCE, "{what} takes too long");
        sleep(Duration::from_millis(50));
    }
}

fn stays_small(server: Server) {
    if server.is_left_out() {
        return;
    }
    let private = Private::start(server, &format!("away-{}", server.name()));
    let folder = tempfile::tempdir().expect("there is room");
    let home = folder.path();
    let n_events = RATE * (OUTAGE.as_secs() + 5);
    let mut shop = Service::start("shop", server, &private.url(), home, n_events);
    let flood = Service::start("flood", server, &private.url(), home, 0);
    let counts = home.join("flood.db");
    let sold = Shop::open(&home.join("shop.db")).expect("it is there");

    sold.wish(RATE).expect("it answers");
    wait("the first second", || sold.n_terminated() == Ok(RATE) && sold.n_pending() == Ok(0));
    wait("the flood", || told(&counts).0 > 20_000);
    let before = [shop.n_bytes(), flood.n_bytes()];
    private.kill();
    let (start, mut most) = (Instant::now(), before);
    while start.elapsed() < OUTAGE {
        sleep(Duration::from_millis(500));
        let n_wished = RATE + RATE * start.elapsed().as_secs();
        sold.wish(n_wished.min(n_events)).expect("it answers");
        most = [most[0].max(shop.n_bytes()), most[1].max(flood.n_bytes())];
    }
    let (n_pending, (n_before, _)) = (sold.n_pending().expect("it answers"), told(&counts));
    private.start_again();
    sold.wish(n_events).expect("it answers");
    wait("the flood after the outage", || told(&counts).0 > n_before + 1_000);
    wait("the outbox", || sold.n_pending() == Ok(0));
    shop.ends();
    assert_eq!((sold.n_terminated(), sold.n_pending()), (Ok(n_events), Ok(0)));

    let more = [most[0] - before[0], most[1] - before[1]];
    println!(
        "{}: away for {OUTAGE:?}; {n_pending} events in the outbox meanwhile, all published afterwards; the shop grew by {} KiB \
         from {}, one that offers all that it can by {} KiB from {}",
        server.name(),
        more[0] >> 10,
        before[0] >> 10,
        more[1] >> 10,
        before[1] >> 10,
    );
    assert!(n_pending > RATE * OUTAGE.as_secs() * 9 / 10, "{n_pending} were pending");
    assert!(more.iter().all(|more| *more < MAX_MORE_BYTES), "{more:?} bytes more than before");
}

/// All at the same time, as each of them mostly waits.
#[test]
fn memory_is_bounded_while_the_broker_is_away() {
    thread::scope(|scope| {
        for server in [Server::RabbitMq, Server::Nats, Server::Kafka] {
            scope.spawn(move || stays_small(server));
        }
    });
}
