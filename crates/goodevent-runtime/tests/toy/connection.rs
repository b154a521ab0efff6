//! Configuration and connection.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use goodevent_runtime::{Binding, Broker, BrokerError, Message};
use tokio::sync::mpsc;

use crate::{
    dead_letters::ToyDeadLetters,
    publisher::ToyPublisher,
    source::ToySource,
    tail::ToyTail,
    topology::{Missing, Topology},
    wire,
};

pub(crate) struct Config {
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Clone)]
pub(crate) struct Connection(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    /// Files whose messages are with a consumer.
    pub(crate) unsettled: BTreeSet<PathBuf>,
    pub(crate) tails: Vec<(Vec<Binding>, mpsc::UnboundedSender<Message>)>,
}

impl Connection {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn bindings_file(&self) -> PathBuf {
        self.0.folder.join("bindings")
    }

    /// Folder of the waiting messages of a queue, or of its dead letters.
    pub(crate) fn folder(&self, queue: &str, is_dead: bool) -> PathBuf {
        self.0.folder.join(queue).join(if is_dead { "dead" } else { "ready" })
    }

    /// Files of a queue with the times at which they are due, from the earliest on.
    pub(crate) fn files(&self, queue: &str, is_dead: bool) -> Result<BTreeSet<PathBuf>, BrokerError> {
        let missing = |error: io::Error| BrokerError::missing(format!("queue `{queue}`")).caused_by(error);
        let entries = fs::read_dir(self.folder(queue, is_dead)).map_err(missing)?;
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        Ok(paths.filter(|path| path.extension().is_none()).collect())
    }
}

/// Writes a message as a whole. Its name is the time at which it is due.
pub(crate) fn put(folder: &Path, message: &Message, attempt: u32, after: Duration) -> io::Result<()> {
    static N_FILES: AtomicU64 = AtomicU64::new(0);
    let path = folder.join(format!("{:030}-{:010}", now() + after.as_nanos(), N_FILES.fetch_add(1, Ordering::Relaxed)));
    fs::write(path.with_extension("part"), wire::bytes(message, attempt))?;
    fs::rename(path.with_extension("part"), path)
}

pub(crate) fn is_due(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.split('-').next());
    name.and_then(|due| due.parse::<u128>().ok()).is_some_and(|due| due <= now())
}

fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos()
}

impl Broker for Connection {
    type Config = Config;
    type Topology = Topology;
    type Difference = Missing;
    type Queue = String;
    type Publisher = ToyPublisher;
    type Source = ToySource;
    type DeadLetters = ToyDeadLetters;
    type Tail = ToyTail;

    async fn open(config: &Config) -> Result<Self, BrokerError> {
        let unreachable = |error| BrokerError::unreachable(config.folder.display().to_string()).caused_by(error);
        fs::read_dir(&config.folder).map_err(unreachable)?;
        Ok(Self(Arc::new(Shared { folder: config.folder.clone(), state: Mutex::default() })))
    }

    fn publisher(&self) -> Result<ToyPublisher, BrokerError> {
        Ok(ToyPublisher(self.clone()))
    }

    fn source(&self, queue: &String) -> Result<ToySource, BrokerError> {
        Ok(ToySource::new(self.clone(), queue))
    }

    async fn dead_letters(&self, queue: &String) -> Result<ToyDeadLetters, BrokerError> {
        ToyDeadLetters::open(self, queue)
    }

    async fn tail(&self, bindings: &[Binding]) -> Result<ToyTail, BrokerError> {
        Ok(ToyTail::open(self, bindings))
    }

    async fn declare(&self, topology: &Topology) -> Result<(), BrokerError> {
        topology.declare(self)
    }

    async fn missing(&self, topology: &Topology) -> Result<Vec<Missing>, BrokerError> {
        Ok(topology.missing(self))
    }
}
