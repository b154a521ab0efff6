//! What is done at a broker is a command of its own: who only generates code needs no client of a broker.

use std::{ffi::OsString, path::Path, process::Command};

use crate::{Outcome, report::Report};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What `goodevent-ops` is told.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<OsString>,
}

pub(crate) fn run(root: &Path, verb: &str, args: &Args, report: &mut Report) -> Outcome {
    const PROGRAM: &str = "goodevent-ops";
    match Command::new(PROGRAM).arg("--root").arg(root).arg(verb).args(&args.args).status() {
        Ok(status) if status.success() => Outcome::Fine,
        Ok(status) if status.code() == Some(1) => Outcome::Findings,
        Ok(_) => Outcome::Failed,
        Err(error) => {
            report.note(&format!("error: `{PROGRAM}` can't be run: {error}; `cargo install {PROGRAM}` installs it"));
            Outcome::Failed
        }
    }
}
