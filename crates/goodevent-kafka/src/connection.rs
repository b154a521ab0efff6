//! Configuration and connection.

use std::{
    collections::BTreeMap,
    fmt,
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use goodevent_runtime::{BrokerError, without_login};
use rdkafka::{
    ClientConfig, ClientContext,
    admin::AdminClient,
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer as _, ConsumerContext},
    error::{KafkaError as ClientError, RDKafkaErrorCode},
    metadata::Metadata,
};

use crate::{closing::Closing, refusals::Refusals};

/// Brokers may take half a second to say that there is nothing, and librdkafka asks for a second beside it.
const SHORTEST_TIMEOUT: Duration = Duration::from_secs(2);
/// librdkafka waits no longer for an answer.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(300);

/// Addresses, login and limits of a connection.
#[derive(Clone, PartialEq, Eq)]
pub struct Config {
    /// Comma-separated list of `host:port`.
    pub brokers: String,
    /// Name of the service, for the monitoring of the brokers.
    pub name: String,
    /// Number of unconfirmed messages per publisher. Default: 1,000.
    pub window: usize,
    /// Number of unsettled messages per source, including those that wait for a retry. Default: 1,000.
    pub prefetch: usize,
    /// Time-out of a request and of publishing a message, including an outage. Default: 10 s. Dropping a source blocks at
    /// most for this time.
    pub timeout: Duration,
    /// Time for which handlers may keep a source from polling before its group considers it dead. Default: an hour.
    pub patience: Duration,
    /// [Properties of librdkafka](https://github.com/confluentinc/librdkafka/blob/v2.12.1/CONFIGURATION.md) by name, such as
    /// those of TLS; they override the properties that this crate sets.
    pub properties: BTreeMap<String, String>,
}

/// Without the values of properties, which hold passwords.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("brokers", &self.brokers)
            .field("name", &self.name)
            .field("window", &self.window)
            .field("prefetch", &self.prefetch)
            .field("timeout", &self.timeout)
            .field("patience", &self.patience)
            .field("properties", &self.properties.keys())
            .finish()
    }
}

impl Config {
    /// Creates the configuration for these brokers.
    pub fn new(brokers: impl Into<String>) -> Self {
        Self {
            brokers: brokers.into(),
            name: "goodevent".to_owned(),
            window: 1000,
            prefetch: 1000,
            timeout: Duration::from_secs(10),
            patience: Duration::from_secs(3600),
            properties: BTreeMap::new(),
        }
    }

    /// Parses a URL: `kafka://user:password@host:port,host:port`. User and password are percent-encoded and optional; the
    /// default port is 9092.
    ///
    /// # Errors
    /// If the URL is malformed.
    pub fn of_url(url: &str) -> Result<Self, BrokerError> {
        let malformed =
            || BrokerError::config(format!("write `kafka://host:port` in place of `{}`", without_login(url)));
        let rest = url.strip_prefix("kafka://").ok_or_else(malformed)?.trim_end_matches('/');
        let (login, hosts) = rest.rsplit_once('@').map_or((None, rest), |(login, hosts)| (Some(login), hosts));
        if hosts.split(',').any(|host| host.is_empty() || host.contains(['/', '?', ' '])) {
            return Err(malformed());
        }
        let with_port = |host: &str| if host.contains(':') { host.to_owned() } else { format!("{host}:9092") };
        let config = Self::new(hosts.split(',').map(with_port).collect::<Vec<_>>().join(","));
        let Some(login) = login else { return Ok(config) };
        let (user, password) = login.split_once(':').ok_or_else(malformed)?;
        let both = decoded(user).zip(decoded(password)).ok_or_else(malformed)?;
        Ok(config.login(&both.0, &both.1))
    }

    /// Logs in with SASL PLAIN. Set `security.protocol` to `SASL_SSL` on an insecure network; that requires the feature
    /// `ssl` of `rdkafka`.
    #[must_use]
    pub fn login(self, user: &str, password: &str) -> Self {
        self.set("security.protocol", "SASL_PLAINTEXT")
            .set("sasl.mechanism", "PLAIN")
            .set("sasl.username", user)
            .set("sasl.password", password)
    }

