//! Topology: streams and durable consumers.

use std::{collections::BTreeSet, fmt, time::Duration};

use async_nats::jetstream::{
    self, ErrorCode,
    consumer::{AckPolicy, pull},
    stream,
};
use goodevent_runtime::BrokerError;

use crate::{connection::Connection, dead_letters};

/// Required streams with their durable consumers.
///
/// ```
/// use std::time::Duration;
///
/// use goodevent_nats::{Consumer, Stream, Topology};
///
/// let billing = Consumer::new("billing").takes(["names.name-request-paid"]).ack_wait(Duration::from_secs(10));
/// let topology = Topology::default().stream(Stream::new("names").takes(["names.>"]).consumer(billing));
/// assert_eq!(
///     topology.to_string(),
///     "stream names takes names.>, notices duplicates for 120 s\n  \
///      consumer billing takes names.name-request-paid, 1000 open for 10 s each\n  \
///      stream names-dead for dead letters\n"
/// );
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topology {
    /// The streams.
    pub streams: Vec<Stream>,
}

/// A stream on disk, with a stream for dead letters, `<name>-dead`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// Name.
    pub name: String,
    /// Subjects; `>` matches any further tokens.
    pub subjects: Vec<String>,
    /// Duplicate window: time for which the stream remembers message ids.
    pub duplicate_window: Duration,
    /// Number of replicas in a cluster.
    pub n_replicas: usize,
    /// Durable consumers of the stream.
    pub consumers: Vec<Consumer>,
}

/// A durable consumer. Unacknowledged messages are redelivered without limit, because the router counts attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consumer {
    /// Name.
    pub name: String,
    /// Filter subjects; empty for all subjects of the stream.
    pub subjects: Vec<String>,
    /// Time after which the messages of a dead process are redelivered.
    pub ack_wait: Duration,
    /// Number of open messages across all processes.
    pub max_ack_pending: u32,
}

/// A difference between the required and the actual topology.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The stream is missing.
    Stream(String),
    /// The consumer is missing.
    Consumer {
        /// Of this stream.
        stream: String,
        /// The consumer.
        consumer: String,
    },
    /// A setting differs.
    Setting {
        /// Where.
        of: String,
        /// Name of the setting.
        setting: &'static str,
        /// As it shall be.
        wanted: String,
        /// As it is.
        found: String,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stream(stream) => write!(f, "there is no stream `{stream}`"),
            Self::Consumer { stream, consumer } => write!(f, "there is no consumer `{consumer}` of `{stream}`"),
            Self::Setting { of, setting, wanted, found } => {
                write!(f, "{setting} of `{of}` is {found}, and shall be {wanted}")
            }
        }
    }
}

impl fmt::Display for Topology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for stream in &self.streams {
            let (subjects, seconds) = (stream.subjects.join(", "), stream.duplicate_window.as_secs());
            writeln!(f, "stream {} takes {subjects}, notices duplicates for {seconds} s", stream.name)?;
            for Consumer { name, subjects, ack_wait, max_ack_pending } in &stream.consumers {
                let subjects = if subjects.is_empty() { "all".to_owned() } else { subjects.join(", ") };
                let seconds = ack_wait.as_secs();
                writeln!(f, "  consumer {name} takes {subjects}, {max_ack_pending} open for {seconds} s each")?;
            }
            writeln!(f, "  stream {} for dead letters", dead_letters::dead_stream(&stream.name))?;
        }
        Ok(())
    }
}

impl Stream {
    /// Creates a stream without subjects.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            subjects: Vec::new(),
            duplicate_window: Duration::from_secs(120),
            n_replicas: 1,
            consumers: Vec::new(),
        }
    }

    /// Adds subjects.
    #[must_use]
    pub fn takes(mut self, subjects: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.subjects.extend(subjects.into_iter().map(Into::into));
        self
    }

    /// Adds a consumer.
    #[must_use]
    pub fn consumer(mut self, consumer: Consumer) -> Self {
        self.consumers.push(consumer);
        self
    }

    /// Sets the duplicate window. Default: two minutes.
    #[must_use]
    pub fn duplicate_window(self, duplicate_window: Duration) -> Self {
        Self { duplicate_window, ..self }
    }

    /// All that it takes: what comes again for its consumers, too.
    fn all_subjects(&self) -> BTreeSet<String> {
        let again = self.consumers.iter().map(|consumer| dead_letters::again_subject(&self.name, &consumer.name));
        self.subjects.iter().cloned().chain(again).collect()
    }

    fn config(&self) -> stream::Config {
        stream::Config {
            name: self.name.clone(),
            subjects: self.all_subjects().into_iter().collect(),
            storage: stream::StorageType::File,
            duplicate_window: self.duplicate_window,
            num_replicas: self.n_replicas,
            ..stream::Config::default()
        }
    }

    fn dead_config(&self) -> stream::Config {
        stream::Config {
            name: dead_letters::dead_stream(&self.name),
            subjects: vec![dead_letters::subject(&self.name, "*")],
            storage: stream::StorageType::File,
            num_replicas: self.n_replicas,
            ..stream::Config::default()
        }
    }
}

