//! `goodevent topology`

use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use goodevent::Contract;
use goodevent_build::Loaded;
use goodevent_nats::{Config, Connection, Consumer, Stream};
use goodevent_schema::{config, registry};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The broker.
    broker: Broker,
    /// The service that consumes: its name is that of its queue or consumer.
    #[arg(long)]
    service: String,
    /// Events that it consumes; all of the contexts on this broker unless said.
    #[arg(long = "event", value_name = "EVENT")]
    events: Vec<String>,
    /// A queue for each event, in place of one for the service (RabbitMQ).
    #[arg(long)]
    queue_of_each: bool,
    /// One consumer at a time gets the messages of a queue (RabbitMQ).
    #[arg(long, conflicts_with = "queue_of_each")]
    exclusive: bool,
    /// Direct exchanges in place of topic exchanges (RabbitMQ).
    #[arg(long)]
    direct: bool,
    /// A queue that gets all that is published (RabbitMQ).
    #[arg(long, value_name = "QUEUE")]
    store: Option<String>,
    /// Where the broker is; its user may look for --diff, and make exchanges, queues and streams for --apply.
    #[arg(long, env = "GOODEVENT_BROKER_URL")]
    url: Option<String>,
    /// Says what is missing at the broker.
    #[arg(long, requires = "url")]
    diff: bool,
    /// Makes what is missing at the broker. Nothing is deleted.
    #[arg(long, requires = "url", conflicts_with = "diff")]
    apply: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Broker {
    Rabbitmq,
    Nats,
}

impl Broker {
    fn is_of(self, settings: Option<config::Broker>) -> bool {
        match settings {
            Some(config::Broker::Rabbitmq) => self == Self::Rabbitmq,
            Some(config::Broker::Nats) => self == Self::Nats,
            _ => false,
        }
    }
}

pub(crate) async fn run(root: &Path, args: &Args) -> anyhow::Result<bool> {
    let loaded = Loaded::read(root)?;
    ensure!(!loaded.has_errors(), "the registry has errors: `goodevent lint` lists them");
    let contracts = contracts(&loaded, args)?;
    match args.broker {
        Broker::Rabbitmq => rabbitmq(&contracts, args).await,
        Broker::Nats => nats(&contracts, args).await,
    }
}

/// The contracts that are asked for, as services know them.
fn contracts(loaded: &Loaded, args: &Args) -> anyhow::Result<Vec<Contract>> {
    let registry = &loaded.registry;
    for event in &args.events {
        let is_known = registry.contracts().any(|contract| contract.name.as_str() == event);
        ensure!(is_known, "there is no event `{event}` in the registry");
    }
    let is_wanted = |contract: &&registry::Contract| match args.events.is_empty() {
        true => args.broker.is_of(registry.contexts[&contract.context].settings.topics.broker),
        false => args.events.iter().any(|event| contract.name.as_str() == event),
    };
    let wanted: Vec<Contract> = registry.contracts().filter(is_wanted).map(contract).collect();
    if wanted.is_empty() {
        bail!("no context says `broker = \"{:?}\"` in its context.toml: name events with --event", args.broker);
    }
    Ok(wanted)
}

/// A contract of the registry. A process of this command is short, so that what it reads may stay.
fn contract(own: &registry::Contract) -> Contract {
    let kept = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    Contract {
        name: kept(own.name.as_str()),
        event_type: kept(own.name.versioned()),
        context: kept(&own.context),
        version: own.name.version(),
        topic: kept(&own.topic),
        routing_key: kept(&own.routing_key),
        ..Contract::EMPTY
    }
}

async fn rabbitmq(contracts: &[Contract], args: &Args) -> anyhow::Result<bool> {
    let contracts: Vec<&Contract> = contracts.iter().collect();
    let topology = goodevent_rabbitmq::Topology::new();
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
        println!("{} parts are there", topology.parts().len());
        return Ok(true);
    }
    if !args.diff {
        print!("{topology}");
        return Ok(true);
    }
    let missing = topology.missing(url).await?;
    missing.iter().for_each(|part| println!("missing: {part}"));
    println!("{} of {} parts are missing", missing.len(), topology.parts().len());
    Ok(missing.is_empty())
}

/// A stream for each context, and in it a consumer for the service.
async fn nats(contracts: &[Contract], args: &Args) -> anyhow::Result<bool> {
    let mut topology = goodevent_nats::Topology::default();
    let mut contexts: Vec<&str> = contracts.iter().map(|contract| contract.context).collect();
    contexts.dedup();
    for context in contexts {
        let own = contracts.iter().filter(|contract| contract.context == context);
        let subject = |contract: &Contract| match contract.routing_key {
            "" => contract.topic,
            routing_key => routing_key,
        };
        let subjects: Vec<&str> = own.map(subject).collect();
        let consumer = Consumer::new(&args.service).takes(subjects.clone());
        topology = topology.stream(Stream::new(context).takes(subjects).consumer(consumer));
    }
    if !args.apply && !args.diff {
        print!("{topology}");
        return Ok(true);
    }
    let connection = Connection::open(&Config::new(args.url.as_deref().unwrap_or_default())).await?;
    if args.apply {
        topology.declare(&connection).await.context("the topology can't be made")?;
        println!("{} streams are there", topology.streams.len());
        return Ok(true);
    }
    let missing = topology.missing(&connection).await?;
    missing.iter().for_each(|difference| println!("{difference}"));
    println!("{} differences", missing.len());
    Ok(missing.is_empty())
}
