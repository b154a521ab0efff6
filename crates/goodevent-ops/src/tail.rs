//! `goodevent tail`

use std::{collections::BTreeSet, path::Path, time::Duration};

use anyhow::Context as _;
use goodevent_build::Loaded;
use goodevent_cli::terminal::versioned;
use goodevent_runtime::{Broker as _, Message, Tail as _};
use goodevent_schema::instance::Violation;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    arguments::duration,
    brokers::{self, Act, Places, Target},
    dead_letters::body,
    envelope::Checker,
    interrupt::interrupt,
    registry,
    report::{BAD, FAINT, GOOD, NAME, Report, counted, in_style, plural, shown},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// URL of the broker: `amqp://`, `nats://`, `kafka://` or `amqp1://`.
    #[arg(env = "GOODEVENT_BROKER_URL", hide_env_values = true)]
    url: String,
    /// Event to show, whichever broker its context names; can be repeated [default: all events of contexts on this broker].
    #[arg(long = "event", value_name = "EVENT")]
    events: Vec<String>,
    /// Stop after this number of events.
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// Stop after this time: `30s`, `10m`, `2h`, `7d`.
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    time: Option<Duration>,
    /// Show only events that violate their contract.
    #[arg(long)]
    invalid: bool,
    /// Write one JSON object per line.
    #[arg(long)]
    json: bool,
}

/// Fine if all that was seen keeps its contract.
pub(crate) async fn run(root: &Path, args: &Args, report: &mut Report) -> anyhow::Result<bool> {
    let loaded = registry::read(root, report)?;
    brokers::at(&args.url, Watch { args, loaded: &loaded }, report).await
}

struct Watch<'a> {
    args: &'a Args,
    loaded: &'a Loaded,
}

impl Act for Watch<'_> {
    async fn at(self, target: impl Target, report: &mut Report) -> anyhow::Result<bool> {
        let Args { events, limit, time, .. } = self.args;
        let contracts = registry::contracts(self.loaded, events, |own| target.is_here(own), target.name())?;
        let pairs: BTreeSet<(String, String)> =
            contracts.iter().map(|own| (own.topic.clone(), own.routing_key.clone())).collect();
        let places = Places { pairs: pairs.into_iter().collect(), is_open: events.is_empty() };
        let mut tail = target.broker().tail(&target.bindings(&places)).await.with_context(|| {
            format!("cannot stream events (`goodevent topology {}` lists the required parts)", target.name())
        })?;
        for topic in tail.missing() {
            report.note(&format!("`{topic}` does not exist yet: `goodevent topology` creates it"));
        }
        let names: BTreeSet<&str> = contracts.iter().map(|own| own.name.as_str()).collect();
        report.note(&format!("watching {}", counted(names.len(), "event")));
        let mut checker = Checker::new(self.loaded);
        let (mut n_seen, mut n_invalid) = (0_u64, 0_u64);
        let interrupt = interrupt();
        let mut end = std::pin::pin!(tokio::time::sleep(time.unwrap_or(Duration::from_secs(u64::from(u32::MAX)))));
        while limit.is_none_or(|limit| n_seen < limit) {
            let message = tokio::select! {
                biased;
                () = interrupt.triggered() => break,
                () = &mut end => break,
                message = tail.next() => message?,
            };
            let contract = checker.contract(&message);
            if !events.is_empty() && contract.is_none_or(|contract| !names.contains(contract.name.as_str())) {
                continue;
            }
            let found = match contract {
                Some(contract) => checker.violations(contract, &message),
                None => vec![unknown(&message)],
            };
            n_seen += 1;
            n_invalid += u64::from(!found.is_empty());
            if self.args.invalid && found.is_empty() {
                continue;
            }
            let name = contract.map(|contract| contract.name.as_str());
            let has_reader = match self.args.json {
                true => report.json_lines(&object(name, &message, &found)),
                false => report.styled(&lines(name, &message, &found)),
            };
            if !has_reader {
                break;
            }
        }
        let (events, verb) = (counted(n_seen, "event"), plural(&n_seen, "was", "were"));
        report.note(&format!("{events} {verb} seen, {n_invalid} of them invalid"));
        Ok(n_invalid == 0)
    }
}

fn unknown(message: &Message) -> Violation {
    let own = message.find_type().unwrap_or_else(|| "nothing".into());
    let told = format!("the message has the type `{own}`, which no event of the registry has");
    Violation { pointer: String::new(), keyword: "type".to_owned(), message: told }
}

/// A line for the event, and one for each thing that is wrong with it.
pub(crate) fn lines(name: Option<&str>, message: &Message, found: &[Violation]) -> String {
    let (verdict, style) = if found.is_empty() { ("ok", GOOD) } else { ("invalid", BAD) };
    let place = match message.routing_key.is_empty() {
        true => shown(&message.topic),
        false => format!("{} {}", shown(&message.topic), shown(&message.routing_key)),
    };
    let mut text = format!(
        "{} {} {} {} {}\n  {}",
        in_style(FAINT, &Timestamp::now().strftime("%H:%M:%S").to_string()),
        in_style(style, verdict),
        in_style(NAME, &shown(name.unwrap_or("?"))),
        shown(&message.id),
        in_style(FAINT, &place),
        shown(&String::from_utf8_lossy(&message.body)),
    );
    for Violation { pointer, keyword, message } in found {
        let place = if pointer.is_empty() { "the message" } else { pointer };
        text.push_str(&format!("\n  {}: {} ({keyword})", in_style(BAD, &shown(place)), shown(message)));
    }
    text
}

/// A line of JSON, as `docs/json/tail.schema.json` describes it.
pub(crate) fn object(name: Option<&str>, message: &Message, found: &[Violation]) -> String {
    let violations: Vec<Value> = found
        .iter()
        .map(|own| json!({ "pointer": own.pointer, "keyword": own.keyword, "message": own.message }))
        .collect();
    let object = json!({
        "seen": Timestamp::now().to_string(),
        "event": name,
        "type": message.find_type(),
        "id": message.id,
        "topic": message.topic,
        "routingKey": message.routing_key,
        "partitionKey": message.partition_key,
        "headers": message.headers,
        "body": body(message),
        "isValid": found.is_empty(),
        "violations": violations,
    });
    versioned(object).to_string()
}
