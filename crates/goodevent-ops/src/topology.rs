//! `goodevent topology`

use std::path::Path;

use anyhow::ensure;
use goodevent_schema::config;

use crate::{
    brokers::{self, FileForm},
    registry,
    report::Report,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The broker.
    pub(crate) broker: Kind,
    /// The service that consumes: its name is that of its queue, consumer, group or subscription.
    #[arg(long)]
    pub(crate) service: String,
    /// Events that it consumes; all of the contexts on this broker unless said.
    #[arg(long = "event", value_name = "EVENT")]
    events: Vec<String>,
    /// A queue for each event, in place of one for the service (RabbitMQ).
    #[arg(long)]
    pub(crate) queue_of_each: bool,
    /// One consumer at a time gets the messages of a queue (RabbitMQ).
    #[arg(long, conflicts_with = "queue_of_each")]
    pub(crate) exclusive: bool,
    /// Direct exchanges in place of topic exchanges (RabbitMQ).
    #[arg(long)]
    pub(crate) direct: bool,
    /// A queue that gets all that is published (RabbitMQ).
    #[arg(long, value_name = "QUEUE")]
    pub(crate) store: Option<String>,
    /// Partitions of a topic, which so many processes of a service can share (Kafka).
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) partitions: u16,
    /// Copies of a topic in the cluster (Kafka).
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) replicas: u16,
    /// How to write it (Service Bus).
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: FileForm,
    /// Where the broker is; its user may look for --diff, and make exchanges, queues, streams or topics for --apply.
    #[arg(long, env = "GOODEVENT_BROKER_URL", hide_env_values = true)]
    pub(crate) url: Option<String>,
    /// Says what is missing at the broker.
    #[arg(long, requires = "url")]
    pub(crate) diff: bool,
    /// Makes what is missing at the broker. Nothing is deleted.
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

impl Kind {
    fn settings(self) -> (config::Broker, &'static str) {
        match self {
            Self::Rabbitmq => (config::Broker::Rabbitmq, "rabbitmq"),
            Self::Nats => (config::Broker::Nats, "nats"),
            Self::Kafka => (config::Broker::Kafka, "kafka"),
            Self::ServiceBus => (config::Broker::ServiceBus, "service-bus"),
        }
    }
}

pub(crate) async fn run(root: &Path, args: &Args, report: &mut Report) -> anyhow::Result<bool> {
    let is_file = args.format != FileForm::Text;
    ensure!(!is_file || args.broker == Kind::ServiceBus, "--format is for service-bus: others are made by --apply");
    let loaded = registry::read(root, report)?;
    let (broker, name) = args.broker.settings();
    let contracts = registry::contracts(&loaded, &args.events, |own| own == broker, name)?;
    let contracts: Vec<_> = contracts.into_iter().map(registry::as_service).collect();
    brokers::topology(&contracts, args, report).await
}
