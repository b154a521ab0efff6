//! The `goodevent` command: one file per subcommand, the exit codes, and the output on both streams.
//!
//! Exit codes: 0 success, 1 findings, 2 the command failed.

mod check;
mod compat;
mod generate;
mod init;
mod interrupt;
mod lifecycle;
mod lint;
mod log;
mod new;
mod ops;
mod outcome;
mod preview;
mod report;
mod rules;
mod sample;
mod size;
pub mod terminal;
mod validate;

use std::{ffi::OsString, path::PathBuf};

use clap::{CommandFactory as _, Parser, Subcommand};
use goodevent_build::Project;
use goodevent_schema::calendar;

pub use self::outcome::Outcome;
use self::{report::Report, terminal::Color};

/// The schema-first toolchain for event contracts.
#[derive(Debug, Parser)]
#[command(name = "goodevent", version, about)]
struct Cli {
    /// Folder of the registry [default: the nearest `schemas` folder, or folder, with a `goodevent.toml`, searched upward
    /// from the working folder].
    #[arg(long, global = true)]
    root: Option<PathBuf>,
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t)]
    color: Color,
    /// Override the current date, as `YYYY-MM-DD` [default: today in UTC].
    #[arg(long, global = true, hide_short_help = true, value_name = "DAY", value_parser = day)]
    today: Option<String>,
    /// Accept a registry without events, in the working tree and in the baseline.
    #[arg(long, global = true, hide_short_help = true)]
    allow_empty: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate Rust types, validators, topic constants and text outputs from the contracts.
    Generate(generate::Args),
    /// Run all pre-merge checks: rules, sizes, examples, lock, released contracts, generated code.
    Check(check::Args),
    /// Compare with a revision and prove which consumers a change breaks.
    Compat(compat::Args),
    /// Create a registry with one event.
    Init(init::Args),
    /// Create the contract of a new event.
    New(new::Args),
    /// Write release notes for consumers: the contracts that changed since a revision.
    Log(log::Args),
    /// Mark contracts as released and pin them in `goodevent.lock`.
    Release(lifecycle::ReleaseArgs),
    /// Undo a release that has not reached the main branch, and record the reason.
    Unrelease(lifecycle::UnreleaseArgs),
    /// Create the next version of an event as a copy of its newest version.
    NewVersion(lifecycle::NewVersionArgs),
    /// Deprecate a contract: set its sunset date and its successor.
    Deprecate(lifecycle::DeprecateArgs),
    /// Generate sample payloads, valid or nearly valid, for tests of producers and consumers.
    Sample(sample::Args),
    /// Lint every contract against the rules of the Good Event Test.
    Lint(lint::Args),
    /// List the rules of the linter.
    Rules(rules::RulesArgs),
    /// Explain a rule, with examples.
    Explain(rules::ExplainArgs),
    /// Compute the largest possible size of each event.
    Size(size::Args),
    /// List every violation in a payload.
    Validate(validate::Args),
    /// Print, compare or create the topology that a service needs at a broker (runs `goodevent-ops`).
    #[command(disable_help_flag = true)]
    Topology(ops::Args),
    /// List, show or requeue dead letters (runs `goodevent-ops`).
    #[command(disable_help_flag = true)]
    DeadLetters(ops::Args),
    /// Requeue dead letters; short for `dead-letters requeue` (runs `goodevent-ops`).
    #[command(disable_help_flag = true)]
    Requeue(ops::Args),
    /// List or recover stuck messages of an outbox (runs `goodevent-ops`).
    #[command(disable_help_flag = true)]
    Outbox(ops::Args),
    /// Stream live events and validate each one (runs `goodevent-ops`).
    #[command(disable_help_flag = true)]
    Tail(ops::Args),
    /// Validate and publish one event (runs `goodevent-ops`).
    #[command(disable_help_flag = true)]
    Publish(ops::Args),
}

impl Command {
    /// Whether a verdict depends on the reference validator.
    fn checks(&self) -> bool {
        !matches!(self, Self::Generate(_) | Self::Rules(_) | Self::Explain(_))
    }
}

fn day(text: &str) -> Result<String, String> {
    if calendar::is_day(text) {
        Ok(text.to_owned())
    } else {
        Err("write a calendar date, such as `2026-11-20`".to_owned())
    }
}

/// The arguments of the command, for tests and documentation.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// The current date in UTC.
fn today() -> String {
    jiff::Timestamp::now().strftime("%F").to_string()
}

/// Runs the command with `args`, the name of the program first.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Outcome {
    run_as("goodevent", args)
}

/// Like [`run`], under another program name, which messages and generated files show.
pub fn run_as(program: &str, args: impl IntoIterator<Item = OsString>) -> Outcome {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return terminal::usage(error),
    };
    interrupt::watch();
    let mut report = Report::new(cli.color, cli.today.unwrap_or_else(today), cli.allow_empty);
    if !cfg!(feature = "reference") && cli.command.checks() {
        report.error("this program has no reference validator", "build `goodevent-cli` with its feature `reference`");
        return report.finish(Outcome::Failed);
    }
    let is_made = matches!(cli.command, Command::Init(_));
    let project = match cli.root {
        Some(root) => Project::at(root),
        // A new registry is made where the user is, whatever there is above.
        None if is_made => Project::at(PathBuf::from("schemas")),
        None => Project::find(),
    };
    let root = &project.root;
    let outcome = match cli.command {
        Command::Generate(args) => generate::run(program, &project, &args, &mut report),
        Command::Check(args) => check::run(program, &project, &args, &mut report),
        Command::Compat(args) => compat::run(root, &args, &mut report),
        Command::Release(args) => lifecycle::release(root, &args, &mut report),
        Command::Unrelease(args) => lifecycle::unrelease(root, &args, &mut report),
        Command::NewVersion(args) => lifecycle::new_version(root, &args, &mut report),
        Command::Deprecate(args) => lifecycle::deprecate(root, &args, &mut report),
        Command::Log(args) => log::run(root, &args, &mut report),
        Command::Sample(args) => sample::run(root, &args, &mut report),
        Command::Lint(args) => lint::run(root, &args, &mut report),
        Command::Rules(args) => rules::list(program, &args, &mut report),
        Command::New(args) => new::run(root, &args, &mut report),
        Command::Init(args) => init::run(root, &args, &mut report),
        Command::Explain(args) => rules::explain(&args, &mut report),
        Command::Size(args) => size::run(root, &args, &mut report),
        Command::Topology(args) => ops::run(root, cli.color, "topology", &args, &mut report),
        Command::DeadLetters(args) => ops::run(root, cli.color, "dead-letters", &args, &mut report),
        Command::Requeue(args) => ops::run(root, cli.color, "requeue", &args, &mut report),
        Command::Outbox(args) => ops::run(root, cli.color, "outbox", &args, &mut report),
        Command::Tail(args) => ops::run(root, cli.color, "tail", &args, &mut report),
        Command::Publish(args) => ops::run(root, cli.color, "publish", &args, &mut report),
        Command::Validate(args) => validate::run(root, &args, &mut report),
    };
    report.finish(outcome)
}