    /// Sets a property of librdkafka.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.properties.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Ours, those of the caller, and what was set.
    pub(crate) fn client(&self, own: &[(&str, String)]) -> ClientConfig {
        let mut client = ClientConfig::new();
        client.set("bootstrap.servers", &self.brokers).set("client.id", &self.name);
        client.set("allow.auto.create.topics", "false").set("reconnect.backoff.max.ms", "2000");
        let timeout = self.timeout.clamp(SHORTEST_TIMEOUT, LONGEST_TIMEOUT);
        client.set("socket.timeout.ms", timeout.as_millis().to_string());
        for (name, value) in own {
            client.set(*name, value);
        }
        for (name, value) in &self.properties {
            client.set(name, value);
        }
        client
    }
}

/// A percent-encoded text ([RFC 3986 §2.1](https://www.rfc-editor.org/rfc/rfc3986#section-2.1)).
fn decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (hex, rest) = part.split_at_checked(2)?;
        let is_hex = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        bytes.push(u8::from_str_radix(hex, 16).ok().filter(|_| is_hex)?);
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

/// The error of a configuration that librdkafka rejects.
pub(crate) fn invalid(error: ClientError) -> BrokerError {
    BrokerError::config("librdkafka rejects it").caused_by(error)
}

/// Topics as a consumer group reads them; as text `GROUP/TOPIC,TOPIC`, or `TOPIC,TOPIC` for the dead letters of all groups.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Queue {
    /// The group; `None` for the dead letters of all groups.
    pub group: Option<String>,
    /// The topics.
    pub topics: Vec<String>,
}

impl Queue {
    /// Creates the topics of a group.
    pub fn new(group: impl Into<String>, topics: &[&str]) -> Self {
        Self { group: Some(group.into()), topics: topics.iter().map(|topic| (*topic).to_owned()).collect() }
    }

    /// Creates topics without a group, for the dead letters of all groups.
    #[must_use]
    pub fn of_all_groups(topics: &[&str]) -> Self {
        Self { group: None, ..Self::new("", topics) }
    }
}

impl fmt::Display for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let topics = self.topics.join(",");
        match &self.group {
            Some(group) => write!(f, "{group}/{topics}"),
            None => f.write_str(&topics),
        }
    }
}

impl FromStr for Queue {
    type Err = BrokerError;

    /// A topic has no `/` in its name.
    fn from_str(text: &str) -> Result<Self, BrokerError> {
        let (group, topics) = text.rsplit_once('/').map_or((None, text), |(group, topics)| (Some(group), topics));
        if topics.split(',').any(str::is_empty) {
            return Err(BrokerError::config(format!("write the queue `{text}` as `TOPIC` or `GROUP/TOPIC`")));
        }
        let topics = topics.split(',').map(str::to_owned).collect();
        Ok(Self { group: group.map(str::to_owned), topics })
    }
}

/// Access to brokers. Publishers and sources have their own connections, which reconnect automatically.
#[derive(Clone)]
pub struct Connection {
    pub(crate) config: Config,
    admin: Arc<AdminClient<DefaultClientContext>>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Properties hold passwords.
        f.debug_struct("Connection").field("brokers", &self.config.brokers).finish_non_exhaustive()
    }
}

impl Connection {
    /// Connects, to verify that a broker answers and accepts the login.
    ///
    /// # Errors
    /// If no broker does.
    pub async fn open(config: &Config) -> Result<Self, BrokerError> {
        let admin: AdminClient<_> = config.client(&[]).create().map_err(invalid)?;
        let visited = config.clone();
        blocking(move || visit(&visited)).await?;
        Ok(Self { config: config.clone(), admin: Arc::new(admin) })
    }

    pub(crate) fn admin(&self) -> &AdminClient<DefaultClientContext> {
        &self.admin
    }

