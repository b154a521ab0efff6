//! Hostile contracts through every command, each within 2 s of processor time and 1 GB.

mod changes;
pub mod decoders;
pub mod large;
pub mod links;
pub mod payloads;
pub mod recursive;
pub mod registries;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result};

use self::registries::{EVENT, Registry};
use crate::limits::{End, Limits};

/// The limits of a command over a registry of moderate size.
pub const LIMITS: Limits = Limits { cpu: Duration::from_secs(2), bytes: 1_000_000_000 };

/// More output than this helps nobody, unless it is about as large a registry: so many bytes for each of its bytes.
const MAX_OUTPUT_BYTES: usize = 64 << 20;
const MAX_OUTPUT_RATIO: usize = 64;

/// A command over a registry.
#[derive(Debug)]
pub struct Cell {
    /// Name of the registry.
    pub registry: String,
    /// Name of the command.
    pub command: &'static str,
    /// Processor time.
    pub cpu: Duration,
    /// Memory.
    pub peak_bytes: u64,
    /// The fault.
    pub fault: Option<String>,
}

/// Names of the commands, in the order of the cells of a registry.
pub const COMMANDS: [&str; 10] =
    ["generate", "lint", "lint --fix", "size", "check", "sample", "sample --invalid", "compat", "log", "validate"];

/// Runs every command over each registry.
///
/// # Errors
/// If a registry can't be written or a command can't be started.
pub fn measure(
    goodevent: &Path,
    registries: &[Registry],
    limits: Limits,
    report: &(dyn Fn(Vec<Cell>) + Sync),
) -> Result<()> {
    let dir = tempfile::tempdir().context("there is no room for the registries")?;
    let next = Mutex::new(registries.iter().enumerate());
    let n_workers = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        let worker = || -> Result<()> {
            loop {
                let Some((nth, registry)) = next.lock().ok().and_then(|mut next| next.next()) else { return Ok(()) };
                report(row(goodevent, registry, limits, &dir.path().join(nth.to_string()))?);
            }
        };
        let workers: Vec<_> = (0..n_workers).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().expect("a worker does not panic"))
    })
}

fn row(goodevent: &Path, registry: &Registry, limits: Limits, dir: &Path) -> Result<Vec<Cell>> {
    COMMANDS.into_iter().map(|command| cell(goodevent, registry, command, limits, dir)).collect()
}

fn cell(goodevent: &Path, registry: &Registry, command: &'static str, limits: Limits, dir: &Path) -> Result<Cell> {
    // Each command begins with the same files.
    let folder = |name: &str, contract: &str| -> Result<PathBuf> {
        let root = dir.join(name);
        fs::create_dir_all(root.join("orders"))?;
        fs::write(root.join("orders").join(format!("{EVENT}.json")), contract)?;
        registry.others.iter().try_for_each(|(name, text)| fs::write(root.join("orders").join(name), text))?;
        Ok(root)
    };
    let root = folder("schemas", &registry.contract)?;
    let limited = || registry.contract.replacen(r#""type""#, r#""maxProperties": 4, "type""#, 1);
    let changed = folder("changed", &registry.before.clone().unwrap_or_else(limited))?;
    let payload = dir.join("payload.json");
    fs::write(&payload, payload_text())?;
    let mut run = Command::new(goodevent);
    run.args(command.split(' ').take(1));
    match command {
        "generate" => run.arg("--out").arg(dir.join("generated")),
        "lint --fix" => run.args(["--fix", "--unsafe-fixes"]),
        "sample" => run.args([EVENT, "--count", "3"]),
        "sample --invalid" => run.args([EVENT, "--invalid"]),
        "compat" => run.arg("--against").arg(changed),
        "log" => run.arg("--since").arg(changed),
        "validate" => run.arg(EVENT).arg(payload),
        _ => &mut run,
    };
    run.arg("--root").arg(root).args(["--color", "never"]);
    let done = limits.run(&run, b"")?;
    let is_silent = || done.stdout.is_empty() && done.stderr.is_empty();
    let fault = limits.fault(&done).or_else(|| match done.end {
        _ if done.stdout.len() > MAX_OUTPUT_BYTES.max(registry.contract.len() * MAX_OUTPUT_RATIO) => {
            Some(format!("{} bytes of output", done.stdout.len()))
        }
        End::Exit(0..=2) if !is_silent() => None,
        end => Some(format!("ended with {end} and said {:?}", done.stderr)),
    });
    fs::remove_dir_all(dir)?;
    Ok(Cell { registry: registry.name.clone(), command, cpu: done.cpu, peak_bytes: done.peak_bytes, fault })
}

/// A payload that is nested, long and wide.
fn payload_text() -> String {
    let nested = format!("{}1{}", r#"{"a":"#.repeat(60), r#","b":[1,[2]]}"#.repeat(60));
    format!(r#"{{"first": {nested}, "a": "{}"}}"#, "a".repeat(30_000))
}
