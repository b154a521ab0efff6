//! Decoders made from many schemas: generated, compiled as modules of few crates, and run as processes.

use std::{
    fmt::Write as _,
    fs,
    io::{self, BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use goodevent_emit::Options;
use goodevent_schema::{
    Registry, analyze,
    diagnostic::Level,
    source::{Source, Sources},
};
use rayon::prelude::*;
use serde_json::Value;

use crate::{
    limits::{Finished, Limits},
    oracle::Refusal,
};

/// Name of the one event in each registry.
pub const EVENT: &str = "SubjectV1Event";

/// Reads a schema, and what it refers to, as a registry of one event.
///
/// # Errors
/// The errors of the schema.
pub fn registry(schema: &Value, remotes: &[Source]) -> Result<(Sources, Registry), String> {
    registry_of(schema.to_string().as_bytes(), remotes)
}

/// The same of the text of a schema, whose digits matter.
///
/// # Errors
/// The errors of the schema.
pub fn registry_of(schema: &[u8], remotes: &[Source]) -> Result<(Sources, Registry), String> {
    let source = Source { path: format!("corpus/{EVENT}.json"), uri: None, bytes: schema.into() };
    let files = [source].into_iter().chain(remotes.iter().cloned()).collect();
    let sources = Sources { root: String::new(), files };
    let (registry, found) = analyze(&sources);
    let errors: Vec<String> = found
        .iter()
        .filter(|found| found.level == Level::Error)
        .map(|found| format!("{}: {} {}", found.rule, found.headline, found.label))
        .collect();
    if errors.is_empty() { Ok((sources, registry)) } else { Err(errors.join("; ")) }
}

/// The module of a schema.
///
/// # Errors
/// The errors of the schema.
pub fn generate(schema: &Value, remotes: &[Source]) -> Result<String, String> {
    module_of(schema.to_string().as_bytes(), remotes)
}

/// The module of a schema as it is written.
///
/// # Errors
/// The errors of the schema.
pub fn module_of(schema: &[u8], remotes: &[Source]) -> Result<String, String> {
    let (sources, registry) = registry_of(schema, remotes)?;
    let options = Options { made_by: "corpora".to_owned(), ..Options::default() };
    goodevent_emit::rust_file(&sources, &registry, &options).map_err(|error| error.to_string())
}

/// A crate of decoders, compiled.
#[derive(Debug)]
pub struct Batch {
    program: PathBuf,
}

/// The time that a decoder takes for a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timed {
    /// The least of five; of one, if that takes 50 ms.
    pub time: Duration,
    /// The rule that is broken, or `valid`.
    pub rule: String,
}

/// The verdict of a decoder on a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The text that a valid payload is encoded to.
    pub encoded: Option<Vec<u8>>,
    /// The reason of a refusal.
    pub refusal: Option<Refusal>,
    /// A fault of the decoder itself: its entry points disagree.
    pub fault: Option<String>,
}

/// The folder in which the crates of decoders are compiled.
#[must_use]
pub fn folder() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(beside, PathBuf::from).join("corpora")
}

/// Compiles modules as crates of at most `size` of them, below `folder`.
///
/// # Errors
/// If the files can't be written, or the compiler refuses them; its output says which.
pub fn build(folder: &Path, name: &str, modules: &[String], size: usize) -> io::Result<Vec<Batch>> {
    build_as(folder, name, modules, size, "debug")
}

/// The same, as fast as services are.
///
/// # Errors
/// The same.
pub fn build_optimised(folder: &Path, name: &str, modules: &[String], size: usize) -> io::Result<Vec<Batch>> {
    build_as(folder, name, modules, size, "release")
}

fn build_as(folder: &Path, name: &str, modules: &[String], size: usize, profile: &str) -> io::Result<Vec<Batch>> {
    let chunks = modules.chunks(size).enumerate();
    chunks
        .map(|(chunk_idx, chunk)| {
            let krate = Crate::new(folder, &format!("{name}-{chunk_idx}"));
            krate.write(&chunk.iter().map(Some).collect::<Vec<_>>())?;
            let mut cargo = krate.cargo();
            match cargo.args((profile == "release").then_some("--release")).status()?.success() {
                true => Ok(krate.batch(profile)),
                false => Err(io::Error::other(format!("the generated crate {} does not compile", krate.name))),
            }
        })
        .collect()
}

