//! The broker that tests talk to, and names of their own there.

#![allow(dead_code, reason = "each of the tests takes what it needs")]

use std::{
    collections::BTreeSet,
    env, fs,
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use contracts::registration::{UserConfirmedV1Event, UserCreatedV1Event};
use goodevent::{Contract, Event, trace::TraceParent};
use goodevent_rabbitmq::{Part, RabbitPublisher, RabbitSource, Topology};
use goodevent_runtime::{Message, Publish, PublishError, Router, RunError, Stop};
use goodevent_samples::Samples as _;
use lapin::{Connection, ConnectionProperties};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
    time::{Instant, sleep},
};

/// A test that has to wait longer than this has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Where the broker is.
pub(crate) fn url() -> String {
    const VARIABLE: &str = "GOODEVENT_RABBITMQ_URL";
    let dir = env::var_os("GOODEVENT_BROKERS_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/brokers")), PathBuf::from);
    let told = fs::read_to_string(dir.join("brokers.env")).unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix(VARIABLE)?.strip_prefix('=').map(str::to_owned));
    env::var(VARIABLE)
        .ok()
        .or(line)
        .expect("there is a broker: `cargo xtask brokers up` starts one, or GOODEVENT_RABBITMQ_URL names one that runs")
}

/// Names at the broker that no other test has.
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) name: String,
    declared: Mutex<BTreeSet<Declared>>,
}

/// Name of a queue or an exchange, and which of them it is.
type Declared = (bool, String);

impl Place {
    pub(crate) fn new() -> Self {
        Self::at(url())
    }

    pub(crate) fn at(url: String) -> Self {
        static N_PLACES: AtomicU32 = AtomicU32::new(0);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_micros();
        let name = format!("test.{now}.{}", N_PLACES.fetch_add(1, Ordering::Relaxed));
        Self { url, name, declared: Mutex::default() }
    }

    /// The contract of an event, in an exchange of this place.
    pub(crate) fn contract<E: Event>(&self) -> Contract {
        Contract { topic: format!("{}.{}", self.name, E::TOPIC).leak(), ..E::CONTRACT }
    }

    /// A queue of this place for the two events of a registration, with all that stands beside it.
    pub(crate) async fn queue(&self) -> String {
        let queue = format!("{}.accounts", self.name);
        let contracts = [self.contract::<UserCreatedV1Event>(), self.contract::<UserConfirmedV1Event>()];
        self.declare(Topology::new().queue(&queue, &contracts.each_ref())).await;
        queue
    }

    pub(crate) async fn declare(&self, topology: Topology) {
        topology.declare(&self.url).await.expect("the user may declare");
        let names = topology.parts().into_iter().filter_map(|part| match part {
            Part::Exchange { name, .. } => Some((false, name)),
            Part::Queue { name, .. } => Some((true, name)),
            _ => None,
        });
        self.declared.lock().expect("nobody panics with it").extend(names);
    }

    pub(crate) async fn publisher(&self, window: usize) -> Renamed {
        let transport = RabbitPublisher::connect(&self.url, window).await.expect("the broker is there");
        Renamed { transport, prefix: self.name.clone() }
    }

    pub(crate) fn source(&self, queue: &str) -> RabbitSource {
        RabbitSource::new(&self.url, queue)
    }

    /// Forgets what was declared here.
    pub(crate) async fn clean(&self) {
        let connection =
            Connection::connect(&self.url, ConnectionProperties::default()).await.expect("the broker is there");
        let channel = connection.create_channel().await.expect("there is a channel");
        let declared = std::mem::take(&mut *self.declared.lock().expect("nobody panics with it"));
        for (is_queue, name) in declared {
            match is_queue {
                true => channel.queue_delete(name.into(), Default::default()).await.map(drop),
                false => channel.exchange_delete(name.into(), Default::default()).await,
            }
            .expect("it is there");
        }
        connection.close(200, "OK".into()).await.expect("it ends");
    }

    /// Messages that wait in a queue.
    pub(crate) async fn n_waiting(&self, queue: &str) -> u32 {
        let connection =
            Connection::connect(&self.url, ConnectionProperties::default()).await.expect("the broker is there");
        let channel = connection.create_channel().await.expect("there is a channel");
        let passive = lapin::options::QueueDeclareOptions { passive: true, ..Default::default() };
        let queue = channel.queue_declare(queue.into(), passive, Default::default()).await.expect("it is there");
        queue.message_count()
    }
}

/// Publishes to the exchanges of a place.
#[derive(Debug, Clone)]
pub(crate) struct Renamed {
    pub(crate) transport: RabbitPublisher,
    pub(crate) prefix: String,
}

impl Publish for Renamed {
    type Confirmation = goodevent_rabbitmq::Confirmation;

    async fn send(&self, message: Message) -> Result<Self::Confirmation, PublishError> {
        self.transport.send(Message { topic: format!("{}.{}", self.prefix, message.topic), ..message }).await
    }
}

/// The message of an event whose user is `nth`.
pub(crate) fn created(nth: u64) -> Message {
    let event = UserCreatedV1Event { user_id: user(nth), ..UserCreatedV1Event::sample(1) };
    Message::of("accounts", event, &(), TraceParent::new_root()).expect("it is valid")
}

/// Id of a user.
pub(crate) fn user(nth: u64) -> String {
    format!("8a52c8af-2408-486f-ba4a-{nth:012x}")
}

/// Runs a router in the background.
pub(crate) fn run<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    source: RabbitSource,
) -> (JoinHandle<Result<(), RunError>>, Stop) {
    let stop = Stop::new();
    (tokio::spawn(router.run(source, stop.clone())), stop)
}

/// Waits for something to become true.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !is_so().await {
        assert!(start.elapsed() < PATIENCE, "{what} takes too long");
        sleep(Duration::from_millis(50)).await;
    }
}

/// A way to the broker that can be cut.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    broker: String,
    connections: Option<JoinHandle<()>>,
}

impl Proxy {
    /// To the broker of a URL, and the URL that leads through here.
    pub(crate) async fn to(url: &str) -> (Self, String) {
        let (start, broker) = url.rsplit_once('@').expect("the URL has a user");
        let broker = broker.split('/').next().expect("there is a first").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let address = listener.local_addr().expect("it is bound");
        let mut proxy = Self { address, broker, connections: None };
        proxy.serve(listener);
        (proxy, format!("{start}@{address}"))
    }

    fn serve(&mut self, listener: TcpListener) {
        let broker = self.broker.clone();
        self.connections = Some(tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((mut client, _)) = listener.accept().await {
                let broker = broker.clone();
                connections.spawn(async move {
                    if let Ok(mut server) = TcpStream::connect(broker).await {
                        let _ = copy_bidirectional(&mut client, &mut server).await;
                    }
                });
            }
        }));
    }

    /// Ends all connections, and takes no new ones.
    pub(crate) async fn cut(&mut self) {
        if let Some(connections) = self.connections.take() {
            connections.abort();
            let _ = connections.await;
        }
    }

    pub(crate) async fn open(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("the port is still free");
        self.serve(listener);
    }
}

/// Publishes until the broker has it, as an outbox does.
pub(crate) async fn publish_for_sure(transport: &impl Publish, message: Message) {
    let start = Instant::now();
    while let Err(error) = transport.publish(message.clone()).await {
        assert!(matches!(error, PublishError::Unreachable(_)), "{error}");
        assert!(start.elapsed() < PATIENCE, "{error}");
        sleep(Duration::from_millis(50)).await;
    }
}

/// A list that handlers share.
pub(crate) type Shared<T> = Arc<Mutex<Vec<T>>>;
