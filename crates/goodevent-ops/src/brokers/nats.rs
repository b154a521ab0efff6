//! NATS with JetStream.

use anyhow::Context as _;
use goodevent::Contract;
use goodevent_nats::{Config, Connection, Consumer, Stream, Topology};
use goodevent_runtime::Binding;
use goodevent_schema::config;

use super::target::{Places, Target};
use crate::{report::Report, topology::args::Args};

pub(super) struct Nats {
    connection: Connection,
}

impl Nats {
    pub(super) async fn open(url: &str) -> anyhow::Result<Self> {
        Ok(Self { connection: Connection::open(&Config::new(url)).await? })
    }
}

/// Subject of an event: its routing key, or its topic if it has none.
fn subject<'a>(topic: &'a str, routing_key: &'a str) -> &'a str {
    if routing_key.is_empty() { topic } else { routing_key }
}

impl Target for Nats {
    type Broker = Connection;

    fn broker(&self) -> &Connection {
        &self.connection
    }

    fn name(&self) -> &'static str {
        "nats"
    }

    fn is_here(&self, broker: config::Broker) -> bool {
        broker == config::Broker::Nats
    }

    /// The subjects of the events only: others below them may belong to other streams.
    fn bindings(&self, places: &Places) -> Vec<Binding> {
        places.pairs.iter().map(|(topic, routing_key)| Binding::new(topic, routing_key)).collect()
    }
}

/// A stream for each context, and in it a consumer for the service.
pub(super) async fn topology(contracts: &[Contract], args: &Args, report: &mut Report) -> anyhow::Result<bool> {
    let mut topology = Topology::default();
    let mut contexts: Vec<&str> = contracts.iter().map(|contract| contract.context).collect();
    contexts.sort_unstable();
    contexts.dedup();
    for context in contexts {
        let own = contracts.iter().filter(|contract| contract.context == context);
        let subjects: Vec<&str> = own.map(|own| subject(own.topic, own.routing_key)).collect();
        let consumer = Consumer::new(&args.service).takes(subjects.clone());
        topology = topology.stream(Stream::new(context).takes(subjects).consumer(consumer));
    }
    if !args.apply && !args.diff {
        report.lines(topology.to_string().trim_end());
        return Ok(true);
    }
    let connection = Connection::open(&Config::new(args.url.as_deref().unwrap_or_default())).await?;
    if args.apply {
        topology.declare(&connection).await.context("cannot create the topology")?;
        report.out(&format!("{} streams exist", topology.streams.len()));
        return Ok(true);
    }
    let missing = topology.missing(&connection).await?;
    missing.iter().for_each(|difference| report.out(&difference.to_string()));
    report.out(&format!("{} differences", missing.len()));
    Ok(missing.is_empty())
}
