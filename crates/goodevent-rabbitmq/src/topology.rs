//! Topology of a service: exchanges, queues and bindings.

use std::{collections::BTreeSet, fmt, time::Duration};

use goodevent::Contract;
use goodevent_runtime::{BrokerError, BrokerErrorKind};
use lapin::{
    Channel, ErrorKind, ExchangeKind,
    options::{
        ExchangeDeclareOptions, ExchangeDeleteOptions, QueueBindOptions, QueueDeclareOptions, QueueDeleteOptions,
    },
    types::{AMQPValue, FieldTable, ShortString},
};

use crate::{
    connection::{Connection, broker_error, connect},
    wire::short,
};

/// How long messages wait for their next attempt. A queue lets nothing out before what is at its head, so that each wait
/// has a queue of its own.
const WAITS: [(&str, Duration); 5] = [
    ("1s", Duration::from_secs(1)),
    ("10s", Duration::from_secs(10)),
    ("1m", Duration::from_secs(60)),
    ("10m", Duration::from_secs(600)),
    ("1h", Duration::from_secs(3600)),
];

/// More deliveries than there ever are. Version 3 of RabbitMQ has no word for "unlimited", and version 4 drops a message after 20
/// deliveries by default.
const UNLIMITED: u32 = i32::MAX.unsigned_abs();

/// The queue where a message waits at least so long, or an hour.
pub(crate) fn retry_queue(queue: &str, after: Duration) -> String {
    let [.., longest] = WAITS;
    let (name, _) = WAITS.into_iter().find(|(_, wait)| *wait >= after).unwrap_or(longest);
    format!("{queue}.retry.{name}")
}

/// The queue of dead letters.
pub(crate) fn dead_queue(queue: &str) -> String {
    format!("{queue}.dead")
}

/// Exchanges, queues and bindings, as plain data.
///
/// ```
/// use contracts::registration::UserConfirmedV1Event;
/// use goodevent::Event as _;
/// use goodevent_rabbitmq::Topology;
///
/// let topology = Topology::new().queue("billing", &[&UserConfirmedV1Event::CONTRACT]).store("events");
/// assert!(topology.to_string().starts_with("topic exchange `acme.registration`\nqueue `billing`\n"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topology {
    /// Exchanges of published events.
    pub exchanges: BTreeSet<String>,
    /// Whether the exchanges are direct exchanges, which do not support `#`, instead of topic exchanges.
    pub is_direct: bool,
    /// Queues of services.
    pub queues: Vec<Queue>,
    /// A queue that receives every message of these exchanges and is never consumed.
    pub store: Option<String>,
    /// Whether queues are quorum queues, which are replicated, instead of classic queues on one node. They need RabbitMQ 3.10 or
    /// later.
    pub is_quorum: bool,
}

/// A durable queue of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Name.
    pub name: String,
    /// Exchange and routing key of each binding.
    pub bindings: BTreeSet<(String, String)>,
    /// Whether only one consumer at a time receives messages, and another one takes over when it ends: the order of keys
    /// then holds across all instances of a service.
    pub is_exclusive: bool,
}

/// A part of a topology.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// An exchange.
    Exchange {
        /// Name.
        name: String,
        /// Whether it is a direct exchange instead of a topic exchange.
        is_direct: bool,
    },
    /// A queue.
    Queue {
        /// Name.
        name: String,
        /// Arguments, with RabbitMQ's names.
        arguments: Vec<(&'static str, Argument)>,
    },
    /// A binding of a queue to an exchange.
    Binding {
        /// The exchange.
        exchange: String,
        /// The routing key.
        routing_key: String,
        /// The queue.
        queue: String,
    },
}

/// An argument of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// A string.
    Text(String),
    /// A boolean.
    Flag(bool),
    /// A number, such as a time in milliseconds.
    Number(u32),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exchange { name, is_direct: true } => write!(f, "direct exchange `{name}`"),
            Self::Exchange { name, is_direct: false } => write!(f, "topic exchange `{name}`"),
            Self::Queue { name, .. } => write!(f, "queue `{name}`"),
            Self::Binding { exchange, routing_key, queue } => {
                write!(f, "binding of `{queue}` to `{exchange}` by `{routing_key}`")
            }
        }
    }
}

impl fmt::Display for Topology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts().iter().try_for_each(|part| writeln!(f, "{part}"))
    }
}

impl Topology {
    /// Creates an empty topology.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the exchanges of published events.
    #[must_use]
    pub fn publishes(mut self, contracts: &[&Contract]) -> Self {
        self.exchanges.extend(contracts.iter().map(|contract| contract.topic.to_owned()));
        self
    }

    /// Adds a queue bound to these events, and their exchanges.
    ///
    /// It also adds queues for delayed retries (`<queue>.retry.1s`, `10s`, `1m`, `10m`, `1h`: a delay is rounded up to one of
    /// them, at most an hour), and `<queue>.dead` for dead letters.
    #[must_use]
    pub fn queue(self, name: &str, contracts: &[&Contract]) -> Self {
        self.with_queue(name, contracts, false)
    }

