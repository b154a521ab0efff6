//! The `goodevent` command: one file for each subcommand, exit codes that scripts can use, and what is shown where.
//!
//! Exit codes: 0 if all is well, 1 if something was found, 2 if the command could not do its work.

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
mod preview;
mod report;
mod rules;
mod sample;
mod size;
pub mod terminal;
mod validate;

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use clap::{CommandFactory as _, Parser, Subcommand};
use goodevent_build::Project;
use goodevent_schema::calendar;

use self::{report::Report, terminal::Color};

/// The schema-first toolchain for event contracts.
#[derive(Debug, Parser)]
#[command(name = "goodevent", version, about)]
struct Cli {
    /// Folder of the registry. Default: the nearest one, upward from the working folder, that has a `goodevent.toml`:
    /// `schemas`, or the folder itself.
    #[arg(long, global = true)]
    root: Option<PathBuf>,
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t)]
    color: Color,
    /// The day that it is taken to be, `YYYY-MM-DD`: to see what the future brings.
    #[arg(long, global = true, hide_short_help = true, value_name = "DAY", value_parser = day)]
    today: Option<String>,
    /// Accepts a registry without events, here or at the revision that it is compared with.
    #[arg(long, global = true, hide_short_help = true)]
    allow_empty: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes Rust types, validators and topic constants from the contracts.
    Generate(generate::Args),
    /// Checks all that has to hold before a change is taken: rules, sizes, examples, lock, released contracts, generated code.
    Check(check::Args),
    /// Says what changed since a revision, and proves whom it breaks.
    Compat(compat::Args),
    /// Makes a registry with one event.
    Init(init::Args),
    /// Makes the contract of an event.
    New(new::Args),
    /// Tells what changed since a revision, for those who consume the events.
    Log(log::Args),
    /// Makes contracts promises: they pass the linter, and are locked.
    Release(lifecycle::ReleaseArgs),
    /// Takes a release back that is not on the main branch yet, and notes why.
    Unrelease(lifecycle::UnreleaseArgs),
    /// Makes the next version of a contract, as a copy of the newest.
    NewVersion(lifecycle::NewVersionArgs),
    /// Says when a contract ends, and what takes its place.
    Deprecate(lifecycle::DeprecateArgs),
    /// Makes payloads, valid ones or almost: for the tests of producers and consumers.
    Sample(sample::Args),
    /// Holds every contract against the Good Event Test.
    Lint(lint::Args),
    /// Lists the rules of the linter.
    Rules(rules::RulesArgs),
    /// Says what a rule is about, with examples.
    Explain(rules::ExplainArgs),
    /// Says how large each event can get.
    Size(size::Args),
    /// Says everything that is wrong with a payload.
    Validate(validate::Args),
    /// Says what has to be at a broker, what is missing there, and makes it; `goodevent-ops` does it.
    #[command(disable_help_flag = true)]
    Topology(ops::Args),
    /// Lists what was laid aside at a broker, shows it, and puts it back; `goodevent-ops` does it.
    #[command(disable_help_flag = true)]
    DeadLetters(ops::Args),
    /// Puts back what was laid aside at a broker, as `dead-letters requeue` does; `goodevent-ops` does it.
    #[command(disable_help_flag = true)]
    Requeue(ops::Args),
    /// Lists what is stuck in an outbox, and lets it go on; `goodevent-ops` does it.
    #[command(disable_help_flag = true)]
    Outbox(ops::Args),
    /// Shows events as they are published, each held against its contract; `goodevent-ops` does it.
    #[command(disable_help_flag = true)]
    Tail(ops::Args),
    /// Publishes an event, if it keeps its contract; `goodevent-ops` does it.
    #[command(disable_help_flag = true)]
    Publish(ops::Args),
}

/// What a run comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All is well.
    Fine,
    /// Something was found.
    Findings,
    /// The command could not do its work.
    Failed,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fine => Self::from(0),
            Outcome::Findings => Self::from(1),
            Outcome::Failed => Self::from(2),
        }
    }
}

fn day(text: &str) -> Result<String, String> {
    if calendar::is_day(text) {
        Ok(text.to_owned())
    } else {
        Err("write a day of the calendar: `2026-11-20`".to_owned())
    }
}

/// The arguments of the command, for tests and documentation.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// The day, in UTC.
fn today() -> String {
    jiff::Timestamp::now().strftime("%F").to_string()
}

/// Runs the command with `args`, the name of the program first.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Outcome {
    run_as("goodevent", args)
}

/// As [`run`], called by another program's name, which messages and generated files repeat.
pub fn run_as(program: &str, args: impl IntoIterator<Item = OsString>) -> Outcome {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return terminal::usage(error),
    };
    interrupt::watch();
    let mut report = Report::new(cli.color, cli.today.unwrap_or_else(today), cli.allow_empty);
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
