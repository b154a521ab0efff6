//! `goodevent outbox`

mod database;

use anyhow::Context as _;
use goodevent_runtime::outbox::Stuck;
use serde_json::{Value, json};

use self::database::{Access, Database};
use crate::arguments::event_type;
use crate::dead_letters::body;
use crate::report::{BAD, FAINT, Form, NAME, Report, counted, in_style, plural, shown};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// List messages that the broker rejected too often, with the reasons; later messages of the same key wait.
    List {
        #[command(flatten)]
        of: Of,
        /// Output format.
        #[arg(long, value_enum, default_value_t)]
        format: Form,
    },
    /// Let the relay publish stuck messages again, and the messages that wait for them.
    Recover {
        #[command(flatten)]
        of: Of,
        /// Report the messages that would be recovered, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Of {
    /// Database of the outbox: a SQLite file, or `postgres://user:password@host/database`.
    #[arg(env = "GOODEVENT_OUTBOX", hide_env_values = true)]
    database: String,
    /// Select the message with this number. Can be repeated.
    #[arg(long = "number", value_name = "N")]
    numbers: Vec<i64>,
    /// Select events of this type: `SubscriptionTerminatedV1` or `SubscriptionTerminatedV1Event`.
    #[arg(long)]
    event: Option<String>,
    /// Select events with this partition key.
    #[arg(long)]
    key: Option<String>,
}

impl Of {
    async fn open(&self, access: Access) -> anyhow::Result<(Database, Vec<Stuck>)> {
        let database = Database::open(&self.database, access).await?;
        let stuck = database.stuck().await.context("cannot read the outbox")?;
        Ok((database, stuck.into_iter().filter(|stuck| self.wants(stuck)).collect()))
    }

    fn wants(&self, stuck: &Stuck) -> bool {
        let (number, message) = (stuck.stored.number, &stuck.stored.message);
        let event = self.event.as_deref().map(event_type);
        (self.numbers.is_empty() || self.numbers.contains(&number))
            && event.is_none_or(|event| message.event_type == event)
            && self.key.as_deref().is_none_or(|key| message.partition_key.as_deref() == Some(key))
    }
}

pub(crate) async fn run(verb: &Verb, report: &mut Report) -> anyhow::Result<bool> {
    match verb {
        Verb::List { of, format } => {
            let (database, stuck) = of.open(Access::Read).await?;
            let n_pending = database.n_pending().await?;
            match format {
                Form::Human => stuck.iter().for_each(|stuck| {
                    report.styled(&line(stuck));
                }),
                Form::Json => {
                    report.json(document(n_pending, &stuck));
                }
            }
            let verb = plural(&stuck.len(), "is", "are");
            report.note(&format!("{} of {} in the outbox {verb} stuck", stuck.len(), counted(n_pending, "message")));
            Ok(true)
        }
        Verb::Recover { of, dry_run } => {
            let access = if *dry_run { Access::Read } else { Access::Write };
            let (database, stuck) = of.open(access).await?;
            let mut n_recovered = 0;
            for stuck in &stuck {
                if *dry_run || database.recover(stuck.stored.number).await.context("cannot change the outbox")? {
                    n_recovered += 1;
                    report.styled(&line(stuck));
                }
            }
            let verb =
                if *dry_run { "would be recovered" } else { plural(&n_recovered, "was recovered", "were recovered") };
            report.note(&format!("{} {verb}", counted(n_recovered, "message")));
            // Who names one means it.
            Ok(of.numbers.iter().all(|number| stuck.iter().any(|stuck| stuck.stored.number == *number)))
        }
    }
}

pub(crate) fn line(Stuck { stored, why }: &Stuck) -> String {
    let message = &stored.message;
    let key = message.partition_key.as_deref().map(|key| format!(" of `{}`", shown(key))).unwrap_or_default();
    let (event, id) = (in_style(NAME, &shown(&message.event_type)), in_style(FAINT, &shown(&message.id)));
    let why = in_style(BAD, &shown(why));
    format!("{}  {event}{key}  {id}  after {}: {why}", stored.number, stored.attempts)
}

/// The list, as `docs/json/outbox-list.schema.json` describes it.
pub(crate) fn document(n_pending: u64, stuck: &[Stuck]) -> Value {
    let stuck: Vec<Value> = stuck.iter().map(entry).collect();
    json!({ "pending": n_pending, "stuck": stuck })
}

fn entry(Stuck { stored, why }: &Stuck) -> Value {
    let message = &stored.message;
    json!({
        "number": stored.number,
        "id": message.id,
        "event": message.event_type,
        "topic": message.topic,
        "routingKey": message.routing_key,
        "partitionKey": message.partition_key,
        "attempts": stored.attempts,
        "why": why,
        "headers": message.headers,
        "body": body(message),
    })
}