impl Consumer {
    /// Creates a consumer of all subjects of its stream.
    pub fn new(name: impl Into<String>) -> Self {
        let ack_wait = Duration::from_secs(30);
        Self { name: name.into(), subjects: Vec::new(), ack_wait, max_ack_pending: 1000 }
    }

    /// Adds filter subjects.
    #[must_use]
    pub fn takes(mut self, subjects: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.subjects.extend(subjects.into_iter().map(Into::into));
        self
    }

    /// Sets the time after which the messages of a dead process are redelivered. Default: 30 s.
    #[must_use]
    pub fn ack_wait(self, ack_wait: Duration) -> Self {
        Self { ack_wait, ..self }
    }

    /// Sets the number of open messages. Default: 1,000.
    #[must_use]
    pub fn max_ack_pending(self, max_ack_pending: u32) -> Self {
        Self { max_ack_pending, ..self }
    }

    /// All that it takes of `stream`.
    fn all_subjects(&self, stream: &Stream) -> BTreeSet<String> {
        let own = if self.subjects.is_empty() { &stream.subjects } else { &self.subjects };
        own.iter().cloned().chain([dead_letters::again_subject(&stream.name, &self.name)]).collect()
    }

    fn config(&self, stream: &Stream) -> pull::Config {
        pull::Config {
            durable_name: Some(self.name.clone()),
            ack_policy: AckPolicy::Explicit,
            ack_wait: self.ack_wait,
            max_deliver: -1,
            max_ack_pending: self.max_ack_pending.into(),
            filter_subjects: self.all_subjects(stream).into_iter().collect(),
            ..pull::Config::default()
        }
    }
}

impl Topology {
    /// Adds a stream.
    #[must_use]
    pub fn stream(mut self, stream: Stream) -> Self {
        self.streams.push(stream);
        self
    }

