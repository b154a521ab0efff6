//! Brokers by their URLs: what a command needs of each, and one file for how it does that.

mod amqp;
mod kafka;
mod nats;
mod rabbitmq;
mod service_bus;

pub(crate) use self::{kafka::GROUP, service_bus::FileForm};

use anyhow::bail;
use goodevent::Contract;
use goodevent_runtime::{Letters, Publish, Tail};
use goodevent_schema::config;

use crate::{report::Report, topology};

/// A broker that somebody is at.
pub(crate) trait Broker {
    type Letters: Letters;
    type Tail: Tail;
    type Publisher: Publish;

    /// As `context.toml` names it.
    fn name(&self) -> &'static str;

    /// Whether a context that says so is here.
    fn is_here(&self, broker: config::Broker) -> bool;

    /// What its publisher does not notice.
    fn caveat(&self) -> Option<&'static str> {
        None
    }

    /// What was laid aside from a queue.
    async fn letters(&self, queue: &str) -> anyhow::Result<Self::Letters>;

    /// What is published to these places, or to all around them.
    async fn tail(&self, places: &Places) -> anyhow::Result<Self::Tail>;

    async fn publisher(&self) -> anyhow::Result<Self::Publisher>;
}

/// Where events are published.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// Topics and routing keys.
    pub(crate) pairs: Vec<(String, String)>,
    /// Whether other keys of these topics are of interest as well.
    pub(crate) is_open: bool,
}

impl Places {
    /// The pairs, with one for all keys of a topic of RabbitMQ.
    fn keys(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let open = self.pairs.iter().filter(|_| self.is_open).map(|(topic, _)| (topic.clone(), "#".to_owned()));
        self.pairs.iter().cloned().chain(open)
    }
}

/// What is done at a broker, whichever it is.
pub(crate) trait Act {
    async fn at(self, broker: impl Broker, report: &mut Report) -> anyhow::Result<bool>;
}

/// Does something at the broker of a URL.
pub(crate) async fn at(url: &str, act: impl Act, report: &mut Report) -> anyhow::Result<bool> {
    match url.split_once("://").map(|(scheme, _)| scheme) {
        Some("amqp" | "amqps") => act.at(rabbitmq::RabbitMq::new(url), report).await,
        Some("nats" | "tls") => act.at(nats::Nats::open(url).await?, report).await,
        Some("kafka") => act.at(kafka::Kafka::open(url).await?, report).await,
        Some("amqp1" | "amqp1s" | "service-bus") => act.at(amqp::Amqp::new(url)?, report).await,
        Some(scheme) => bail!("`{scheme}://` is none of amqp://, nats://, kafka://, amqp1://, service-bus://"),
        None => bail!("a URL begins with amqp://, nats://, kafka://, amqp1:// or service-bus://"),
    }
}

/// What has to be at a broker, by its name.
pub(crate) async fn topology(
    contracts: &[Contract],
    args: &topology::Args,
    report: &mut Report,
) -> anyhow::Result<bool> {
    match args.broker {
        topology::Kind::Rabbitmq => rabbitmq::topology(contracts, args, report).await,
        topology::Kind::Nats => nats::topology(contracts, args, report).await,
        topology::Kind::Kafka => kafka::topology(contracts, args, report).await,
        topology::Kind::ServiceBus => service_bus::topology(contracts, args, report),
    }
}
