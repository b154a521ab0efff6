//! `goodevent dead-letters` and `goodevent requeue`

use std::time::{Duration, Instant};

use anyhow::Context as _;
use goodevent_runtime::{
    Broker, DeadLetter, DeadLetters, Message,
    headers::{self, GROUP},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    arguments::{duration, event_type, rate},
    brokers::{self, Act, Target},
    interrupt::interrupt,
    progress::Progress,
    report::{BAD, FAINT, Form, NAME, Report, counted, in_style, plural, shown},
};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// List dead letters with their reasons.
    List {
        #[command(flatten)]
        from: From,
        /// Output format.
        #[arg(long, value_enum, default_value_t)]
        format: Form,
    },
    /// Show one dead letter: headers and body.
    Show {
        #[command(flatten)]
        from: From,
        /// Id of the message.
        id: String,
        /// Output format.
        #[arg(long, value_enum, default_value_t)]
        format: Form,
    },
    /// Requeue dead letters; headers keep the attempt count and the history.
    Requeue(RequeueArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct RequeueArgs {
    #[command(flatten)]
    from: From,
    /// Requeue only the message with this id. Can be repeated.
    #[arg(long = "id", value_name = "ID")]
    ids: Vec<String>,
    /// Report the messages that would be requeued, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Upper bound of messages per second.
    #[arg(long, value_name = "N", value_parser = rate)]
    rate: Option<f64>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct From {
    /// URL of the broker.
    #[arg(long, env = "GOODEVENT_BROKER_URL", hide_env_values = true)]
    url: String,
    /// Queue that the messages were consumed from. NATS: stream and consumer, such as `orders/billing`. Kafka: topic, or group and topic, such as `billing/orders`.
    #[arg(long)]
    queue: String,
    /// Select messages with this reason: `not-json`, `too-large`, `contract`, `unknown-type`, `rejected`, `failed`,
    /// `panicked`, `timed-out`.
    #[arg(long)]
    reason: Option<String>,
    /// Select events of this type: `SubscriptionTerminatedV1` or `SubscriptionTerminatedV1Event`.
    #[arg(long)]
    event: Option<String>,
    /// Select messages that this consumer group dead-lettered (Kafka).
    #[arg(long)]
    group: Option<String>,
    /// Select messages that were dead-lettered longer ago than this: `30s`, `10m`, `2h`, `7d`.
    #[arg(long, value_name = "AGE", value_parser = duration)]
    older_than: Option<Duration>,
    /// Select messages that were dead-lettered within this time: `30s`, `10m`, `2h`, `7d`.
    #[arg(long, value_name = "AGE", value_parser = duration)]
    newer_than: Option<Duration>,
    /// Upper bound of messages to select.
    #[arg(long, default_value_t = 1000)]
    limit: usize,
}

impl From {
    async fn open<T: Target>(&self, target: &T) -> anyhow::Result<<T::Broker as Broker>::DeadLetters> {
        brokers::dead_letters(target, &self.queue).await.with_context(|| {
            let (queue, name) = (&self.queue, target.name());
            format!("cannot read the dead letters of `{queue}` (`goodevent topology {name}` lists the required parts)")
        })
    }

    fn note_limit(&self, n_taken: u64, report: &mut Report) {
        if n_taken >= self.limit as u64 {
            report.note("note: there may be more; raise --limit to see them");
        }
    }

    /// Whether a message is selected. A message without the time of dead-lettering has no age.
    fn wants(&self, message: &Message, now: Timestamp) -> bool {
        let is =
            |wanted: &Option<String>, own: Option<&str>| wanted.as_deref().is_none_or(|wanted| own == Some(wanted));
        let event = self.event.as_deref().map(|event| event_type(event).to_owned());
        let age = message
            .header(headers::DEAD_LETTERED_AT)
            .and_then(|time| time.parse::<Timestamp>().ok())
            .map(|time| Duration::from_millis(now.duration_since(time).as_millis().try_into().unwrap_or(0)));
        is(&self.reason, message.header(headers::REASON))
            && is(&event, message.find_type().as_deref())
            && is(&self.group, message.header(GROUP))
            && self.older_than.is_none_or(|limit| age.is_some_and(|age| age >= limit))
            && self.newer_than.is_none_or(|limit| age.is_some_and(|age| age < limit))
    }
}

pub(crate) async fn run(verb: &Verb, report: &mut Report) -> anyhow::Result<bool> {
    match verb {
        Verb::List { from, format } => {
            let mut n_listed = 0;
            let mut entries = Vec::new();
            let list = |message: &Message, report: &mut Report| {
                n_listed += 1;
                match format {
                    Form::Human => report.styled(&line(message)),
                    Form::Json => {
                        entries.push(entry(message));
                        true
                    }
                }
            };
            brokers::at(&from.url, Look { from, look: list }, report).await?;
            if *format == Form::Json {
                report.json(document(entries));
            }
            let (messages, verb) = (counted(n_listed, "message"), plural(&n_listed, "was", "were"));
            report.note(&format!("{messages} {verb} dead-lettered from `{}`", from.queue));
            from.note_limit(n_listed, report);
            Ok(true)
        }
        Verb::Show { from, id, format } => {
            let mut found = None;
            let find = |message: &Message, _: &mut Report| {
                if message.id == *id {
                    found = Some(message.clone());
                }
                found.is_none()
            };
            brokers::at(&from.url, Look { from, look: find }, report).await?;
            let message = found.with_context(|| format!("no dead letter `{id}` of `{}`", from.queue))?;
            show(&message, *format, report);
            Ok(true)
        }
        Verb::Requeue(args) => requeue(args, report).await,
    }
}

pub(crate) async fn requeue(args: &RequeueArgs, report: &mut Report) -> anyhow::Result<bool> {
    brokers::at(&args.from.url, args, report).await
}

fn show(message: &Message, format: Form, report: &mut Report) {
    if format == Form::Json {
        report.json(whole(message));
        return;
    }
    let body = String::from_utf8_lossy(&message.body);
    report.styled(&format!("{} to {} {}", line(message), shown(&message.topic), shown(&message.routing_key)));
    message.headers.iter().for_each(|(name, value)| report.out(&format!("{name}: {value}")));
    report.lines(&format!("\n{body}"));
}

/// Reads the selected messages, up to the limit, until `look` returns false.
struct Look<'a, F> {
    from: &'a From,
    look: F,
}

impl<F: FnMut(&Message, &mut Report) -> bool> Act for Look<'_, F> {
    async fn at(self, target: impl Target, report: &mut Report) -> anyhow::Result<bool> {
        let Self { from, mut look } = self;
        let mut dead_letters = from.open(&target).await?;
        let (now, mut n_left) = (Timestamp::now(), from.limit);
        while n_left > 0
            && let Some(DeadLetter { message, .. }) = dead_letters.next().await?
        {
            if from.wants(&message, now) {
                n_left -= 1;
                if !look(&message, report) {
                    break;
                }
            }
        }
        dead_letters.close().await;
        Ok(true)
    }
}

