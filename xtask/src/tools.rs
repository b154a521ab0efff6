//! Checks by programs of other projects: `cargo xtask typos`.
//!
//! Each program is installed below `target/tools` in one version, so that every developer gets the same findings.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use goodevent_cli::{Outcome, terminal::Terminal};

use crate::packages::Packages;

/// A program that is a wheel, installed in seconds, and a crate, compiled in minutes where Python is missing.
struct Tool {
    program: &'static str,
    wheel: &'static str,
    package: &'static str,
    version: &'static str,
}

const TYPOS: Tool = Tool { program: "typos", wheel: "typos", package: "typos-cli", version: "1.52.0" };

impl Tool {
    /// The installed program.
    fn install(&self, root: &Path) -> Result<PathBuf> {
        let Self { program, wheel, package, version } = self;
        let packages = Packages::new(root.join("target/tools"));
        let path = format!("{}-{version}.data/scripts/{program}", wheel.replace('-', "_"));
        packages.wheel(wheel, version, &path).or_else(|error| {
            let compiled = packages.crate_program(package, version, program);
            compiled.with_context(|| format!("no wheel either: {error:#}"))
        })
    }
}

/// Checks the spelling of code and text; `--write-changes` corrects it.
pub(crate) fn typos(root: &Path, args: &[OsString], terminal: &mut Terminal) -> Outcome {
    let checked = TYPOS.install(root).and_then(|program| {
        let status = Command::new(program).current_dir(root).args(args).status().context("cannot run typos")?;
        Ok(status.success())
    });
    match checked {
        Ok(true) => {
            terminal.out("typos finds no misspelt word");
            Outcome::Fine
        }
        Ok(false) => Outcome::Findings,
        Err(error) => {
            terminal.note(&format!("error: {error:#}"));
            Outcome::Failed
        }
    }
}
