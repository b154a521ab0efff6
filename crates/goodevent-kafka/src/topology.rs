//! What has to be there before anybody publishes or consumes: topics.

use std::fmt;

use rdkafka::{
    admin::{AdminOptions, NewTopic, TopicReplication},
    types::RDKafkaErrorCode,
};

use crate::{
    connection::{Connection, KafkaError},
    dead,
};

/// Topics, as they shall be. Beside each is one of what is laid aside from it, named `<name>.dead`.
///
/// ```
/// use goodevent_kafka::{Topic, Topology};
///
/// let topology = Topology::default().topic(Topic::new("names.name-request-paid", 6));
/// assert_eq!(
///     topology.to_string(),
///     "topic names.name-request-paid with 6 partitions\n  topic names.name-request-paid.dead takes what is laid aside\n"
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
    /// Its name.
    pub name: String,
    /// As many processes of a group can share it. Another number later would put keys elsewhere, out of their order.
    pub n_partitions: u16,
    /// Copies of it in a cluster.
    pub n_replicas: u16,
    /// Settings of topics by their names, such as `retention.ms`, for when it is made.
    pub settings: Vec<(String, String)>,
}

/// Something that is not as it shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// There is no such topic.
    Topic(String),
    /// It has another number of partitions, which is not changed: keys would be elsewhere.
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
            writeln!(f, "  topic {} for dead letters", dead::dead_topic(name))?;
        }
        Ok(())
    }
}

impl Topic {
    /// One with so many partitions, and one copy.
    pub fn new(name: impl Into<String>, n_partitions: u16) -> Self {
        Self { name: name.into(), n_partitions: n_partitions.max(1), n_replicas: 1, settings: Vec::new() }
    }

    /// So many copies in a cluster.
    #[must_use]
    pub fn replicas(self, n_replicas: u16) -> Self {
        Self { n_replicas, ..self }
    }

    /// A setting for when it is made.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The one of what is laid aside.
    fn dead(&self) -> Self {
        let name = dead::dead_topic(&self.name);
        Self { n_replicas: self.n_replicas, ..Self::new(name, 1) }.set("cleanup.policy", "compact")
    }
}

impl Topology {
    /// With this topic as well.
    #[must_use]
    pub fn topic(mut self, topic: Topic) -> Self {
        self.topics.push(topic);
        self
    }

    fn all(&self) -> impl Iterator<Item = Topic> + '_ {
        self.topics.iter().flat_map(|topic| [topic.clone(), topic.dead()])
    }

    /// Makes the topics that are not there. Those that are stay as they are.
    ///
    /// # Errors
    /// If the brokers do not let us.
    pub async fn declare(&self, connection: &Connection) -> Result<(), KafkaError> {
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
        for outcome in made.map_err(|error| KafkaError::Unreachable(error.to_string()))? {
            match outcome {
                Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
                Err((topic, code)) => return Err(KafkaError::Failed(format!("topic `{topic}`: {code}"))),
            }
        }
        Ok(())
    }

    /// What is not there, or not as it shall be.
    ///
    /// # Errors
    /// If the brokers do not answer.
    pub async fn missing(&self, connection: &Connection) -> Result<Vec<Difference>, KafkaError> {
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
