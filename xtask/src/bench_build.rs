//! `cargo xtask bench build`: the cost of a cold build for a service that generates code in its `build.rs`, with
//! goodevent and with its peers.
//!
//! Each crate has a build script that generates the code of one type, as the README of the generator shows. They are built
//! in turns, each into a target folder of its own, with the same number of jobs.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use goodevent_cli::{Outcome, terminal::Terminal};
use nix::sys::resource::{Usage, UsageWho, getrusage};

/// A service that generates code in its `build.rs`.
struct Service {
    name: &'static str,
    /// The lines of its manifest from the first table of dependencies on.
    dependencies: String,
    build: &'static str,
    /// Other files by their paths.
    files: &'static [(&'static str, &'static str)],
}

const EVENT: &str = r#"{
  "title": "OrderPlacedV1Event",
  "description": "A customer placed an order.",
  "type": "object",
  "properties": { "order_id": { "type": "string", "maxLength": 36, "pattern": "^[0-9a-f-]{36}$" } },
  "required": ["order_id"],
  "additionalProperties": false
}
"#;

const TYPIFY: &str = r#"fn main() -> Result<(), Box<dyn std::error::Error>> {
    let schema = serde_json::from_str::<schemars::schema::RootSchema>(&std::fs::read_to_string("event.json")?)?;
    let mut types = typify::TypeSpace::new(&typify::TypeSpaceSettings::default());
    types.add_root_schema(schema)?;
    let code = prettyplease::unparse(&syn::parse2::<syn::File>(types.to_stream())?);
    std::fs::write(std::path::Path::new(&std::env::var("OUT_DIR")?).join("types.rs"), code)?;
    Ok(())
}
"#;

const PROST: &str = r#"fn main() -> Result<(), Box<dyn std::error::Error>> {
    prost_build::compile_fds(protox::compile(["event.proto"], ["."])?)?;
    Ok(())
}
"#;

const PROTO: &str = "syntax = \"proto3\";\npackage orders;\nmessage OrderPlacedV1Event { string order_id = 1; }\n";

fn services(root: &Path) -> [Service; 3] {
    let path = toml::Value::from(root.join("crates/goodevent-build").display().to_string());
    [
        Service {
            name: "goodevent",
            dependencies: format!("[build-dependencies]\ngoodevent-build = {{ path = {path} }}\n"),
            build: "fn main() -> Result<(), goodevent_build::Error> {\n    goodevent_build::compile(\"schemas\")\n}\n",
            files: &[("schemas/orders/OrderPlacedV1Event.json", EVENT)],
        },
        Service {
            name: "typify",
            dependencies: "[build-dependencies]\nprettyplease = \"0.3\"\nschemars = \"0.8\"\nserde_json = \"1\"\nsyn = \"3\"\ntypify = \"0.8\"\n"
                .to_owned(),
            build: TYPIFY,
            files: &[("event.json", EVENT)],
        },
        Service {
            name: "prost-build",
            dependencies: "[build-dependencies]\nprost-build = \"0.14\"\nprotox = \"0.10\"\n".to_owned(),
            build: PROST,
            files: &[("event.proto", PROTO)],
        },
    ]
}

/// The cost of one build.
#[derive(Debug, Clone, Copy)]
struct Cost {
    wall: Duration,
    /// Of cargo, the compilers, the linkers and the build scripts.
    processor: Duration,
}

/// Builds all services as often as the first argument says.
pub(crate) fn run(root: &Path, n_rounds: usize, terminal: &mut Terminal) -> Outcome {
    match measured(root, n_rounds, terminal) {
        Ok(()) => Outcome::Fine,
        Err(error) => {
            terminal.note(&format!("error: {error:#}"));
            Outcome::Failed
        }
    }
}

