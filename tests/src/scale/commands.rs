//! The commands, each with what it is run with.

use std::{path::Path, process};

use anyhow::{Result, ensure};

use super::shapes::Registry;
use crate::limits::{End, Finished, Limits};

/// A command of `goodevent`.
#[derive(Debug)]
pub struct Command {
    /// The name, as the table has it.
    pub name: &'static str,
    /// Arguments: `EVENT` is the first event of the registry, `BEFORE` the registry as it was.
    args: &'static [&'static str],
    /// Arguments of a command that runs before it, and is not measured.
    first: Option<&'static [&'static str]>,
    /// Whether it differs from another one in the form of its report alone, so that it is run where there is much to report.
    pub(super) is_report: bool,
}

const fn command(name: &'static str, args: &'static [&'static str]) -> Command {
    Command { name, args, first: None, is_report: false }
}

const fn report(name: &'static str, args: &'static [&'static str]) -> Command {
    Command { is_report: true, ..command(name, args) }
}

/// All of them.
pub const COMMANDS: &[Command] = &[
    command("generate", &["generate", "--out", "generated"]),
    Command {
        first: Some(&["generate", "--out", "generated"]),
        ..command("generate again", &["generate", "--out", "generated"])
    },
    command("check", &["check"]),
    command("check --against", &["check", "--against", "BEFORE"]),
    command("lint", &["lint"]),
    report("lint concise", &["lint", "--format", "concise"]),
    report("lint json", &["lint", "--format", "json"]),
    report("lint sarif", &["lint", "--format", "sarif"]),
    report("lint github", &["lint", "--format", "github"]),
    report("lint gitlab", &["lint", "--format", "gitlab"]),
    report("lint junit", &["lint", "--format", "junit"]),
    command("lint --fix", &["lint", "--fix"]),
    command("lint --unsafe-fixes", &["lint", "--fix", "--unsafe-fixes"]),
    command("lint --diff", &["lint", "--diff", "--unsafe-fixes"]),
    command("lint --write-baseline", &["lint", "--write-baseline"]),
    Command { first: Some(&["lint", "--write-baseline"]), ..command("lint with baseline", &["lint"]) },
    command("size", &["size"]),
    command("size json", &["size", "--format", "json"]),
    command("sample", &["sample", "EVENT", "--count", "3", "--max-bytes", "16000000"]),
    command("sample --invalid", &["sample", "EVENT", "--invalid", "--max-bytes", "16000000"]),
    command("validate", &["validate", "EVENT", "payload.json"]),
    command("validate json", &["validate", "EVENT", "payload.json", "--format", "json"]),
    command("compat", &["compat", "--against", "BEFORE"]),
    command("compat json", &["compat", "--against", "BEFORE", "--format", "json"]),
    command("log", &["log", "--since", "BEFORE"]),
    command("release", &["release", "--all"]),
    command("new", &["new", "others/OtherThingSeenV1Event"]),
];

impl Command {
    /// Runs it in `dir`, which holds the registry, the one before, and the payload.
    pub(super) fn run(&self, goodevent: &Path, registry: &Registry, dir: &Path, limits: &Limits) -> Result<Finished> {
        let of = |args: &[&str]| {
            let mut command = process::Command::new(goodevent);
            let args = args.iter().map(|arg| match *arg {
                "EVENT" => registry.event.clone(),
                "BEFORE" => "before".to_owned(),
                other => other.to_owned(),
            });
            command.current_dir(dir).args(args).args(["--root", "schemas", "--color", "never"]);
            command
        };
        if let Some(first) = self.first {
            let done = limits.run(&of(first), b"")?;
            ensure!(matches!(done.end, End::Exit(0..=1)), "{first:?}: {}", done.stderr);
        }
        Ok(limits.run(&of(self.args), b"")?)
    }

    /// Whether it did its work, whatever it found. `generate`, `release` and the like refuse registries with errors, which
    /// is work as well.
    pub(super) fn ends_well(&self, done: &Finished) -> bool {
        matches!(done.end, End::Exit(0..=2)) && !(done.stdout.is_empty() && done.stderr.is_empty())
    }
}
