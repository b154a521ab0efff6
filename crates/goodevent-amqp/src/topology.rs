//! Topology: topics and queues. AMQP 1.0 has no operation that creates them, so that they are only checked.

use std::{collections::BTreeSet, fmt};

use fe2o3_amqp::{Sender, Session, link::receiver::CreditMode};
use goodevent_runtime::{BrokerError, BrokerErrorKind};

use crate::{
    connection::{Connection, answer, attach, connect, unique},
    dialect::{Dialect, dead_queue, retry_queues},
};

/// Required topics and queues.
///
/// ```
/// use goodevent_amqp::Topology;
///
/// let topology = Topology::new().topic("registration").queue("billing");
/// assert_eq!(topology.to_string(), "topic `registration`\nqueue `billing`\n");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topology {
    /// Topics; exchanges at RabbitMQ.
    pub topics: BTreeSet<String>,
    /// Queues and subscriptions, as [`Connection::source`] consumes them.
    pub queues: BTreeSet<String>,
}

/// A part of a topology.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// A topic.
    Topic(String),
    /// A queue or a subscription.
    Queue(String),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Topic(name) => write!(f, "topic `{name}`"),
            Self::Queue(name) => write!(f, "queue `{name}`"),
        }
    }
}

impl fmt::Display for Topology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts(Dialect::ServiceBus).iter().try_for_each(|part| writeln!(f, "{part}"))
    }
}

impl Topology {
    /// Creates an empty topology.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a topic.
    #[must_use]
    pub fn topic(mut self, name: impl Into<String>) -> Self {
        self.topics.insert(name.into());
        self
    }

    /// Adds a queue or a subscription; at RabbitMQ also its queues for retries and dead letters.
    #[must_use]
    pub fn queue(mut self, name: impl Into<String>) -> Self {
        self.queues.insert(name.into());
        self
    }

    fn parts(&self, dialect: Dialect) -> Vec<Part> {
        let topics = self.topics.iter().cloned().map(Part::Topic);
        let beside = |queue: &String| match dialect {
            Dialect::RabbitMq => retry_queues(queue).into_iter().chain([dead_queue(queue)]).collect(),
            Dialect::ServiceBus => Vec::new(),
        };
        let queues = self.queues.iter().flat_map(|queue| [queue.clone()].into_iter().chain(beside(queue)));
        topics.chain(queues.map(Part::Queue)).collect()
    }

    /// Checks that all parts exist.
    ///
    /// # Errors
    /// If a part is missing, because AMQP 1.0 cannot create it, or the broker is unreachable.
    pub async fn declare(&self, connection: &Connection) -> Result<(), BrokerError> {
        let missing = self.missing(connection).await?;
        if missing.is_empty() {
            return Ok(());
        }
        let parts: Vec<String> = missing.iter().map(Part::to_string).collect();
        Err(BrokerError::missing(parts.join(", ")).context("create them by other means than AMQP 1.0"))
    }

    /// Returns missing topics and queues.
    ///
    /// # Errors
    /// If the broker is unreachable, or denies access.
    pub async fn missing(&self, connection: &Connection) -> Result<Vec<Part>, BrokerError> {
        let config = &connection.config;
        let mut link = connect(config, "topology").await?;
        let mut missing = Vec::new();
        for part in self.parts(config.dialect) {
            // Links through which nothing is sent: brokers reject them if the part is missing.
            let found = match &part {
                Part::Queue(queue) => {
                    let address = config.dialect.queue(queue);
                    attach(&mut link, &address, CreditMode::Manual, config.timeout).await.map(drop)
                }
                Part::Topic(topic) => {
                    let mut session = answer(config.timeout, Session::begin(&mut link)).await?;
                    let address = config.dialect.topic(topic);
                    answer(config.timeout, Sender::attach(&mut session, unique("link"), address)).await.map(drop)
                }
            };
            match found {
                Ok(()) => {}
                Err(error) if error.kind() == BrokerErrorKind::Missing => missing.push(part),
                Err(error) => return Err(error.context(part)),
            }
        }
        let _ = answer(config.timeout, link.close()).await;
        Ok(missing)
    }
}
