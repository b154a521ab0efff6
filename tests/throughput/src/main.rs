//! How fast we publish and consume, beside the bare client of each broker: `cargo xtask bench --brokers [NAME] [--without NAME]`.
//!
//! Both do the same work at the same broker in turns: persistent messages of about 500 bytes, each of them confirmed, at most
//! so many without a confirmation; then a queue of them is consumed, each of them acknowledged.
//! The bare client gets bodies that are ready. Ours gets events, which it validates and puts into their envelope, and gives
//! events to handlers, validated again.
//!
//! A broker is a file, and a line in [`main`].

#![expect(clippy::print_stdout, reason = "a benchmark talks to its user")]

mod amqp;
mod broker;
mod event;
mod kafka;
mod measure;
mod nats;
mod rabbitmq;
#[path = "../../bench/src/report.rs"]
#[expect(dead_code, reason = "the other benchmark shares it")]
mod report;

use std::{env, fs, path::PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::{
    broker::Broker,
    measure::{Figure, compare},
    report::Table,
};

/// What ours should be at least, in relation to the bare client.
const AT_LEAST: f64 = 0.90;

#[tokio::main]
async fn main() -> Result<()> {
    let (mut args, mut without, mut only) = (env::args().skip(1), Vec::new(), Vec::new());
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--without" => without.push(args.next().context("--without needs the name of a broker")?),
            _ => only.push(arg),
        }
    }
    let mut report = Report { without, only, table: Table::new(HEADINGS), n_missed: 0, failed: Vec::new() };
    println!("## Publishing and consuming, ours in relation to the bare client\n");
    report.add::<rabbitmq::RabbitMq>().await?;
    report.add::<nats::Nats>().await?;
    report.add::<kafka::Kafka>().await?;
    report.add::<amqp::Amqp>().await?;
    report.table.print();
    println!("{} below {AT_LEAST:.2}", report.n_missed);
    for name in &report.without {
        println!("not measured: {name}");
    }
    ensure!(report.failed.is_empty(), "{}", report.failed.join("\n"));
    Ok(())
}

const HEADINGS: [&str; 9] =
    ["client", "what", "window", "bare/s", "ours/s", "ratio", "bare p50, p99", "ours p50, p99", "at least 0.90"];

struct Report {
    without: Vec<String>,
    /// All if empty.
    only: Vec<String>,
    table: Table,
    n_missed: usize,
    failed: Vec<String>,
}

impl Report {
    async fn add<B: Broker>(&mut self) -> Result<()> {
        let is_named = |names: &[String]| names.iter().any(|name| name == B::NAME);
        let is_without = is_named(&self.without) || self.without.iter().any(|name| name == B::NEEDS);
        if is_without || !(self.only.is_empty() || is_named(&self.only)) {
            return Ok(());
        }
        let url = url(B::VARIABLE)?;
        // As services do: to wake the thread that waits for `main` costs both sides more than to wake a task.
        match tokio::spawn(async move { compare::<B>(&url).await }).await? {
            Ok(figures) => figures.iter().for_each(|figure| self.row(B::CLIENT, figure)),
            Err(error) => self.failed.push(format!("{}: {error:#}", B::NAME)),
        }
        Ok(())
    }

    fn row(&mut self, client: &str, figure: &Figure) {
        let rate = |per_second: Option<f64>| per_second.map_or_else(String::new, |rate| format!("{rate:.0}"));
        let latency = |took: Option<[f64; 2]>| {
            took.map_or_else(String::new, |[p50, p99]| format!("{:.2} ms, {:.2} ms", p50 * 1e3, p99 * 1e3))
        };
        let ratio = figure.ratio();
        let verdict = match ratio {
            Some(ratio) if ratio < AT_LEAST => "MISSED",
            Some(_) => "met",
            None => "",
        };
        self.n_missed += usize::from(verdict == "MISSED");
        self.table.row(vec![
            client.to_owned(),
            figure.what.to_owned(),
            figure.window.to_string(),
            rate(figure.bare.per_second()),
            rate(figure.ours.per_second()),
            ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}")),
            latency(figure.bare.latency()),
            latency(figure.ours.latency()),
            verdict.to_owned(),
        ]);
    }
}

/// Where a broker is: as the environment says, or `cargo xtask brokers up`.
fn url(variable: &str) -> Result<String> {
    let dir = env::var_os("GOODEVENT_BROKERS_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/brokers")), PathBuf::from);
    let told = fs::read_to_string(dir.join("brokers.env")).unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix(variable)?.strip_prefix('=').map(str::to_owned));
    env::var(variable).ok().or(line).with_context(|| format!("{variable} names no broker that runs"))
}
