//! A shop publishes and billing consumes while everything dies that can: both services, their broker, and the way to it. Their
//! clocks are wrong, some events come twice, and some are none. Nothing is lost, and nothing takes effect twice.

use std::{
    collections::BTreeSet,
    env, fs,
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

use faults::{
    billing::{Billing, Effects},
    shop::{POISON_EVERY, Shop, TWICE_EVERY},
};
use test_brokers::{PATIENCE, Private, Proxy, Server};
use tokio::task::block_in_place;

use crate::service::{Service, send};

const N_EVENTS: u64 = 100_000;

/// How far the shop is ahead of billing at most, so that there is always something on its way.
const LEAD: u64 = 3_000;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The broker is killed, and started again.
    Broker,
    /// The broker stands still for longer than its clients wait.
    Standstill,
    /// All connections are cut.
    Cut,
    /// The shop is killed, somewhere between a commit and the broker's word, and started with another clock.
    Shop,
    /// Billing is killed in the middle of what it was given, and started with another clock.
    Billing,
}

/// What goes wrong when, in percent of all effects.
const FAULTS: [(u64, Fault); 12] = [
    (5, Fault::Shop),
    (12, Fault::Billing),
    (20, Fault::Broker),
    (30, Fault::Cut),
    (37, Fault::Shop),
    (44, Fault::Billing),
    (52, Fault::Broker),
    (60, Fault::Cut),
    (67, Fault::Billing),
    (74, Fault::Standstill),
    (82, Fault::Shop),
    (90, Fault::Broker),
];

/// The broker is killed, and some time later there again.
fn kill(private: &Private, server: Server, services: [&Service; 2]) {
    if server == Server::Kafka {
        // This broker confirms first and saves later, all at once and the longer the more there is, so that nobody may be
        // told anything until it has nothing more to save.
        services.iter().for_each(|service| service.signal("STOP"));
        let saved = || fs::metadata(private.data().join("kafka.json")).and_then(|data| data.modified()).ok();
        let (mut last, mut since) = (saved(), Instant::now());
        while since.elapsed() < Duration::from_secs(8) {
            sleep(Duration::from_millis(50));
            if saved() != last {
                (last, since) = (saved(), Instant::now());
            }
        }
    }
    private.kill();
    if server == Server::Kafka {
        services.iter().for_each(|service| service.signal("CONT"));
    }
    sleep(Duration::from_millis(500));
    private.start_again();
}

/// The ids of the messages that billing could not read.
fn dead_letters(server: Server, url: &str) -> BTreeSet<String> {
    let args = ["dead", server.name(), url, "", "0"];
    let output = Command::new(env!("CARGO_BIN_EXE_faults")).args(args).output().expect("it can be run");
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

async fn storm(server: Server) {
    if server.is_left_out() {
        return;
    }
    let private = block_in_place(|| Private::start(server, &format!("storm-{}", server.name())));
    let folder = tempfile::tempdir().expect("there is room");
    let home = folder.path();
    let (mut proxy, url) = match server {
        Server::Kafka => Proxy::to_kafka(&private.url()).await,
        _ => Proxy::to(&private.url()).await,
    };
    let mut billing = block_in_place(|| Service::start("billing", server, &url, home, N_EVENTS));
    let mut shop = block_in_place(|| Service::start("shop", server, &url, home, N_EVENTS));
    let (sold, billed) = block_in_place(|| {
        (
            Shop::open(&home.join("shop.db")).expect("it is there"),
            Billing::open(&home.join("billing.db")).expect("it is"),
        )
    });
    sold.wish(LEAD).expect("it answers");
    let start = Instant::now();
    let reach = |n_wanted: u64| {
        let (mut last, mut since) = ((0, 0), Instant::now());
        while last.0 < n_wanted {
            sleep(Duration::from_millis(20));
            let progress = billed.progress().expect("it answers");
            if progress != last {
                (last, since) = (progress, Instant::now());
                sold.wish((progress.0 + LEAD).min(N_EVENTS)).expect("it answers");
            }
            assert!(since.elapsed() < PATIENCE, "nothing comes after {last:?}; {:?} are pending", sold.n_pending());
        }
    };
    for (percent, fault) in FAULTS {
        block_in_place(|| reach(N_EVENTS * percent / 100));
        match fault {
            Fault::Broker => block_in_place(|| kill(&private, server, [&shop, &billing])),
            Fault::Standstill => block_in_place(|| {
                send("STOP", private.pid());
                sleep(Duration::from_secs(6));
                send("CONT", private.pid());
            }),
            Fault::Cut => {
                proxy.cut().await;
                block_in_place(|| sleep(Duration::from_millis(300)));
                proxy.open().await;
            }
            Fault::Shop => block_in_place(|| shop.kill_and_start()),
            Fault::Billing => block_in_place(|| billing.kill_and_start()),
        }
    }
    block_in_place(|| {
        reach(N_EVENTS);
        shop.ends();
        let poison: BTreeSet<String> = (0..N_EVENTS)
            .step_by(POISON_EVERY.try_into().expect("it is small"))
            .map(|nth| format!("poison-{nth}"))
            .collect();
        // A message that is no event and was on its way when the broker died comes again when the broker has waited for its
        // acknowledgement long enough, after the last event if need be.
        let since = Instant::now();
        while dead_letters(server, &url).len() < poison.len() && since.elapsed() < PATIENCE {
            sleep(Duration::from_secs(1));
        }
        // Every copy has come by now.
        sleep(Duration::from_secs(2));
        billing.signal("TERM");
        billing.ends();
        let seconds = start.elapsed().as_secs();
        assert_eq!((sold.n_terminated(), sold.n_pending()), (Ok(N_EVENTS), Ok(0)));
        let effects = billed.effects().expect("it answers");
        let dead = dead_letters(server, &url);
        let Effects { n, n_subscriptions, n_copies } = effects;
        println!(
            "{}: {N_EVENTS} events committed, {} of them published twice on purpose; {n} effects of {n_subscriptions} events: {} \
             lost, {} twice; {n_copies} copies had none; {} of {} messages that are not events dead-lettered; shop killed {} \
             times, billing {}, broker 3, the way to it cut twice; {seconds} s",
            server.name(),
            N_EVENTS / TWICE_EVERY,
            N_EVENTS - n_subscriptions,
            n - n_subscriptions,
            dead.len(),
            poison.len(),
            shop.n_starts - 1,
            billing.n_starts - 1,
        );
        assert_eq!((n, n_subscriptions), (N_EVENTS, N_EVENTS), "none lost, none twice");
        assert_eq!(dead, poison);
        drop(private);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn rabbitmq_loses_nothing() {
    storm(Server::RabbitMq).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nats_loses_nothing() {
    storm(Server::Nats).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kafka_loses_nothing() {
    storm(Server::Kafka).await;
}
