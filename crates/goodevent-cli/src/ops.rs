//! Commands that talk to a broker run the separate program `goodevent-ops`, so that `goodevent` needs no broker client.

use std::{
    ffi::OsString,
    io,
    path::Path,
    process::{Command, ExitStatus},
};

use clap::ValueEnum as _;

use crate::{outcome::Outcome, report::Report, terminal::Color};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Arguments for `goodevent-ops`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<OsString>,
}

pub(crate) fn run(root: &Path, color: Color, verb: &str, args: &Args, report: &mut Report) -> Outcome {
    const PROGRAM: &str = "goodevent-ops";
    let color = color.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
    let mut command = Command::new(PROGRAM);
    command.arg("--root").arg(root).arg(format!("--color={color}")).arg(verb).args(&args.args);
    match run_in_place(&mut command) {
        Ok(status) if status.success() => Outcome::Fine,
        Ok(status) if status.code() == Some(1) => Outcome::Findings,
        Ok(_) => Outcome::Failed,
        Err(error) => {
            report.note(&format!("error: cannot run `{PROGRAM}`: {error}; install it with `cargo install {PROGRAM}`"));
            Outcome::Failed
        }
    }
}

/// Runs the command in place of this process, so that a signal to this one ends it.
#[cfg(unix)]
fn run_in_place(command: &mut Command) -> io::Result<ExitStatus> {
    Err(std::os::unix::process::CommandExt::exec(command))
}

#[cfg(not(unix))]
fn run_in_place(command: &mut Command) -> io::Result<ExitStatus> {
    command.status()
}