/// Compiles modules as one crate; one that the compiler refuses is left out, and its first error is told.
///
/// # Errors
/// If the files can't be written, or no module is to blame for what the compiler refuses.
pub fn build_each(folder: &Path, name: &str, modules: &[String]) -> io::Result<(Batch, Vec<Option<String>>)> {
    let krate = Crate::new(folder, name);
    let mut errors: Vec<Option<String>> = vec![None; modules.len()];
    loop {
        let kept = modules.iter().zip(&errors).map(|(module, error)| error.is_none().then_some(module));
        krate.write(&kept.collect::<Vec<_>>())?;
        let output = krate.cargo().args(["--message-format", "short"]).output()?;
        if output.status.success() {
            return Ok((krate.batch("debug"), errors));
        }
        let text = String::from_utf8_lossy(&output.stderr);
        let mut is_new = false;
        for (module_idx, error) in text.lines().filter_map(blamed) {
            if let Some(known @ None) = errors.get_mut(module_idx) {
                *known = Some(error.to_owned());
                is_new = true;
            }
        }
        if !is_new {
            return Err(io::Error::other(format!("the generated crate {name} does not compile: {text}")));
        }
    }
}

/// The module that a line of the compiler is about, and what is wrong with it: `src/m3.rs:1:2: error: …`.
fn blamed(line: &str) -> Option<(usize, &str)> {
    let (number, rest) = line.split_once("src/m")?.1.split_once(".rs:")?;
    let (_, error) = rest.split_once(": error")?;
    Some((number.parse().ok()?, error.trim_start_matches(':').trim()))
}

/// A crate of decoders to be.
struct Crate {
    name: String,
    folder: PathBuf,
    target: PathBuf,
}

impl Crate {
    fn new(folder: &Path, name: &str) -> Self {
        Self { name: name.to_owned(), folder: folder.join(name), target: folder.join("target") }
    }

    fn cargo(&self) -> Command {
        let mut command = Command::new("cargo");
        command.args(["build", "--quiet", "--manifest-path"]).arg(self.folder.join("Cargo.toml"));
        command.env("CARGO_TARGET_DIR", &self.target).env("RUSTFLAGS", "--deny warnings");
        command
    }

    fn batch(&self, profile: &str) -> Batch {
        Batch { program: self.target.join(profile).join(&self.name) }
    }

    /// Writes a module for each that is there; what is asked of another is answered by a fault.
    fn write(&self, modules: &[Option<&String>]) -> io::Result<()> {
        let profile =
            "[profile.dev]\ndebug = false\nincremental = false\n\n[profile.dev.package.goodevent]\nopt-level = 2\n";
        write_if_changed(&self.folder.join("Cargo.toml"), &format!("{}\n{profile}", manifest(&self.name)))?;
        let mut main = String::from(MAIN);
        let mut table = String::new();
        for (module_idx, module) in modules.iter().enumerate() {
            match module {
                Some(module) => {
                    write_if_changed(&self.folder.join(format!("src/m{module_idx}.rs")), module)?;
                    writeln!(main, "mod m{module_idx};").map_err(io::Error::other)?;
                    let event = format!("m{module_idx}::corpus::{EVENT}");
                    writeln!(table, "    (look::<{event}>, time::<{event}>),").map_err(io::Error::other)?;
                }
                None => table.push_str("    (|_| String::from(\"! it is not compiled\"), |_| (0, \"!\")),\n"),
            }
        }
        writeln!(main, "const DECODERS: &[(fn(&[u8]) -> String, fn(&[u8]) -> (u64, &'static str))] = &[\n{table}];")
            .map_err(io::Error::other)?;
        write_if_changed(&self.folder.join("src/main.rs"), &main)
    }
}

/// The manifest of a crate of generated code.
#[must_use]
pub fn manifest(name: &str) -> String {
    let goodevent = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/goodevent");
    format!(
        "[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         goodevent = {{ path = {:?}, features = [\"idn\", \"regex\"] }}\n",
        goodevent
    )
}