    /// Adds a queue like [`Topology::queue`] whose messages go to one consumer at a time.
    #[must_use]
    pub fn exclusive_queue(self, name: &str, contracts: &[&Contract]) -> Self {
        self.with_queue(name, contracts, true)
    }

    /// Adds one queue per event, `<service>.<event type>`, so that events do not wait for each other.
    #[must_use]
    pub fn queue_of_each(self, service: &str, contracts: &[&Contract]) -> Self {
        let queue = |topology: Self, contract: &&Contract| {
            topology.queue(&format!("{service}.{}", contract.event_type), &[contract])
        };
        contracts.iter().fold(self, queue)
    }

    /// Adds a queue that receives every message of the exchanges of this topology.
    #[must_use]
    pub fn store(self, name: &str) -> Self {
        Self { store: Some(name.to_owned()), ..self }
    }

    /// Uses direct exchanges. A store then receives only the routing keys of other queues.
    #[must_use]
    pub fn direct(self) -> Self {
        Self { is_direct: true, ..self }
    }

    /// Uses quorum queues, on RabbitMQ 3.10 or later. The queue of dead letters has no delivery limit, because each look at a
    /// dead letter counts as a delivery. Messages that wait for their next attempt are replicated as well.
    #[must_use]
    pub fn quorum(self) -> Self {
        Self { is_quorum: true, ..self }
    }

    fn with_queue(mut self, name: &str, contracts: &[&Contract], is_exclusive: bool) -> Self {
        let bindings = contracts.iter().map(|own| (own.topic.to_owned(), own.routing_key.to_owned())).collect();
        self.queues.push(Queue { name: name.to_owned(), bindings, is_exclusive });
        self.publishes(contracts)
    }

    /// Returns the parts in the order of declaration.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        let exchanges =
            self.exchanges.iter().map(|name| Part::Exchange { name: name.clone(), is_direct: self.is_direct });
        let queues = self.queues.iter().flat_map(|queue| self.queues_of(queue));
        let store = self.store.iter().map(|name| self.part(name.clone(), Vec::new()));
        let bound = self.queues.iter().flat_map(|queue| bindings(&queue.name, &queue.bindings));
        let all: BTreeSet<(String, String)> = match self.is_direct {
            true => self.queues.iter().flat_map(|queue| queue.bindings.clone()).collect(),
            false => self.exchanges.iter().map(|exchange| (exchange.clone(), "#".to_owned())).collect(),
        };
        let stored = self.store.iter().flat_map(|name| bindings(name, &all));
        exchanges.chain(queues).chain(store).chain(bound).chain(stored).collect()
    }

    /// A queue, and those that stand beside it.
    fn queues_of(&self, queue: &Queue) -> Vec<Part> {
        let to = |name: String| {
            vec![
                ("x-dead-letter-exchange", Argument::Text(String::new())),
                ("x-dead-letter-routing-key", Argument::Text(name)),
            ]
        };
        // The broker dead-letters what it drops itself, such as by a policy on length.
        let mut own = to(dead_queue(&queue.name));
        if queue.is_exclusive {
            own.push(("x-single-active-consumer", Argument::Flag(true)));
        }
        let mut parts = vec![self.part(queue.name.clone(), own)];
        parts.extend(WAITS.iter().map(|(_, wait)| {
            let millis = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX);
            let mut arguments = to(queue.name.clone());
            arguments.push(("x-message-ttl", Argument::Number(millis)));
            if self.is_quorum {
                // A message leaves only once the other queue has it.
                arguments.push(("x-dead-letter-strategy", Argument::Text("at-least-once".to_owned())));
                arguments.push(("x-overflow", Argument::Text("reject-publish".to_owned())));
            }
            self.part(retry_queue(&queue.name, *wait), arguments)
        }));
        let unlimited = self.is_quorum.then_some(("x-delivery-limit", Argument::Number(UNLIMITED)));
        parts.push(self.part(dead_queue(&queue.name), unlimited.into_iter().collect()));
        parts
    }

    fn part(&self, name: String, mut arguments: Vec<(&'static str, Argument)>) -> Part {
        if self.is_quorum {
            arguments.push(("x-queue-type", Argument::Text("quorum".to_owned())));
        }
        Part::Queue { name, arguments }
    }

    /// Creates missing parts. Existing parts stay unchanged.
    ///
    /// # Errors
    /// If a part exists with other properties, or the user has no permission.
    pub async fn declare(&self, connection: &Connection) -> Result<(), BrokerError> {
        let connection = connect(&connection.config, "topology").await?;
        let channel = connection.create_channel().await.map_err(broker_error)?;
        for part in self.parts() {
            if let Err(error) = declare(&channel, &part, false).await {
                return Err(rejected(&part, error));
            }
        }
        let _ = connection.close(200, "OK".into()).await;
        Ok(())
    }

    /// Returns missing exchanges and queues, without creating any; needs no configure permission.
    ///
    /// RabbitMQ does not report bindings: a missing one appears as
    /// [`Unroutable`](goodevent_runtime::PublishError::Unroutable) if it was the only one.
    ///
    /// # Errors
    /// If the broker is unreachable, or denies access.
    pub async fn missing(&self, connection: &Connection) -> Result<Vec<Part>, BrokerError> {
        let connection = connect(&connection.config, "topology").await?;
        let mut missing = Vec::new();
        for part in self.parts() {
            if !is_there(&connection, &part).await? {
                missing.push(part);
            }
        }
        let _ = connection.close(200, "OK".into()).await;
        Ok(missing)
    }

    /// Deletes the queues with their messages, and exchanges without other bindings: for a service that no longer exists, and
    /// after tests.
    ///
    /// # Errors
    /// If the broker is unreachable, or the user may not delete a part.
    pub async fn delete(&self, connection: &Connection) -> Result<(), BrokerError> {
        let connection = connect(&connection.config, "topology").await?;
        let mut channel = connection.create_channel().await.map_err(broker_error)?;
        // Queues come behind exchanges, and are what uses these.
        for part in self.parts().into_iter().rev() {
            match delete(&channel, &part).await {
                Ok(()) => {}
                // The answer that it is used closes the channel.
                Err(error) if has_code(&error, 406) => {
                    channel = connection.create_channel().await.map_err(broker_error)?;
                }
                Err(error) => return Err(rejected(&part, error)),
            }
        }
        let _ = connection.close(200, "OK".into()).await;
        Ok(())
    }
}

