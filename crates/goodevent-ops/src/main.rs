//! What is done at a broker by hand: `goodevent topology` and `goodevent dead-letters`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to its user")]

mod dead_letters;
mod topology;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

/// What is done at a broker by hand.
#[derive(Debug, Parser)]
#[command(name = "goodevent-ops", bin_name = "goodevent", version)]
struct Cli {
    /// Folder of the registry.
    #[arg(long, global = true, default_value = "schemas")]
    root: PathBuf,
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
}

/// The exit code tells whether something was found, as that of `goodevent` does.
#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Topology(args) => topology::run(&cli.root, &args).await,
        Command::DeadLetters(verb) => dead_letters::run(&verb).await,
    };
    match outcome {
        Ok(is_fine) => ExitCode::from(u8::from(!is_fine)),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
