//! Kafka.

use std::collections::BTreeSet;

use anyhow::Context as _;
use goodevent::Contract;
use goodevent_kafka::{Config, Connection, Topic, Topology};
use goodevent_schema::config;

use super::target::Target;
use crate::{report::Report, topology::args::Args};

pub(super) struct Kafka {
    connection: Connection,
}

impl Kafka {
    pub(super) async fn open(url: &str) -> anyhow::Result<Self> {
        Ok(Self { connection: Connection::open(&Config::of_url(url)?).await? })
    }
}

impl Target for Kafka {
    type Broker = Connection;

    fn broker(&self) -> &Connection {
        &self.connection
    }

    fn name(&self) -> &'static str {
        "kafka"
    }

    fn is_here(&self, broker: config::Broker) -> bool {
        broker == config::Broker::Kafka
    }
}

/// The topics of the contracts, each with a topic for dead letters. Retries need none: they wait at the consumer.
pub(super) async fn topology(contracts: &[Contract], args: &Args, report: &mut Report) -> anyhow::Result<bool> {
    let names: BTreeSet<&str> = contracts.iter().map(|contract| contract.topic).collect();
    let topic = |name: &&str| Topic::new(*name, args.partitions).replicas(args.replicas);
    let topology = Topology { topics: names.iter().map(topic).collect() };
    if !args.apply && !args.diff {
        report.lines(&format!("{topology}group {} consumes them, and holds what it tries again", args.service));
        return Ok(true);
    }
    let connection = Connection::open(&Config::of_url(args.url.as_deref().unwrap_or_default())?).await?;
    if args.apply {
        topology.declare(&connection).await.context("cannot create the topology")?;
    }
    let missing = topology.missing(&connection).await?;
    missing.iter().for_each(|difference| report.out(&difference.to_string()));
    if args.apply && missing.is_empty() {
        report.out(&format!("{}topics exist, each with its topic for dead letters", names.len()));
    } else {
        report.out(&format!("{} differences", missing.len()));
    }
    Ok(missing.is_empty())
}
