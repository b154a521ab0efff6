//! The arguments of `goodevent topology`.

use goodevent_schema::config;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Kind of broker.
    pub(crate) broker: Kind,
    /// Consuming service; its queue, consumer, group or subscription has this name.
    #[arg(long)]
    pub(crate) service: String,
    /// Event that the service consumes; can be repeated [default: all events of contexts on this broker].
    #[arg(long = "event", value_name = "EVENT")]
    pub(crate) events: Vec<String>,
    /// Use one queue per event instead of one per service (RabbitMQ).
    #[arg(long)]
    pub(crate) queue_of_each: bool,
    /// Deliver the messages of a queue to one consumer at a time (RabbitMQ).
    #[arg(long, conflicts_with = "queue_of_each")]
    pub(crate) exclusive: bool,
    /// Use direct exchanges instead of topic exchanges (RabbitMQ).
    #[arg(long)]
    pub(crate) direct: bool,
    /// Add a queue that receives every published event (RabbitMQ).
    #[arg(long, value_name = "QUEUE")]
    pub(crate) store: Option<String>,
    /// Partitions per topic, the upper bound of processes of a service that share the work (Kafka).
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) partitions: u16,
    /// Replication factor of a topic (Kafka).
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) replicas: u16,
    /// Output format (Service Bus).
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: FileForm,
    /// URL of the broker; `--diff` needs a user who may read the topology, `--apply` one who may create it.
    #[arg(long, env = "GOODEVENT_BROKER_URL", hide_env_values = true)]
    pub(crate) url: Option<String>,
    /// Report missing parts at the broker.
    #[arg(long, requires = "url")]
    pub(crate) diff: bool,
    /// Create missing parts at the broker; deletes nothing.
    #[arg(long, requires = "url", conflicts_with = "diff")]
    pub(crate) apply: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    Rabbitmq,
    Nats,
    Kafka,
    ServiceBus,
}

/// How a topology is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum FileForm {
    /// For people.
    #[default]
    Text,
    /// A Bicep file.
    Bicep,
    /// A Terraform file, for the provider `azurerm`.
    Terraform,
}

impl Kind {
    pub(super) fn settings(self) -> (config::Broker, &'static str) {
        match self {
            Self::Rabbitmq => (config::Broker::Rabbitmq, "rabbitmq"),
            Self::Nats => (config::Broker::Nats, "nats"),
            Self::Kafka => (config::Broker::Kafka, "kafka"),
            Self::ServiceBus => (config::Broker::ServiceBus, "service-bus"),
        }
    }
}
