//! RabbitMQ over AMQP 0.9.1.

use goodevent::Contract;
use goodevent_rabbitmq::{DeadLetters, RabbitLetters, RabbitPublisher, RabbitTail, Topology};
use goodevent_schema::config;

use super::broker::{Broker, Places};
use crate::{report::Report, topology::args::Args};

pub(super) struct RabbitMq {
    url: String,
}

impl RabbitMq {
    pub(super) fn new(url: &str) -> Self {
        Self { url: url.to_owned() }
    }
}

impl Broker for RabbitMq {
    type Letters = RabbitLetters;
    type Tail = RabbitTail;
    type Publisher = RabbitPublisher;

    fn name(&self) -> &'static str {
        "rabbitmq"
    }

    fn is_here(&self, broker: config::Broker) -> bool {
        broker == config::Broker::Rabbitmq
    }

    async fn letters(&self, queue: &str) -> anyhow::Result<RabbitLetters> {
        Ok(DeadLetters::new(&self.url, queue).open().await?)
    }

    async fn tail(&self, places: &Places) -> anyhow::Result<RabbitTail> {
        Ok(RabbitTail::open(&self.url, &places.keys().collect::<Vec<_>>()).await?)
    }

    async fn publisher(&self) -> anyhow::Result<RabbitPublisher> {
        Ok(RabbitPublisher::connect(&self.url, 1).await?)
    }
}

/// Exchanges, and the queues of a service.
pub(super) async fn topology(contracts: &[Contract], args: &Args, report: &mut Report) -> anyhow::Result<bool> {
    let contracts: Vec<&Contract> = contracts.iter().collect();
    let topology = Topology::new();
    let topology = match (args.queue_of_each, args.exclusive) {
        (true, _) => topology.queue_of_each(&args.service, &contracts),
        (false, true) => topology.exclusive_queue(&args.service, &contracts),
        (false, false) => topology.queue(&args.service, &contracts),
    };
    let topology = if args.direct { topology.direct() } else { topology };
    let topology = match &args.store {
        Some(store) => topology.store(store),
        None => topology,
    };
    let url = args.url.as_deref().unwrap_or_default();
    if args.apply {
        topology.declare(url).await?;
        report.out(&format!("{} parts exist", topology.parts().len()));
        return Ok(true);
    }
    if !args.diff {
        topology.parts().iter().for_each(|part| report.out(&part.to_string()));
        return Ok(true);
    }
    let missing = topology.missing(url).await?;
    missing.iter().for_each(|part| report.out(&format!("missing: {part}")));
    report.out(&format!("{} of {} parts are missing", missing.len(), topology.parts().len()));
    Ok(missing.is_empty())
}
