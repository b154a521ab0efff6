//! Operator commands: `goodevent topology`, `dead-letters`, `requeue`, `tail`, `publish` and `outbox`.
//!
//! Each command is one file; code that is specific to one broker is in the file of that broker below [`brokers`].

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

/// Operator commands for brokers and outboxes.
#[derive(Debug, Parser)]
#[command(name = "goodevent-ops", bin_name = "goodevent", version)]
struct Cli {
    /// Folder of the registry [default: the nearest `schemas` folder, or folder, with a `goodevent.toml`, searched upward
    /// from the working folder].
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
    /// Print, compare or create the topology that a service needs at a broker.
    Topology(topology::args::Args),
    /// List, show or requeue dead letters.
    #[command(subcommand)]
    DeadLetters(dead_letters::Verb),
    /// Requeue dead letters; short for `dead-letters requeue`.
    Requeue(dead_letters::RequeueArgs),
    /// List or recover stuck messages of an outbox.
    #[command(subcommand)]
    Outbox(outbox::Verb),
    /// Stream live events and validate each one; consumers lose no message.
    Tail(tail::Args),
    /// Validate and publish one event, and wait until the broker has confirmed it.
    Publish(publish::Args),
}

/// Exits with the codes of `goodevent`.
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