    /// Creates missing parts and updates differing settings. Other settings stay unchanged, and nothing is deleted.
    ///
    /// # Errors
    /// If the server denies the operation.
    pub async fn declare(&self, connection: &Connection) -> Result<(), BrokerError> {
        for stream in &self.streams {
            declare_stream(connection, stream.config()).await?;
            declare_stream(connection, stream.dead_config()).await?;
            for consumer in &stream.consumers {
                let mut config = consumer.config(stream);
                if let Some(found) = find_consumer(connection, &stream.name, &consumer.name).await? {
                    config = pull::Config {
                        ack_wait: config.ack_wait,
                        max_deliver: config.max_deliver,
                        max_ack_pending: config.max_ack_pending,
                        filter_subjects: config.filter_subjects,
                        filter_subject: String::new(),
                        ..found
                    };
                }
                let made = connection.context.create_consumer_on_stream(config, &stream.name).await;
                let failed = |error| BrokerError::failed(format!("consumer `{}`", consumer.name)).caused_by(error);
                made.map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Returns the differences that [`Topology::declare`] would remove; needs read permission only.
    ///
    /// # Errors
    /// If the server does not answer.
    pub async fn missing(&self, connection: &Connection) -> Result<Vec<Difference>, BrokerError> {
        let mut differences = Vec::new();
        for stream in &self.streams {
            for config in [stream.config(), stream.dead_config()] {
                match find_stream(connection, &config.name).await? {
                    Some(found) => compare_streams(&config, &found, &mut differences),
                    None => differences.push(Difference::Stream(config.name)),
                }
            }
            for consumer in &stream.consumers {
                match find_consumer(connection, &stream.name, &consumer.name).await? {
                    Some(found) => {
                        let of = format!("{}.{}", stream.name, consumer.name);
                        compare_consumers(&of, &consumer.config(stream), &found, &mut differences);
                    }
                    None => {
                        let (stream, consumer) = (stream.name.clone(), consumer.name.clone());
                        differences.push(Difference::Consumer { stream, consumer });
                    }
                }
            }
        }
        Ok(differences)
    }
}

async fn declare_stream(connection: &Connection, config: stream::Config) -> Result<(), BrokerError> {
    let name = config.name.clone();
    let failed = || BrokerError::failed(format!("stream `{name}`"));
    let Some(found) = find_stream(connection, &name).await? else {
        let made = connection.context.create_stream(config).await;
        return made.map(drop).map_err(|error| failed().caused_by(error));
    };
    let mut differences = Vec::new();
    compare_streams(&config, &found, &mut differences);
    if differences.is_empty() {
        return Ok(());
    }
    let all: BTreeSet<String> = found.subjects.iter().cloned().chain(config.subjects).collect();
    let (subjects, duplicate_window) = (all.into_iter().collect(), config.duplicate_window);
    let duplicate_window = if duplicate_window.is_zero() { found.duplicate_window } else { duplicate_window };
    let wanted = stream::Config { subjects, duplicate_window, ..found };
    connection.context.update_stream(wanted).await.map(drop).map_err(|error| failed().caused_by(error))
}

async fn find_stream(connection: &Connection, name: &str) -> Result<Option<stream::Config>, BrokerError> {
    use jetstream::context::GetStreamErrorKind::JetStream;
    match connection.context.get_stream(name).await {
        Ok(found) => Ok(Some(found.cached_info().config.clone())),
        Err(error) => match error.kind() {
            JetStream(own) if own.error_code() == ErrorCode::STREAM_NOT_FOUND => Ok(None),
            _ => Err(BrokerError::unreachable(format!("stream `{name}`")).caused_by(error)),
        },
    }
}

async fn find_consumer(connection: &Connection, stream: &str, name: &str) -> Result<Option<pull::Config>, BrokerError> {
    use stream::ConsumerErrorKind::JetStream;
    let found = connection.context.get_consumer_from_stream::<pull::Config, _, _>(name, stream).await;
    match found {
        Ok(found) => {
            let config = found.cached_info().config.clone();
            use jetstream::consumer::FromConsumer as _;
            pull::Config::try_from_consumer_config(config)
                .map(Some)
                .map_err(|error| BrokerError::failed(format!("consumer `{name}` of `{stream}`: {error}")))
        }
        Err(error) => match error.kind() {
            JetStream(own)
                if [ErrorCode::CONSUMER_NOT_FOUND, ErrorCode::STREAM_NOT_FOUND].contains(&own.error_code()) =>
            {
                Ok(None)
            }
            _ => Err(BrokerError::unreachable(format!("consumer `{name}` of `{stream}`")).caused_by(error)),
        },
    }
}

fn compare_streams(wanted: &stream::Config, found: &stream::Config, differences: &mut Vec<Difference>) {
    let missing: Vec<String> =
        wanted.subjects.iter().filter(|subject| !found.subjects.contains(subject)).cloned().collect();
    let of = wanted.name.clone();
    let mut differs = |setting, wanted: String, found: String| {
        if wanted != found {
            differences.push(Difference::Setting { of: of.clone(), setting, wanted, found });
        }
    };
    if !missing.is_empty() {
        differs("subjects", wanted.subjects.join(", "), found.subjects.join(", "));
    }
    if !wanted.duplicate_window.is_zero() {
        differs("duplicate window", text(wanted.duplicate_window), text(found.duplicate_window));
    }
}

fn compare_consumers(of: &str, wanted: &pull::Config, found: &pull::Config, differences: &mut Vec<Difference>) {
    let mut differs = |setting, wanted: String, found: String| {
        if wanted != found {
            differences.push(Difference::Setting { of: of.to_owned(), setting, wanted, found });
        }
    };
    let mut subjects: Vec<&str> = found.filter_subjects.iter().map(String::as_str).collect();
    subjects.extend(Some(found.filter_subject.as_str()).filter(|subject| !subject.is_empty()));
    subjects.sort_unstable();
    differs("subjects", wanted.filter_subjects.join(", "), subjects.join(", "));
    differs("ack wait", text(wanted.ack_wait), text(found.ack_wait));
    differs("most deliveries", wanted.max_deliver.to_string(), found.max_deliver.to_string());
    differs("most open messages", wanted.max_ack_pending.to_string(), found.max_ack_pending.to_string());
}

fn text(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}
