//! What a service pays for 100 events it decodes and encodes: `cargo check`, `cargo build --release`, and lines.

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use crate::{
    generate::{goodevent_code, typify_code},
    measure::median,
    report::{Table, Target, print_targets},
    synthetic::{CONTEXT, Event, bundle, events, registry, serde_code},
};

const N_EVENTS: usize = 100;
const N_ROUNDS: usize = 3;

/// A crate that decodes and encodes each event.
struct Service {
    name: &'static str,
    what: &'static str,
    code: String,
    main: String,
    dependencies: String,
    check_s: Vec<f64>,
    build_s: Vec<f64>,
}

impl Service {
    fn new(name: &'static str, what: &'static str, code: String, main: String, dependencies: &str) -> Self {
        Self { name, what, code, main, dependencies: dependencies.to_owned(), check_s: Vec::new(), build_s: Vec::new() }
    }

    fn n_lines(&self) -> f64 {
        self.code.lines().count() as f64 / N_EVENTS as f64
    }
}

/// Measures and prints.
///
/// # Errors
/// If a crate can't be written or does not compile.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let folder = folder()?;
    let mut services = services()?;
    write_workspace(&folder, &services)?;
    for service in &services {
        // Dependencies first, outside of the clock.
        cargo(&folder, service, &["check"])?;
        cargo(&folder, service, &["build", "--release"])?;
    }
    for _ in 0..N_ROUNDS {
        for service in &mut services {
            let check_s = cargo(&folder, service, &["check"])?;
            service.check_s.push(check_s);
            let build_s = cargo(&folder, service, &["build", "--release"])?;
            service.build_s.push(build_s);
        }
    }
    print(&services);
    Ok(())
}

/// Beside this program, so that all that is built lies in one target folder.
fn folder() -> Result<PathBuf, Box<dyn Error>> {
    let program = env::current_exe()?;
    let target = program.parent().and_then(Path::parent).ok_or("a program lies in a target folder")?;
    Ok(target.join("compile"))
}

/// The first is the one to compare with.
fn services() -> Result<Vec<Service>, Box<dyn Error>> {
    let events = events(N_EVENTS);
    let goodevent = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/goodevent").canonicalize()?;
    let serde = "serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n";
    let typify = format!(
        "{serde}regress = \"0.12\"\nuuid = {{ version = \"1\", features = [\"serde\"] }}\n\
         chrono = {{ version = \"0.4\", default-features = false, features = [\"serde\", \"std\"] }}\n"
    );
    Ok(vec![
        Service::new("serde-service", "serde derive, no validation", serde_code(&events), serde_main(&events), serde),
        Service::new("typify-service", "typify types", typify_code(&bundle(&events))?, serde_main(&events), &typify),
        Service::new(
            "goodevent-service",
            "goodevent",
            goodevent_code(&registry(&events))?,
            goodevent_main(&events),
            &format!("goodevent = {{ path = {goodevent:?} }}\n"),
        ),
    ])
}

fn serde_main(events: &[Event]) -> String {
    let read = "fn length<T: serde::de::DeserializeOwned + serde::Serialize>(bytes: &[u8]) -> usize {\n    \
                serde_json::from_slice::<T>(bytes).map_or(0, |event| serde_json::to_vec(&event).map_or(0, |bytes| bytes.len()))\n}\n";
    main_of(events, read, "contracts")
}

fn goodevent_main(events: &[Event]) -> String {
    let read = "fn length<T: goodevent::Event>(bytes: &[u8]) -> usize {\n    \
                T::decode(bytes).map_or(0, |event| event.encode().map_or(0, |bytes| bytes.len()))\n}\n";
    main_of(events, read, &format!("contracts::{CONTEXT}"))
}

/// A program that tries the bytes it is given as each of the events.
fn main_of(events: &[Event], read: &str, module: &str) -> String {
    let calls = events.iter().map(|event| format!("    n_bytes += length::<{module}::{}>(&bytes);\n", event.name));
    format!(
        "#[allow(warnings)]\nmod contracts {{ include!(\"contracts.rs\"); }}\n\n{read}\nfn main() {{\n    \
         let bytes = std::env::args().nth(1).unwrap_or_default().into_bytes();\n    let mut n_bytes = 0;\n{}    \
         println!(\"{{n_bytes}}\");\n}}\n",
        calls.collect::<String>()
    )
}

fn write_workspace(folder: &Path, services: &[Service]) -> Result<(), Box<dyn Error>> {
    let members: Vec<&str> = services.iter().map(|service| service.name).collect();
    fs::create_dir_all(folder)?;
    fs::write(folder.join("Cargo.toml"), format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"))?;
    // The versions of the benchmark itself: nothing new is downloaded.
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock"), folder.join("Cargo.lock"))?;
    for service in services {
        let package = folder.join(service.name);
        fs::create_dir_all(package.join("src"))?;
        let head = format!("[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n", service.name);
        fs::write(package.join("Cargo.toml"), format!("{head}\n[dependencies]\n{}", service.dependencies))?;
        fs::write(package.join("src/contracts.rs"), &service.code)?;
        fs::write(package.join("src/main.rs"), &service.main)?;
    }
    Ok(())
}

/// Seconds that a cargo command takes to make the crate, and only the crate, anew.
fn cargo(folder: &Path, service: &Service, args: &[&str]) -> Result<f64, Box<dyn Error>> {
    fs::write(folder.join(service.name).join("src/main.rs"), &service.main)?;
    let mut command = Command::new("cargo");
    command.current_dir(folder).args(args).args(["--quiet", "--package", service.name]);
    command.env("CARGO_TARGET_DIR", folder.join("target")).env("CARGO_INCREMENTAL", "0");
    let start = Instant::now();
    let output = command.stdin(Stdio::null()).output()?;
    let seconds = start.elapsed().as_secs_f64();
    if !output.status.success() {
        return Err(format!("{} does not compile: {}", service.name, String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(seconds)
}

fn print(services: &[Service]) {
    let base = &services[0];
    println!("## Compilation of {N_EVENTS} synthetic events, decoded and encoded\n");
    let mut table = Table::new(["types", "cargo check", "cargo build --release", "lines an event"]);
    for service in services {
        let cell = |times: &Vec<f64>, base: &Vec<f64>| format!("{:.2}  {:>6.2} s", ratio(times, base), middle(times));
        table.row(vec![
            service.what.to_owned(),
            cell(&service.check_s, &base.check_s),
            cell(&service.build_s, &base.build_s),
            format!("{:.0}", service.n_lines()),
        ]);
    }
    table.print();
    if let Some(ours) = services.last() {
        print_targets(&[
            Target::new("cargo check, of serde derive's time", ratio(&ours.check_s, &base.check_s), 0.5),
            Target::new("cargo build --release, of serde derive's time", ratio(&ours.build_s, &base.build_s), 0.5),
            Target::new("generated lines an event", ours.n_lines(), 200.0),
        ]);
    }
}

fn middle(times: &[f64]) -> f64 {
    median(times.iter().copied())
}

/// Median of the rounds' ratios.
fn ratio(times: &[f64], base: &[f64]) -> f64 {
    median(times.iter().zip(base).map(|(time, base)| time / base))
}
