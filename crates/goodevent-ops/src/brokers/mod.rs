//! Brokers by their URLs: what a command needs of each, and one file for how it does that.

mod amqp;
mod kafka;
mod nats;
mod rabbitmq;
mod service_bus;
mod target;

pub(crate) use self::target::{Places, Target, dead_letters};

use anyhow::bail;
use goodevent::Contract;

use crate::{
    report::Report,
    topology::args::{Args, Kind},
};

/// An operation on any broker.
pub(crate) trait Act {
    async fn at(self, target: impl Target, report: &mut Report) -> anyhow::Result<bool>;
}

/// Applies an operation to the broker of a URL.
pub(crate) async fn at(url: &str, act: impl Act, report: &mut Report) -> anyhow::Result<bool> {
    match url.split_once("://").map(|(scheme, _)| scheme) {
        Some("amqp" | "amqps") => act.at(rabbitmq::RabbitMq::open(url).await?, report).await,
        Some("nats" | "tls") => act.at(nats::Nats::open(url).await?, report).await,
        Some("kafka") => act.at(kafka::Kafka::open(url).await?, report).await,
        Some("amqp1" | "amqp1s" | "service-bus") => act.at(amqp::Amqp::new(url)?, report).await,
        Some(scheme) => bail!("`{scheme}://` is none of amqp://, nats://, kafka://, amqp1://, service-bus://"),
        None => bail!("a URL begins with amqp://, nats://, kafka://, amqp1:// or service-bus://"),
    }
}

/// What has to be at a broker, by its name.
pub(crate) async fn topology(contracts: &[Contract], args: &Args, report: &mut Report) -> anyhow::Result<bool> {
    match args.broker {
        Kind::Rabbitmq => rabbitmq::topology(contracts, args, report).await,
        Kind::Nats => nats::topology(contracts, args, report).await,
        Kind::Kafka => kafka::topology(contracts, args, report).await,
        Kind::ServiceBus => service_bus::topology(contracts, args, report),
    }
}