fn write_if_changed(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::create_dir_all(path.parent().unwrap_or(Path::new("")))?;
    fs::write(path, text)
}

/// The program of a batch: lines of a decoder's number and a payload in hex, answered by a line each.
const MAIN: &str = r#"#![allow(dead_code)]
use std::io::{BufRead, Write};

fn main() {
    // Those that are timed get a small stack as well.
    let is_timed = std::env::args().nth(1).is_some_and(|arg| arg == "time");
    let thread = std::thread::Builder::new().stack_size(1 << 20);
    if is_timed { thread.spawn(|| answer(true)).expect("a thread starts").join().expect("no decoder panics") } else { answer(false) }
}

fn answer(is_timed: bool) {
    // Each answer goes out at once, so that a decoder that fails is known by the first that is missing.
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("lines are text");
        let (number, hex) = line.split_once(' ').expect("a line has a number and a payload");
        let bytes: Vec<u8> = (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("payloads are hex")).collect();
        let (look, time) = DECODERS[number.parse::<usize>().expect("decoders are numbered")];
        if is_timed {
            let (mut nanoseconds, mut rule) = time(&bytes);
            for _ in 0..4 {
                // What takes long is disturbed less.
                if nanoseconds < 50_000_000 {
                    (nanoseconds, rule) = time(&bytes).min((nanoseconds, rule));
                }
            }
            writeln!(out, "{nanoseconds} {rule}").expect("somebody reads");
        } else {
            writeln!(out, "{}", look(&bytes)).expect("somebody reads");
        }
    }
}

fn time<T: goodevent::Event>(bytes: &[u8]) -> (u64, &'static str) {
    let start = std::time::Instant::now();
    let outcome = T::decode_archived(bytes);
    let nanoseconds = start.elapsed().as_nanos() as u64;
    (nanoseconds, outcome.err().map_or("valid", |error| error.rule()))
}

fn look<T: goodevent::Event>(bytes: &[u8]) -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let owned = T::decode(bytes);
    let borrowed = T::decode_borrowed(bytes).map(|event| goodevent::event::encode(&event, T::CONTRACT.node));
    let violations = T::violations(bytes);
    let is_clean = violations.as_ref().is_ok_and(|violations| violations.is_empty());
    // What is read in one go is read to the same end by the way for messages that take long.
    if let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= goodevent::error::MAX_EVENT_BYTES) {
        let thorough = goodevent::decode::read_thoroughly::<T>(text);
        let is_same = match (&owned, &thorough) {
            (Ok(event), Ok(twin)) => event.encode().ok() == twin.encode().ok(),
            (Err(_), Err(_)) => true,
            _ => false,
        };
        if !is_same {
            return format!("! in one go {owned:?}, thoroughly {thorough:?}");
        }
    }
    match (&owned, &borrowed) {
        (Ok(event), Ok(twin)) => match (event.encode(), twin) {
            _ if !is_clean => format!("! valid, but {violations:?}"),
            (Ok(encoded), Ok(twin)) if encoded == *twin => format!("+ {}", hex(&encoded)),
            (encoded, twin) => format!("! encoded to {encoded:?} and {twin:?}"),
        },
        (Err(_), Err(_)) if is_clean => "! refused without a violation".to_owned(),
        (Err(error), Err(_)) => {
            let (pointer, expected) = match error {
                goodevent::Error::Invalid(violation) => (violation.pointer.as_str(), violation.expected.as_str()),
                _ => ("", ""),
            };
            let offset = match error {
                goodevent::Error::NotJson { offset, .. } => offset.to_string(),
                _ => String::new(),
            };
            format!("- {} {} {} {offset}", error.rule(), hex(pointer.as_bytes()), hex(expected.as_bytes()))
        }
        _ => format!("! owned {owned:?}, borrowed {borrowed:?}"),
    }
}

"#;

