//! Where the broker is, and a topic for each test.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, SystemTime},
};

use contracts::names::NameRequestPaidV1Event;
use goodevent_kafka::{Config, Connection, KafkaConfirmation, KafkaPublisher, KafkaSource, Topic, Topology};
use goodevent_runtime::{Message, Publish, PublishError, Publisher};
use goodevent_samples::Samples as _;
use tokio::time::{sleep, timeout};

const VARIABLE: &str = "GOODEVENT_KAFKA_URL";
pub(crate) const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The broker of the environment, or of `cargo xtask brokers`.
pub(crate) fn url() -> String {
    std::env::var(VARIABLE).ok().or_else(|| url_in(&Path::new(ROOT).join("target/brokers"))).unwrap_or_else(|| {
        panic!("no Kafka broker: `cargo xtask brokers up` starts one, {VARIABLE} names one that runs");
    })
}

/// The broker of a set of brokers.
pub(crate) fn url_in(dir: &Path) -> Option<String> {
    let lines = fs::read_to_string(dir.join("brokers.env")).ok()?;
    lines.lines().find_map(|line| line.strip_prefix(VARIABLE)?.strip_prefix('=')).map(str::to_owned)
}

/// A topic that nobody else uses.
pub(crate) struct Place {
    pub(crate) connection: Connection,
    pub(crate) topic: String,
    pub(crate) topology: Topology,
}

/// Events go to the topic of the test, not to that of their contract.
#[derive(Debug, Clone)]
pub(crate) struct Redirected(pub(crate) KafkaPublisher, pub(crate) String);

impl Publish for Redirected {
    type Confirmation = KafkaConfirmation;

    async fn send(&self, mut message: Message) -> Result<KafkaConfirmation, PublishError> {
        message.topic.clone_from(&self.1);
        self.0.send(message).await
    }
}

impl Place {
    pub(crate) async fn new() -> Self {
        Self::at(&url()).await
    }

    pub(crate) async fn at(url: &str) -> Self {
        static N_TOPICS: AtomicU32 = AtomicU32::new(0);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970").as_micros();
        let topic = format!("test-{now}-{}", N_TOPICS.fetch_add(1, Ordering::Relaxed));
        let topology = Topology::default().topic(Topic::new(&topic, 3));
        let connection = Connection::open(&config(url)).await.expect("the broker runs");
        topology.declare(&connection).await.expect("the broker lets us");
        Self { connection, topic, topology }
    }

    pub(crate) fn transport(&self) -> Redirected {
        Redirected(self.connection.publisher().expect("the configuration is right"), self.topic.clone())
    }

    pub(crate) fn publisher(&self) -> Publisher<Redirected> {
        Publisher::new(self.transport(), "tests")
    }

    pub(crate) fn source(&self) -> KafkaSource {
        self.connection.source(&self.topic, &[&self.topic]).expect("the configuration is right")
    }
}

pub(crate) fn config(url: &str) -> Config {
    Config { timeout: Duration::from_secs(5), ..Config::new(url) }
}

/// The `nth` payment, of one of `n_keys` requests.
pub(crate) fn paid(nth: u64, n_keys: u64) -> NameRequestPaidV1Event {
    NameRequestPaidV1Event {
        payment_id: nth + 1,
        name_request_number: format!("NR {:07}", nth % n_keys),
        ..NameRequestPaidV1Event::sample(1)
    }
}

/// Waits until something is so.
pub(crate) async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let waiting = async {
        while !is_so().await {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(40), waiting).await.unwrap_or_else(|_| panic!("{what}: not within 40 s"));
}
