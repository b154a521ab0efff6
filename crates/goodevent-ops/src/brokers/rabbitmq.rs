//! RabbitMQ over AMQP 0.9.1.

use anyhow::Context as _;
use goodevent::Contract;
use goodevent_rabbitmq::{Config, Connection, Topology};
use goodevent_schema::config;

use super::target::Target;
use crate::{report::Report, topology::args::Args};

pub(super) struct RabbitMq {
    connection: Connection,
}

impl RabbitMq {
    pub(super) async fn open(url: &str) -> anyhow::Result<Self> {
        Ok(Self { connection: Connection::open(&Config::new(url)).await? })
    }
}

impl Target for RabbitMq {
    type Broker = Connection;

    fn broker(&self) -> &Connection {
        &self.connection
    }

    fn name(&self) -> &'static str {
        "rabbitmq"
    }

    fn is_here(&self, broker: config::Broker) -> bool {
        broker == config::Broker::Rabbitmq
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
    if !args.apply && !args.diff {
        topology.parts().iter().for_each(|part| report.out(&part.to_string()));
        return Ok(true);
    }
    let connection = Connection::lazy(&Config::new(args.url.as_deref().unwrap_or_default()));
    if args.apply {
        topology.declare(&connection).await.context("cannot create the topology")?;
        report.out(&format!("{} parts exist", topology.parts().len()));
        return Ok(true);
    }
    let missing = topology.missing(&connection).await?;
    missing.iter().for_each(|part| report.out(&format!("missing: {part}")));
    report.out(&format!("{} of {} parts are missing", missing.len(), topology.parts().len()));
    Ok(missing.is_empty())
}
