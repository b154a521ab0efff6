//! Whole processes that lint a registry: ours with all rules and the sizes of all events, and the npm package
//! `@sourcemeta/jsonschema`.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    measure::median,
    report::{Table, Target, print_targets},
    synthetic::{events, registry},
};

const N_ROUNDS: usize = 3;

/// Events of the registries; the second one is linted by both.
const SIZES: [usize; 3] = [100, 1_000, 10_000];

/// What a run took.
#[derive(Clone, Copy)]
struct Run {
    seconds: f64,
    peak_mib: f64,
}

/// Measures and prints.
///
/// # Errors
/// If one of us can't be built, installed or run.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/lint");
    fs::create_dir_all(&folder)?;
    let (ours, peer) = (command()?, installed(&folder)?);
    let mut table = Table::new(["events", "linter", "seconds", "us an event", "peak MiB", "ratio"]);
    let mut targets = Vec::new();
    for n_events in SIZES {
        let schemas = folder.join(n_events.to_string()).join("schemas");
        write(&schemas, n_events)?;
        let with_peer = n_events == SIZES[1];
        let (mut runs, mut peers) = (Vec::new(), Vec::new());
        for _ in 0..N_ROUNDS {
            runs.push(timed(Command::new(&ours).args(["lint", "--format", "concise", "--root"]).arg(&schemas))?);
            if with_peer {
                peers.push(timed(Command::new(&peer).arg("lint").arg(&schemas))?);
            }
        }
        let ratio = median(runs.iter().zip(&peers).map(|(ours, peer)| ours.seconds / peer.seconds));
        row(&mut table, "goodevent", n_events, &runs, with_peer.then_some(ratio));
        if with_peer {
            row(&mut table, "@sourcemeta/jsonschema", n_events, &peers, Some(1.0));
            targets.push(Target::new("linting, of the peer's time", ratio, 0.5));
        }
        if n_events == SIZES[2] {
            let peak = median(runs.iter().map(|run| run.peak_mib));
            targets.push(Target::new("memory for 10,000 events, in MiB", peak, 200.0));
        }
    }
    println!("## Linting of synthetic events, processes as a whole\n");
    table.print();
    print_targets(&targets);
    Ok(())
}

fn row(table: &mut Table, name: &str, n_events: usize, runs: &[Run], ratio: Option<f64>) {
    let seconds = median(runs.iter().map(|run| run.seconds));
    table.row(vec![
        n_events.to_string(),
        name.to_owned(),
        format!("{seconds:.3}"),
        format!("{:.0}", seconds / n_events as f64 * 1e6),
        format!("{:.0}", median(runs.iter().map(|run| run.peak_mib))),
        ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
    ]);
}

/// Our command, built.
fn command() -> Result<PathBuf, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let status = Command::new("cargo")
        .current_dir(&root)
        .args(["build", "--quiet", "--release", "--package", "goodevent-cli"])
        .stdin(Stdio::null())
        .status()?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    if status.success() { Ok(target.join("release/goodevent")) } else { Err("goodevent can't be built".into()) }
}

/// The peer's command.
fn installed(folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let npm = Command::new("npm")
        .current_dir(folder)
        .args(["install", "--silent", "--no-audit", "--no-fund", "--prefix", ".", "@sourcemeta/jsonschema"])
        .stdin(Stdio::null())
        .status()?;
    let command = folder.join("node_modules/.bin/jsonschema");
    if npm.success() && command.exists() { Ok(command) } else { Err("npm can't install the peer".into()) }
}

/// A registry on disk.
fn write(schemas: &Path, n_events: usize) -> Result<(), Box<dyn Error>> {
    if schemas.exists() {
        fs::remove_dir_all(schemas)?;
    }
    for source in registry(&events(n_events)).files {
        let path = schemas.join(&source.path);
        fs::create_dir_all(path.parent().ok_or("a file lies in a folder")?)?;
        fs::write(path, source.bytes)?;
    }
    Ok(())
}

/// Runs a linter to its end; what it finds is its own business.
fn timed(command: &mut Command) -> Result<Run, Box<dyn Error>> {
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak_kib = 0.0_f64;
    while child.try_wait()?.is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().split(' ').next()?.parse().ok());
        peak_kib = peak_kib.max(peak.unwrap_or(0.0));
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(Run { seconds: start.elapsed().as_secs_f64(), peak_mib: peak_kib / 1024.0 })
}