impl Act for &RequeueArgs {
    async fn at(self, target: impl Target, report: &mut Report) -> anyhow::Result<bool> {
        let from = &self.from;
        let mut dead_letters = from.open(&target).await?;
        let mut progress = Progress::new(dead_letters.n_left());
        let outcome = self.requeue_all(&mut dead_letters, &mut progress, report).await;
        progress.end(report);
        dead_letters.close().await;
        let (n_done, queue) = (progress.n_done, &from.queue);
        let is_over =
            outcome.with_context(|| format!("{} requeued into `{queue}` before", counted(n_done, "message")))?;
        let interrupted = if is_over { "" } else { ", then it was interrupted" };
        let verb = if self.dry_run { "would be" } else { plural(&n_done, "was", "were") };
        report.out(&format!("{} {verb} requeued into `{queue}`{interrupted}", counted(n_done, "message")));
        from.note_limit(n_done, report);
        Ok(is_over)
    }
}

impl RequeueArgs {
    /// Returns whether it reached the end.
    async fn requeue_all<L: DeadLetters>(
        &self,
        dead_letters: &mut L,
        progress: &mut Progress,
        report: &mut Report,
    ) -> anyhow::Result<bool> {
        let (now, start) = (Timestamp::now(), Instant::now());
        let interrupt = interrupt();
        while progress.n_done < self.from.limit as u64 {
            let dead_letter = tokio::select! {
                biased;
                () = interrupt.triggered() => return Ok(false),
                dead_letter = dead_letters.next() => dead_letter?,
            };
            let Some(dead_letter) = dead_letter else { break };
            if !self.dry_run {
                progress.saw(report);
            }
            let is_named = self.ids.is_empty() || self.ids.contains(&dead_letter.message.id);
            if !is_named || !self.from.wants(&dead_letter.message, now) {
                continue;
            }
            if self.dry_run {
                report.styled(&line(&dead_letter.message));
            } else {
                if let Some(rate) = self.rate {
                    let due = Duration::from_secs_f64(progress.n_done as f64 / rate);
                    tokio::select! {
                        biased;
                        () = interrupt.triggered() => return Ok(false),
                        () = tokio::time::sleep(due.saturating_sub(start.elapsed())) => {}
                    }
                }
                dead_letters.requeue(dead_letter).await?;
            }
            progress.n_done += 1;
        }
        Ok(true)
    }
}

pub(crate) fn line(message: &Message) -> String {
    let header = |name| shown(message.header(name).unwrap_or("?"));
    let event = message.find_type().unwrap_or_else(|| "?".into());
    let (reason, attempts, detail) = (header(headers::REASON), header(headers::ATTEMPTS), header(headers::DETAIL));
    let time = message.header(headers::DEAD_LETTERED_AT).map(|time| format!("  {}", shown(time))).unwrap_or_default();
    let (event, reason) = (in_style(NAME, &shown(&event)), in_style(BAD, &reason));
    format!("{}  {event}  {reason} after {attempts}: {detail}{}", shown(&message.id), in_style(FAINT, &time))
}

/// The list, as `docs/json/dead-letters-list.schema.json` describes it.
pub(crate) fn document(entries: Vec<Value>) -> Value {
    json!({ "messages": entries })
}

/// A message with its headers and its body, as `docs/json/dead-letters-show.schema.json` describes it.
pub(crate) fn whole(message: &Message) -> Value {
    let mut all = entry(message);
    all["topic"] = json!(message.topic);
    all["routingKey"] = json!(message.routing_key);
    all["partitionKey"] = json!(message.partition_key);
    all["headers"] = json!(message.headers);
    all["body"] = body(message);
    all
}

/// The body as JSON, or as text if it is not JSON.
pub(crate) fn body(message: &Message) -> Value {
    serde_json::from_slice(&message.body).unwrap_or_else(|_| json!(String::from_utf8_lossy(&message.body)))
}

pub(crate) fn entry(message: &Message) -> Value {
    json!({
        "id": message.id,
        "event": message.find_type(),
        "reason": message.header(headers::REASON),
        "pointer": message.header(headers::POINTER),
        "detail": message.header(headers::DETAIL),
        "origin": message.header(headers::ORIGIN),
        "attempts": message.header(headers::ATTEMPTS),
        "laidAside": message.header(headers::DEAD_LETTERED_AT),
        "requeued": message.header(headers::REQUEUED),
        "history": message.header(headers::HISTORY),
        "group": message.header(GROUP),
    })
}
