//! `goodevent dead-letters`

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, bail};
use goodevent_nats::{Config, Connection};
use goodevent_runtime::{Message, refusal};
use serde_json::{Value, json};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// Lists what was laid aside, and why.
    List {
        #[command(flatten)]
        from: From,
        /// How to show it.
        #[arg(long, value_enum, default_value_t)]
        format: Form,
    },
    /// Shows a message that was laid aside, headers and body.
    Show {
        #[command(flatten)]
        from: From,
        /// Its id.
        id: String,
    },
    /// Puts what was laid aside back into its queue. Its history stays in its headers.
    Requeue {
        #[command(flatten)]
        from: From,
        /// Says what would be put back.
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct From {
    /// Where the broker is.
    #[arg(long, env = "GOODEVENT_BROKER_URL")]
    url: String,
    /// The queue that it was laid aside from; a stream and a consumer of NATS: `orders/billing`.
    #[arg(long)]
    queue: String,
    /// Only what was laid aside for this reason: `not-json`, `too-large`, `contract`, `unknown-type`, `rejected`, `failed`.
    #[arg(long)]
    reason: Option<String>,
    /// Only events of this type: `SubscriptionTerminatedV1`.
    #[arg(long)]
    event: Option<String>,
    /// No more than these.
    #[arg(long, default_value_t = 1000)]
    limit: usize,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    #[default]
    Human,
    Json,
}

impl From {
    fn wants(&self, message: &Message) -> bool {
        let is =
            |wanted: &Option<String>, own: Option<&str>| wanted.as_deref().is_none_or(|wanted| own == Some(wanted));
        is(&self.reason, message.header(refusal::REASON)) && is(&self.event, message.find_type().as_deref())
    }
}

pub(crate) async fn run(verb: &Verb) -> anyhow::Result<bool> {
    match verb {
        Verb::List { from, format } => {
            let listed = Queue::open(from).await?.list(from).await?;
            match format {
                Form::Human => listed.iter().for_each(|message| println!("{}", line(message))),
                Form::Json => println!("{}", Value::Array(listed.iter().map(entry).collect())),
            }
            eprintln!("{} messages were laid aside from `{}`", listed.len(), from.queue);
            Ok(true)
        }
        Verb::Show { from, id } => {
            let listed = Queue::open(from).await?.list(from).await?;
            let message = listed.iter().find(|message| message.id == *id);
            let message = message.with_context(|| format!("no message `{id}` lies aside of `{}`", from.queue))?;
            println!("{} to {} {}", line(message), message.topic, message.routing_key);
            message.headers.iter().for_each(|(name, value)| println!("{name}: {value}"));
            println!("\n{}", String::from_utf8_lossy(&message.body));
            Ok(true)
        }
        Verb::Requeue { from, dry_run: true } => {
            let listed = Queue::open(from).await?.list(from).await?;
            listed.iter().for_each(|message| println!("{}", line(message)));
            println!("{} messages would be put back into `{}`", listed.len(), from.queue);
            Ok(true)
        }
        Verb::Requeue { from, dry_run: false } => {
            let n_requeued = Queue::open(from).await?.requeue(from).await?;
            println!("{n_requeued} messages were put back into `{}`", from.queue);
            Ok(true)
        }
    }
}

/// What was laid aside at a broker.
enum Queue {
    RabbitMq(goodevent_rabbitmq::DeadLetters),
    Nats(Box<goodevent_nats::DeadLetters>),
}

impl Queue {
    async fn open(from: &From) -> anyhow::Result<Self> {
        match from.url.split_once("://").map(|(scheme, _)| scheme) {
            Some("amqp" | "amqps") => Ok(Self::RabbitMq(goodevent_rabbitmq::DeadLetters::new(&from.url, &from.queue))),
            Some("nats" | "tls") => {
                let (stream, consumer) = from.queue.split_once('/').context("say `--queue STREAM/CONSUMER`")?;
                let connection = Connection::open(&Config::new(from.url.as_str())).await?;
                Ok(Self::Nats(Box::new(connection.dead_letters(stream, consumer))))
            }
            _ => bail!("`{}` is none of amqp://, nats://", from.url),
        }
    }

    async fn list(&self, from: &From) -> anyhow::Result<Vec<Message>> {
        let all = match self {
            Self::RabbitMq(dead) => dead.list(from.limit).await?,
            Self::Nats(dead) => dead.list(from.limit).await?.into_iter().map(|dead| dead.message).collect(),
        };
        Ok(all.into_iter().filter(|message| from.wants(message)).collect())
    }

    async fn requeue(&self, from: &From) -> anyhow::Result<usize> {
        let n_taken = AtomicUsize::new(0);
        let take = |message: &Message| from.wants(message) && n_taken.fetch_add(1, Ordering::Relaxed) < from.limit;
        Ok(match self {
            Self::RabbitMq(dead) => dead.requeue(take).await?,
            Self::Nats(dead) => dead.requeue(take).await?,
        })
    }
}

fn line(message: &Message) -> String {
    let header = |name| message.header(name).unwrap_or("?");
    let event = message.find_type().unwrap_or_else(|| "?".to_owned());
    let (reason, attempts, detail) = (header(refusal::REASON), header(refusal::ATTEMPTS), header(refusal::DETAIL));
    format!("{}  {event}  {reason} after {attempts}: {detail}", message.id)
}

fn entry(message: &Message) -> Value {
    json!({
        "id": message.id,
        "event": message.find_type(),
        "reason": message.header(refusal::REASON),
        "pointer": message.header(refusal::POINTER),
        "detail": message.header(refusal::DETAIL),
        "origin": message.header(refusal::ORIGIN),
        "attempts": message.header(refusal::ATTEMPTS),
        "requeued": message.header(refusal::REQUEUED),
    })
}
