//! The commands, and what each has to do.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

use super::{Run, schemas::Registry};
use crate::{
    folders,
    limits::{End, Finished, Limits},
};

/// The limits of a command.
const LIMITS: Limits = Limits { cpu: Duration::from_secs(30), bytes: 1_000_000_000 };

/// Payloads that are made of an event.
const N_SAMPLES: usize = 5;

/// A payload's limit, as the brokers have it.
const MAX_PAYLOAD_BYTES: usize = 65_536;

/// The runner of the commands.
pub(super) struct Workshop<'w> {
    dir: &'w Path,
    goodevent: &'w Path,
    /// The crate that generated code needs.
    library: PathBuf,
}

/// The fault of the outcome of a command.
type Fault = fn(&Finished) -> Option<String>;

impl<'w> Workshop<'w> {
    /// Builds all that generated code depends on.
    pub(super) fn open(root: &Path, dir: &'w Path, goodevent: &'w Path) -> Result<Self> {
        let workshop = Self { dir, goodevent, library: root.join("crates/goodevent") };
        let empty = workshop.crate_of("empty")?;
        fs::create_dir_all(empty.join("src"))?;
        fs::write(empty.join("src/lib.rs"), "")?;
        fs::copy(root.join("Cargo.lock"), empty.join("Cargo.lock"))?;
        let mut check = workshop.check(&empty);
        let status = check.status().context("cannot run cargo")?;
        if !status.success() {
            bail!("the crate that generated code depends on does not compile");
        }
        Ok(workshop)
    }

    /// All commands over a registry.
    pub(super) fn all(&self, giant: &'static str, registry: &Registry, report: &mut dyn FnMut(Run)) -> Result<()> {
        let own = self.crate_of(giant)?;
        let one = |command: &'static str, args: &[&OsString]| {
            let mut own = Command::new(self.goodevent);
            own.arg(command).args(args).arg("--root").arg(&registry.folder).args(["--color", "never"]);
            own
        };
        let many = |options: &[&str]| -> Vec<Command> {
            let of = |event: &String| {
                let mut own = one("sample", &[&event.into()]);
                own.args(options);
                own
            };
            registry.events.iter().map(of).collect()
        };
        let generate = one("generate", &[&"--out".into(), &own.clone().into()]);
        // Nothing is compared with itself: that would be a mistake in a name.
        let copy = self.dir.join("copies").join(giant);
        if copy.exists() {
            fs::remove_dir_all(&copy)?;
        }
        folders::copy(&registry.folder, &copy)?;
        let compat = one("compat", &[&"--against".into(), &copy.into()]);
        let count = N_SAMPLES.to_string();
        let all: [(&str, Vec<Command>, Fault); 7] = [
            ("generate", vec![generate], |done| exits(done, &[0])),
            ("compile", vec![self.check(&own)], |done| exits(done, &[0])),
            ("lint", vec![one("lint", &[])], says_something),
            ("size", vec![one("size", &[])], says_something),
            ("sample", many(&["--count", &count]), samples),
            ("sample --invalid", many(&["--invalid"]), near_misses),
            ("compat", vec![compat], is_unchanged),
        ];
        for (name, commands, fault) in all {
            let mut run = Run {
                giant,
                n_bytes: registry.n_bytes,
                command: name,
                cpu: Duration::ZERO,
                peak_bytes: 0,
                fault: None,
            };
            for command in commands {
                let done = LIMITS.run(&command, b"")?;
                run.cpu = run.cpu.max(done.cpu);
                run.peak_bytes = run.peak_bytes.max(done.peak_bytes);
                run.fault = run.fault.or_else(|| LIMITS.fault(&done)).or_else(|| fault(&done));
            }
            report(run);
        }
        Ok(())
    }

    /// An empty crate for generated code.
    fn crate_of(&self, name: &str) -> Result<PathBuf> {
        let own = self.dir.join("crates").join(name);
        if own.exists() {
            fs::remove_dir_all(&own)?;
        }
        fs::create_dir_all(&own)?;
        let library = self.library.display();
        let manifest = format!(
            "[package]\nname = \"giant\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [features]\nserde = []\nschemars = []\n\n\
             [dependencies]\ngoodevent = {{ path = \"{library}\", features = [\"idn\", \"regex\"] }}\n\n[workspace]\n"
        );
        fs::write(own.join("Cargo.toml"), manifest)?;
        // Of the same versions, so that nothing has to be fetched.
        let lock = self.dir.join("crates/empty/Cargo.lock");
        if lock.exists() {
            fs::copy(lock, own.join("Cargo.lock"))?;
        }
        Ok(own)
    }

    fn check(&self, own: &Path) -> Command {
        let mut check = Command::new("cargo");
        check.args(["check", "--quiet", "--offline", "--manifest-path"]).arg(own.join("Cargo.toml"));
        check.arg("--target-dir").arg(self.dir.join("target")).env("CARGO_INCREMENTAL", "0");
        check
    }
}

fn says_something(done: &Finished) -> Option<String> {
    exits(done, &[0, 1]).or_else(|| done.stdout.is_empty().then(|| "it says nothing".to_owned()))
}

/// The fault of samples: the command itself asks the reference whether each is valid.
fn samples(done: &Finished) -> Option<String> {
    let n_payloads = done.stdout.lines().count();
    let longest = done.stdout.lines().map(str::len).max().unwrap_or(0);
    exits(done, &[0])
        .or_else(|| (n_payloads != N_SAMPLES).then(|| format!("{n_payloads} payloads, not {N_SAMPLES}")))
        .or_else(|| (longest > MAX_PAYLOAD_BYTES).then(|| format!("a payload of {longest} bytes")))
}

fn near_misses(done: &Finished) -> Option<String> {
    exits(done, &[0]).or_else(|| done.stdout.is_empty().then(|| "there is none".to_owned()))
}

fn is_unchanged(done: &Finished) -> Option<String> {
    exits(done, &[0]).or_else(|| (done.stdout.trim() != "nothing changed").then(|| done.stdout.clone()))
}

/// The fault of a command that ends with a code of its own.
fn exits(done: &Finished, codes: &[i32]) -> Option<String> {
    if matches!(done.end, End::Exit(code) if codes.contains(&code)) {
        return None;
    }
    let lines = || done.stderr.lines();
    let first = lines().find(|line| line.starts_with("error")).or(lines().next()).unwrap_or_default();
    Some(format!("it ends with {}: {first}", done.end))
}