/// An exchange or a queue goes, if there is one; an exchange only if nothing is bound to it.
async fn delete(channel: &Channel, part: &Part) -> lapin::Result<()> {
    match part {
        Part::Exchange { name, .. } => {
            let unused = ExchangeDeleteOptions { if_unused: true, ..ExchangeDeleteOptions::default() };
            channel.exchange_delete(named(name)?, unused).await
        }
        Part::Queue { name, .. } => channel.queue_delete(named(name)?, QueueDeleteOptions::default()).await.map(drop),
        // It goes with its queue.
        Part::Binding { .. } => Ok(()),
    }
}

fn bindings(queue: &str, keys: &BTreeSet<(String, String)>) -> Vec<Part> {
    let part = |(exchange, routing_key): &(String, String)| Part::Binding {
        exchange: exchange.clone(),
        routing_key: routing_key.clone(),
        queue: queue.to_owned(),
    };
    keys.iter().map(part).collect()
}

async fn is_there(connection: &lapin::Connection, part: &Part) -> Result<bool, BrokerError> {
    if matches!(part, Part::Binding { .. }) {
        return Ok(true);
    }
    // The answer no closes a channel.
    let channel = connection.create_channel().await.map_err(broker_error)?;
    match declare(&channel, part, true).await {
        Ok(()) => {
            let _ = channel.close(200, "OK".into()).await;
            Ok(true)
        }
        Err(error) if has_code(&error, 404) => Ok(false),
        Err(error) => Err(rejected(part, error)),
    }
}

/// Whether the broker answered with this code
/// ([AMQP 0-9-1](https://www.rabbitmq.com/amqp-0-9-1-reference.html#constants)).
fn has_code(error: &lapin::Error, code: u16) -> bool {
    matches!(error.kind(), ErrorKind::ProtocolError(protocol_error) if protocol_error.get_id() == code)
}

fn named(name: &str) -> lapin::Result<ShortString> {
    short(name).map_err(|why| lapin::Error::from(std::io::Error::other(why)))
}

async fn declare(channel: &Channel, part: &Part, passive: bool) -> lapin::Result<()> {
    match part {
        Part::Exchange { name, is_direct } => {
            let kind = if *is_direct { ExchangeKind::Direct } else { ExchangeKind::Topic };
            let options = ExchangeDeclareOptions { passive, durable: true, ..ExchangeDeclareOptions::default() };
            channel.exchange_declare(named(name)?, kind, options, FieldTable::default()).await
        }
        Part::Queue { name, arguments } => {
            let options = QueueDeclareOptions { passive, durable: true, ..QueueDeclareOptions::default() };
            channel.queue_declare(named(name)?, options, table(arguments)).await.map(drop)
        }
        Part::Binding { exchange, routing_key, queue } => {
            let options = QueueBindOptions::default();
            let names = (named(queue)?, named(exchange)?, named(routing_key)?);
            channel.queue_bind(names.0, names.1, names.2, options, FieldTable::default()).await
        }
    }
}

fn table(arguments: &[(&'static str, Argument)]) -> FieldTable {
    let mut table = FieldTable::default();
    for (name, argument) in arguments {
        let value = match argument {
            Argument::Text(text) => AMQPValue::LongString(text.as_str().into()),
            Argument::Flag(flag) => AMQPValue::Boolean(*flag),
            Argument::Number(number) => AMQPValue::LongUInt(*number),
        };
        table.insert((*name).into(), value);
    }
    table
}

/// The broker rejects a part: it exists with other properties, or the user has no permission.
fn rejected(part: &Part, error: lapin::Error) -> BrokerError {
    match error.kind() {
        ErrorKind::ProtocolError(_) => BrokerError::new(BrokerErrorKind::Refused, part.to_string()).caused_by(error),
        _ => broker_error(error).context(part),
    }
}
