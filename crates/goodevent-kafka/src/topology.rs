//! Topology: topics.

use std::fmt;

use goodevent_runtime::BrokerError;
use rdkafka::{
    admin::{AdminOptions, NewTopic, TopicReplication},
    types::RDKafkaErrorCode,
};

use crate::{connection::Connection, dead_letters};

/// Required topics, each with a topic for dead letters, `<name>.dead`.
///
/// ```
/// use goodevent_kafka::{Topic, Topology};
///
/// let topology = Topology::default().topic(Topic::new("names.name-request-paid", 6));
/// assert_eq!(
///     topology.to_string(),
///     "topic names.name-request-paid with 6 partitions\n  topic names.name-request-paid.dead for dead letters\n"
/// );
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topology {
    /// The topics.
    pub topics: Vec<Topic>,
}

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Name.
    pub name: String,
    /// Number of partitions, the upper bound of processes of a group that share the topic. A later change would move keys to
    /// other partitions and break their order.
    pub n_partitions: u16,
    /// Number of replicas in a cluster.
    pub n_replicas: u16,
    /// Settings of a new topic by name, such as `retention.ms`.
    pub settings: Vec<(String, String)>,
}

/// A difference between the required and the actual topology.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The topic is missing.
    Topic(String),
    /// The number of partitions differs; it is not changed, because keys would move.
    Partitions {
        /// The topic.
        topic: String,
        /// As many as there shall be.
        wanted: u16,
        /// As many as there are.
        found: usize,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Topic(topic) => write!(f, "there is no topic `{topic}`"),
            Self::Partitions { topic, wanted, found } => {
                write!(f, "topic `{topic}` has {found} partitions, and shall have {wanted}")
            }
        }
    }
}

impl fmt::Display for Topology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Topic { name, n_partitions, .. } in &self.topics {
            writeln!(f, "topic {name} with {n_partitions} partitions")?;
            writeln!(f, "  topic {} for dead letters", dead_letters::dead_topic(name))?;
        }
        Ok(())
    }
}

impl Topic {
    /// Creates a topic with this number of partitions and one replica.
    pub fn new(name: impl Into<String>, n_partitions: u16) -> Self {
        Self { name: name.into(), n_partitions: n_partitions.max(1), n_replicas: 1, settings: Vec::new() }
    }

    /// Sets the number of replicas.
    #[must_use]
    pub fn replicas(self, n_replicas: u16) -> Self {
        Self { n_replicas, ..self }
    }

    /// Adds a setting of a new topic.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The topic of its dead letters.
    fn dead(&self) -> Self {
        let name = dead_letters::dead_topic(&self.name);
        Self { n_replicas: self.n_replicas, ..Self::new(name, 1) }.set("cleanup.policy", "compact")
    }
}

impl Topology {
    /// Adds a topic.
    #[must_use]
    pub fn topic(mut self, topic: Topic) -> Self {
        self.topics.push(topic);
        self
    }

    fn all(&self) -> impl Iterator<Item = Topic> + '_ {
        self.topics.iter().flat_map(|topic| [topic.clone(), topic.dead()])
    }

    /// Creates missing topics. Existing topics stay unchanged.
    ///
    /// # Errors
    /// If the brokers deny the operation.
    pub async fn declare(&self, connection: &Connection) -> Result<(), BrokerError> {
        let topics: Vec<Topic> = self.all().collect();
        let new: Vec<NewTopic<'_>> = topics
            .iter()
            .map(|topic| {
                let replication = TopicReplication::Fixed(topic.n_replicas.into());
                let new = NewTopic::new(&topic.name, topic.n_partitions.into(), replication);
                topic.settings.iter().fold(new, |new, (name, value)| new.set(name, value))
            })
            .collect();
        let options = AdminOptions::new().request_timeout(Some(connection.config.timeout));
        let made = connection.admin().create_topics(&new, &options).await;
        let unmade = |error| BrokerError::unreachable("the topics cannot be created").caused_by(error);
        for outcome in made.map_err(unmade)? {
            match outcome {
                Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
                Err((topic, code)) => return Err(BrokerError::failed(format!("topic `{topic}`")).caused_by(code)),
            }
        }
        Ok(())
    }

    /// Returns missing topics and differing settings.
    ///
    /// # Errors
    /// If the brokers do not answer.
    pub async fn missing(&self, connection: &Connection) -> Result<Vec<Difference>, BrokerError> {
        let metadata = connection.metadata(None).await?;
        let differs = |Topic { name, n_partitions, .. }: Topic| {
            let found = metadata.topics().iter().find(|own| own.name() == name && own.error().is_none());
            match found.map(|own| own.partitions().len()) {
                None => Some(Difference::Topic(name)),
                Some(found) if found != usize::from(n_partitions) => {
                    Some(Difference::Partitions { topic: name, wanted: n_partitions, found })
                }
                Some(_) => None,
            }
        };
        Ok(self.all().filter_map(differs).collect())
    }
}
