//! `goodevent publish`

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, bail, ensure};
use goodevent::trace::TraceParent;
use goodevent_build::{
    Loaded,
    payload::{self, Payloads},
};
use goodevent_runtime::{Broker as _, Message, Publish as _, message::TRACEPARENT};
use goodevent_schema::{
    registry::Contract,
    source::{Source, SourceId, Sources},
};
use serde_json::{Value, json};

use crate::{
    arguments::header,
    brokers::{self, Act, Target},
    envelope::{Around, Checker, message},
    registry,
    report::{Form, Report},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Name of the event, such as `UserCreatedV1Event`.
    event: String,
    /// File with the payload, or `-` for standard input.
    file: String,
    /// URL of the broker: `amqp://`, `nats://`, `kafka://`, `amqp1://` or `service-bus://`.
    #[arg(
        long,
        env = "GOODEVENT_BROKER_URL",
        hide_env_values = true,
        value_name = "URL",
        required_unless_present = "dry_run"
    )]
    to: Option<String>,
    /// Header of the message, as `name=value`; headers that the contract requires are mandatory. Can be repeated.
    #[arg(long = "header", value_name = "NAME=VALUE", value_parser = header)]
    headers: Vec<(String, String)>,
    /// Source in the envelope [default: the `service` of the context's settings, else the context].
    #[arg(long)]
    source: Option<String>,
    /// Show the message without publishing it.
    #[arg(long)]
    dry_run: bool,
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: Form,
}

/// Not fine if the payload is not valid, as `goodevent validate` says.
pub(crate) async fn run(root: &Path, args: &Args, report: &mut Report) -> anyhow::Result<bool> {
    let loaded = registry::read(root, report)?;
    let contract = registry::contract(&loaded, &args.event)?;
    let bytes = goodevent_build::read_payload(&args.file).with_context(|| format!("cannot read `{}`", args.file))?;
    let file = Source { path: args.file.clone(), uri: None, bytes: bytes.into() };
    let file = Sources { root: String::new(), files: vec![file] };
    let found = Payloads::new(&loaded).findings(contract, &file, SourceId(0));
    if !found.is_empty() {
        match args.format {
            Form::Json => report.json(json!({ "findings": payload::json(&found, &file) })),
            Form::Human => {
                report.styled(&payload::human(&found, &file));
            }
        }
        return Ok(false);
    }
    let message = message(&loaded, contract, &file[SourceId(0)].bytes, around(&loaded, contract, args)?)?;
    // What the command itself makes has to be what services read.
    if let Some(violation) = Checker::new(&loaded).violations(contract, &message).first() {
        bail!("the message would not be valid: {}: {}", violation.pointer, violation.message);
    }
    if args.dry_run {
        match args.format {
            Form::Json => report.json(object(&message)),
            Form::Human => show(&message, report),
        }
        return Ok(true);
    }
    let url = args.to.as_deref().context("use `--to URL`")?;
    let broker = registry::settings(&loaded, contract).topics.broker;
    brokers::at(url, Send { message, format: args.format, broker }, report).await
}

/// The headers, of which those of the contract have to be there.
fn around(loaded: &Loaded, contract: &Contract, args: &Args) -> anyhow::Result<Around> {
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in &args.headers {
        let is_plain = name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
        ensure!(is_plain, "`{name}` is not a valid header name: use letters, digits and hyphens");
        ensure!(!value.chars().any(char::is_control), "the header `{name}` has a control character in its value");
        let is_own = name.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("goodevent-"));
        ensure!(!is_own, "the header `{name}` is reserved: names that begin with `goodevent-` are internal");
        let is_twice = headers.keys().any(|other| other.eq_ignore_ascii_case(name));
        ensure!(!is_twice, "the header `{name}` is given twice");
        headers.insert(name.clone(), value.clone());
    }
    for (name, meaning) in &contract.facts.headers {
        let own = headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(other, _)| other.clone());
        let value = own.and_then(|own| headers.remove(&own)).filter(|value| !value.is_empty());
        let value = value.with_context(|| {
            format!("{} needs the header `{name}`: add `--header {name}=…`. {meaning}", contract.name)
        })?;
        // As the contract writes it.
        headers.insert(name.clone(), value);
    }
    let own = headers.keys().find(|name| name.eq_ignore_ascii_case(TRACEPARENT)).cloned();
    let activity = match own.and_then(|own| headers.remove(&own)) {
        Some(text) => text.parse().with_context(|| format!("the header `{TRACEPARENT}` is malformed: \"{text}\""))?,
        None => TraceParent::new_root(),
    };
    let settings = registry::settings(loaded, contract);
    let service = || settings.service.clone().unwrap_or_else(|| contract.context.clone());
    Ok(Around { source: args.source.clone().unwrap_or_else(service), headers, activity })
}

struct Send {
    message: Message,
    format: Form,
    broker: Option<goodevent_schema::config::Broker>,
}

impl Act for Send {
    async fn at(self, target: impl Target, report: &mut Report) -> anyhow::Result<bool> {
        let Self { message, format, broker } = self;
        if broker.is_some_and(|broker| !target.is_here(broker)) {
            report.note("note: its context.toml names another broker");
        }
        if let Some(caveat) = target.caveat() {
            report.note(&format!("note: {caveat}"));
        }
        let publisher = target.broker().publisher()?;
        publisher.publish(message.clone()).await.context("cannot publish the event")?;
        match format {
            Form::Json => report.json(object(&message)),
            Form::Human => {
                let place = [&*message.topic, &message.routing_key].join(" ");
                let (event, id) = (&message.event_type, &message.id);
                report.out(&format!("the broker confirmed {event} `{id}`, published to {}", place.trim_end()));
            }
        }
        Ok(true)
    }
}

fn object(message: &Message) -> Value {
    json!({
        "id": message.id,
        "type": message.event_type,
        "topic": message.topic,
        "routingKey": message.routing_key,
        "partitionKey": message.partition_key,
        "headers": message.headers,
        "body": serde_json::from_slice::<Value>(&message.body).unwrap_or_default(),
        "bytes": message.body.len(),
    })
}

fn show(message: &Message, report: &mut Report) {
    report.out(&format!("topic: {}", message.topic));
    let own = [
        ("routing key", Some(message.routing_key.as_str())),
        ("partition key", message.partition_key.as_deref()),
        ("id", Some(message.id.as_str())),
        ("type", Some(message.event_type.as_str())),
    ];
    let own = own.into_iter().filter_map(|(name, value)| Some((name, value?))).filter(|(_, value)| !value.is_empty());
    own.for_each(|(name, value)| report.out(&format!("{name}: {value}")));
    message.headers.iter().for_each(|(name, value)| report.out(&format!("header {name}: {value}")));
    report.lines(&format!("\n{}", String::from_utf8_lossy(&message.body)));
}