    /// What the brokers report about a topic, or about all.
    pub(crate) async fn metadata(&self, topic: Option<&str>) -> Result<Metadata, BrokerError> {
        let (admin, timeout, topic) = (Arc::clone(&self.admin), self.config.timeout, topic.map(str::to_owned));
        let failed = |error| BrokerError::unreachable("the topics cannot be listed").caused_by(error);
        blocking(move || admin.inner().fetch_metadata(topic.as_deref(), timeout).map_err(failed)).await
    }

    /// A consumer without a group, to look at a topic.
    pub(crate) fn reader<C: ConsumerContext>(
        config: &Config,
        context: C,
    ) -> Result<Closing<BaseConsumer<C>>, BrokerError> {
        let own =
            [("group.id", "goodevent-reader"), ("enable.auto.commit", "false"), ("enable.partition.eof", "false")];
        let client = config.client(&own.map(|(name, value)| (name, value.to_owned())));
        let reader = client.create_with_context(context).map_err(invalid)?;
        Ok(Closing::new(reader, config.timeout))
    }
}

/// Runs a call of the client that blocks.
pub(crate) async fn blocking<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, BrokerError> + Send + 'static,
) -> Result<T, BrokerError> {
    let ended = |error| BrokerError::failed("a call of the client did not end").caused_by(error);
    tokio::task::spawn_blocking(call).await.map_err(ended)?
}

/// Hears why it is not let in, or finds nobody.
#[derive(Default)]
struct Visitor {
    refusals: Refusals,
    trouble: Mutex<Option<String>>,
}

impl ClientContext for Visitor {
    fn error(&self, error: ClientError, reason: &str) {
        self.refusals.hear(&error, reason);
        // That all of them are down follows what each of them is told of.
        if error.rdkafka_error_code() != Some(RDKafkaErrorCode::AllBrokersDown) {
            *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason.to_owned());
        }
    }
}

impl ConsumerContext for Visitor {}

impl Visitor {
    fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Asks the brokers for anything.
fn visit(config: &Config) -> Result<(), BrokerError> {
    /// A client that is refused asks on, so that it is asked so often whether it was.
    const LOOK: Duration = Duration::from_millis(200);
    let (client, start) = (Connection::reader(config, Visitor::default())?, Instant::now());
    loop {
        let left = config.timeout.saturating_sub(start.elapsed());
        let Err(error) = client.fetch_metadata(None, left.min(LOOK)) else { return Ok(()) };
        // What the client heard meanwhile is told by asking for messages.
        let _ = client.poll(Duration::ZERO);
        if let Some(why) = client.context().refusals.latest() {
            return Err(BrokerError::refused(why));
        }
        if left.is_zero() {
            let why = client.context().trouble().unwrap_or_else(|| config.brokers.clone());
            return Err(BrokerError::unreachable(why).caused_by(error));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_written_as_text() {
        for queue in [Queue::new("team/billing", &["orders", "returns"]), Queue::of_all_groups(&["orders"])] {
            assert_eq!(queue.to_string().parse(), Ok(queue));
        }
        assert!("billing/".parse::<Queue>().is_err());
    }

    #[test]
    fn a_url_says_brokers_and_login() {
        let config = Config::of_url("kafka://me:p%40ss%3A@one,two:9093/").expect("it is a URL");
        assert_eq!(config.brokers, "one:9092,two:9093");
        assert_eq!(config.properties.get("sasl.password").map(String::as_str), Some("p@ss:"));
        assert!(Config::of_url("kafka://127.0.0.1:1").expect("it is a URL").properties.is_empty());
        for malformed in ["nats://x", "kafka://", "kafka://a,,b", "kafka://me@x", "kafka://me:%4@x", "kafka://a/b"] {
            assert!(Config::of_url(malformed).is_err(), "{malformed}");
        }
        let error = Config::of_url("kafka://me:secret@x/y").expect_err("it is none").to_string();
        assert!(!error.contains("secret"), "{error}");
    }

    #[test]
    fn a_configuration_shows_no_password() {
        let shown = format!("{:?}", Config::new("localhost:9092").login("user", "s3cret"));
        assert!(shown.contains("localhost") && !shown.contains("s3cret"), "{shown}");
    }
}
