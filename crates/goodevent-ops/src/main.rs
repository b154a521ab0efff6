//! What is done at a broker by hand: `goodevent topology`, `dead-letters`, `tail` and `publish`; and at an outbox before it.
//!
//! What all brokers have in common stands in a file for each command; what one of them does its own way, in its file below
//! [`brokers`].

mod arguments;
mod brokers;
mod dead_letters;
mod envelope;
#[cfg(test)]
#[path = "../../goodevent-emit/tests/hostile/mod.rs"]
mod hostile;
mod interrupt;
mod outbox;
mod progress;
mod publish;
mod registry;
mod report;
#[cfg(test)]
mod shapes;
#[cfg(test)]
#[path = "../tests/support/mod.rs"]
mod support;
mod tail;
mod topology;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use goodevent_build::Project;
use goodevent_cli::{Outcome, terminal};

use self::report::{Color, Report};

/// What is done at a broker by hand, and at the outbox before it.
#[derive(Debug, Parser)]
#[command(name = "goodevent-ops", bin_name = "goodevent", version)]
struct Cli {
    /// Folder of the registry. Default: the nearest one, upward from the working folder, that has a `goodevent.toml`:
    /// `schemas`, or the folder itself.
    #[arg(long, global = true)]
    root: Option<PathBuf>,
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t)]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Says what has to be at a broker for the events of the registry, what is missing there, and makes it.
    Topology(topology::Args),
    /// Lists what was laid aside, with the reasons, and puts it back.
    #[command(subcommand)]
    DeadLetters(dead_letters::Verb),
    /// Puts what was laid aside back: `dead-letters requeue`.
    Requeue(dead_letters::RequeueArgs),
    /// Lists what is stuck in an outbox, and lets it go on.
    #[command(subcommand)]
    Outbox(outbox::Verb),
    /// Shows events as they are published, each held against its contract. Nothing is taken from those who consume.
    Tail(tail::Args),
    /// Publishes an event, if it keeps its contract, and waits until the broker has it.
    Publish(publish::Args),
}

/// The exit code tells whether something was found, as that of `goodevent` does.
#[tokio::main]
async fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return terminal::usage(error).into(),
    };
    let mut report = Report::new(cli.color);
    let root = cli.root.clone().unwrap_or_else(|| Project::find().root);
    let outcome = match &cli.command {
        Command::Topology(args) => topology::run(&root, args, &mut report).await,
        Command::DeadLetters(verb) => dead_letters::run(verb, &mut report).await,
        Command::Requeue(args) => dead_letters::requeue(args, &mut report).await,
        Command::Outbox(verb) => outbox::run(verb, &mut report).await,
        Command::Tail(args) => tail::run(&root, args, &mut report).await,
        Command::Publish(args) => publish::run(&root, args, &mut report).await,
    };
    let outcome = match outcome {
        Ok(true) => Outcome::Fine,
        Ok(false) => Outcome::Findings,
        Err(error) => {
            report.note_lines(&format!("error: {error:#}"));
            Outcome::Failed
        }
    };
    report.finish(outcome).into()
}