impl Batch {
    /// The verdicts on payloads, each for the decoder of a number, within limits; fewer where it fails, and what it took.
    ///
    /// # Errors
    /// If the program can't be started.
    pub fn run_within(&self, limits: Limits, payloads: &[(usize, Vec<u8>)]) -> io::Result<(Vec<Verdict>, Finished)> {
        let finished = limits.run(&Command::new(&self.program), lines(payloads).concat().as_bytes())?;
        Ok((finished.stdout.lines().map(verdict).collect(), finished))
    }

    /// The times of payloads of up to 1 MiB, each for the decoder of a number, on a stack of 1 MiB; fewer where it fails, and
    /// what all of them took.
    ///
    /// # Errors
    /// If the program can't be started.
    pub fn time_within(&self, limits: Limits, payloads: &[(usize, &[u8])]) -> io::Result<(Vec<Timed>, Finished)> {
        let lines: String = payloads.iter().map(|(number, bytes)| line(*number, bytes)).collect();
        let finished = limits.run(Command::new(&self.program).arg("time"), lines.as_bytes())?;
        let timed = |line: &str| {
            let (nanoseconds, rule) = line.split_once(' ')?;
            Some(Timed { time: Duration::from_nanos(nanoseconds.parse().ok()?), rule: rule.to_owned() })
        };
        Ok((finished.stdout.lines().map_while(timed).collect(), finished))
    }

    /// The verdicts on payloads, each for the decoder of a number.
    ///
    /// # Errors
    /// If the program fails, as it does where a decoder panics.
    pub fn run(&self, payloads: &[(usize, Vec<u8>)]) -> io::Result<Vec<Verdict>> {
        let mut child = Command::new(&self.program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut input = child.stdin.take().ok_or_else(|| io::Error::other("the program takes no input"))?;
        let output = child.stdout.take().ok_or_else(|| io::Error::other("the program has no output"))?;
        let lines = lines(payloads);
        let writer = std::thread::spawn(move || lines.iter().try_for_each(|line| input.write_all(line.as_bytes())));
        let verdicts =
            BufReader::new(output).lines().map(|line| Ok(verdict(&line?))).collect::<io::Result<Vec<_>>>()?;
        writer.join().map_err(|_| io::Error::other("the writer panicked"))??;
        if !child.wait()?.success() || verdicts.len() != payloads.len() {
            let next = payloads
                .get(verdicts.len())
                .map(|(number, bytes)| format!("{number}: {}", String::from_utf8_lossy(bytes)));
            return Err(io::Error::other(format!("a decoder failed at {}", next.unwrap_or_default())));
        }
        Ok(verdicts)
    }
}

fn lines(payloads: &[(usize, Vec<u8>)]) -> Vec<String> {
    payloads.iter().map(|(number, bytes)| line(*number, bytes)).collect()
}

fn line(number: usize, bytes: &[u8]) -> String {
    format!("{number} {}\n", hex(bytes))
}

fn verdict(line: &str) -> Verdict {
    match line.split_at_checked(2) {
        Some(("+ ", hex)) => Verdict { encoded: Some(unhex(hex)), refusal: None, fault: None },
        Some(("- ", refusal)) => {
            let text = |hex: Option<&str>| String::from_utf8_lossy(&unhex(hex.unwrap_or_default())).into_owned();
            let mut parts = refusal.split(' ');
            let rule = parts.next().unwrap_or_default().to_owned();
            let (pointer, expected) = (text(parts.next()), text(parts.next()));
            let offset = parts.next().and_then(|offset| offset.parse().ok());
            let refusal = Refusal { rule, pointer, expected, offset };
            Verdict { encoded: None, refusal: Some(refusal), fault: None }
        }
        _ => Verdict { encoded: None, refusal: None, fault: Some(line.to_owned()) },
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

fn unhex(hex: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or(0) as u8;
    hex.as_bytes().chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

/// Modules of many schemas; those that fail are left out and told.
#[must_use]
pub fn generate_all<'s>(
    schemas: impl IntoParallelIterator<Item = (&'s Value, &'s [Source])>,
) -> Vec<Result<String, String>> {
    let items: Vec<(&Value, &[Source])> = schemas.into_par_iter().collect();
    items.into_par_iter().map(|(schema, remotes)| generate(schema, remotes)).collect()
}