fn measured(root: &Path, n_rounds: usize, terminal: &mut Terminal) -> Result<()> {
    let n_jobs = std::thread::available_parallelism()?.get();
    let folder = tempfile::tempdir()?;
    let services = services(root);
    let mut n_crates = Vec::new();
    for service in &services {
        let folder = folder.path().join(service.name);
        service.write(&folder)?;
        n_crates.push(n_crates_of(&folder).with_context(|| format!("cannot resolve {}", service.name))?);
    }
    terminal.out(&format!("cold builds with {n_jobs} jobs, {n_rounds} in turns; the least of each counts"));
    let mut costs: Vec<Option<Cost>> = vec![None; services.len()];
    for round in 0..n_rounds {
        for (service, least) in services.iter().zip(&mut costs) {
            let folder = folder.path().join(service.name);
            let cost = build(&folder, &folder.join(format!("target-{round}")), n_jobs)?;
            let is_less = least.is_none_or(|least| cost.processor < least.processor);
            *least = if is_less { Some(cost) } else { *least };
        }
    }
    let costs: Vec<Cost> = costs.into_iter().flatten().collect();
    let Some(own) = costs.first() else { bail!("nothing was built: name at least one round") };
    terminal.out(&format!("{:<12} {:>7} {:>9} {:>11} {:>17}", "", "crates", "wall", "processor", "goodevent / it"));
    for ((service, n_crates), cost) in services.iter().zip(n_crates).zip(&costs) {
        let seconds = |time: Duration| format!("{:.1} s", time.as_secs_f64());
        let ratio = own.processor.as_secs_f64() / cost.processor.as_secs_f64();
        terminal.out(&format!(
            "{:<12} {n_crates:>7} {:>9} {:>11} {ratio:>17.2}",
            service.name,
            seconds(cost.wall),
            seconds(cost.processor),
        ));
    }
    Ok(())
}

impl Service {
    fn write(&self, folder: &Path) -> Result<()> {
        let manifest = format!(
            "[package]\nname = \"service\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n{}",
            self.dependencies
        );
        let own = [("Cargo.toml", manifest.as_str()), ("build.rs", self.build), ("src/main.rs", "fn main() {}\n")];
        for (path, text) in own.into_iter().chain(self.files.iter().copied()) {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }
}

fn cargo(folder: &Path) -> Command {
    let mut command = Command::new("cargo");
    // Settings for the builds of this repository are not those of a user.
    for name in ["CARGO_TARGET_DIR", "RUSTC_WRAPPER", "CARGO_INCREMENTAL", "CARGO_PROFILE_DEV_DEBUG"] {
        command.env_remove(name);
    }
    command.current_dir(folder);
    command
}

/// The crates that are compiled, and downloads them.
fn n_crates_of(folder: &Path) -> Result<usize> {
    if !cargo(folder).args(["fetch", "--quiet"]).status()?.success() {
        bail!("cargo cannot fetch the dependencies");
    }
    let tree =
        cargo(folder).args(["tree", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"]).output()?;
    let text = String::from_utf8(tree.stdout)?;
    let crates: BTreeSet<&str> = text.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    // The service itself is no dependency.
    Ok(crates.into_iter().filter(|line| !line.is_empty() && !line.starts_with("service ")).count())
}

fn build(folder: &Path, target: &PathBuf, n_jobs: usize) -> Result<Cost> {
    let (start, before) = (Instant::now(), of_children()?);
    let status = cargo(folder)
        .args(["build", "--quiet", "--offline", "--jobs", &n_jobs.to_string(), "--target-dir"])
        .arg(target)
        .status()?;
    if !status.success() {
        bail!("the build in {} fails", folder.display());
    }
    let cost = Cost { wall: start.elapsed(), processor: of_children()? - before };
    fs::remove_dir_all(target)?;
    Ok(cost)
}

/// Processor time of all processes that this one started and that ended.
fn of_children() -> Result<Duration> {
    let usage: Usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = |time: nix::sys::time::TimeVal| {
        Duration::from_secs(time.tv_sec().unsigned_abs()) + Duration::from_micros(time.tv_usec().unsigned_abs())
    };
    Ok(micros(usage.user_time()) + micros(usage.system_time()))
}
