//! Decoders made from many schemas: generated, compiled as modules of few crates, and run as processes.

use std::{
    fmt::Write as _,
    fs,
    io::{self, BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use goodevent_emit::Options;
use goodevent_schema::{
    Registry, analyze,
    diagnostic::Level,
    source::{Source, Sources},
};
use rayon::prelude::*;
use serde_json::Value;

/// Name of the one event in each registry.
const EVENT: &str = "SubjectV1Event";

/// Reads a schema, and what it refers to, as a registry of one event.
///
/// # Errors
/// What is wrong with it.
pub fn registry(schema: &Value, remotes: &[Source]) -> Result<(Sources, Registry), String> {
    let source =
        Source { path: format!("corpus/{EVENT}.json"), uri: None, bytes: schema.to_string().into_bytes().into() };
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
/// What is wrong with the schema.
pub fn generate(schema: &Value, remotes: &[Source]) -> Result<String, String> {
    let (sources, registry) = registry(schema, remotes)?;
    Ok(goodevent_emit::rust_file(&sources, &registry, &Options { made_by: "corpora".to_owned(), ..Options::default() }))
}

/// A crate of decoders, compiled.
#[derive(Debug)]
pub struct Batch {
    program: PathBuf,
}

/// What a decoder says of a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What a valid payload is encoded to.
    pub encoded: Option<Vec<u8>>,
    /// What is wrong with the decoder itself: its ways don't agree.
    pub fault: Option<String>,
}

/// Compiles modules as crates of at most `size` of them, below `folder`.
///
/// # Errors
/// If the files can't be written, or the compiler refuses them; its output says which.
pub fn build(folder: &Path, name: &str, modules: &[String], size: usize) -> io::Result<Vec<Batch>> {
    let chunks: Vec<&[String]> = modules.chunks(size).collect();
    let names: Vec<String> = (0..chunks.len()).map(|chunk_idx| format!("{name}-{chunk_idx}")).collect();
    for (name, chunk) in names.iter().zip(&chunks) {
        write_crate(&folder.join(name), chunk)?;
    }
    let profile = "[profile.dev]\ndebug = false\n\n[profile.dev.package.goodevent]\nopt-level = 2\n";
    let target = folder.join("target");
    names
        .iter()
        .map(|name| {
            write_if_changed(&folder.join(name).join("Cargo.toml"), &format!("{}\n{profile}", manifest(name)))?;
            let status = Command::new("cargo")
                .args(["build", "--quiet", "--manifest-path"])
                .arg(folder.join(name).join("Cargo.toml"))
                .env("CARGO_TARGET_DIR", &target)
                .env("RUSTFLAGS", "--deny warnings")
                .status()?;
            if !status.success() {
                return Err(io::Error::other(format!("the generated crate {name} does not compile")));
            }
            Ok(Batch { program: target.join("debug").join(name) })
        })
        .collect()
}

fn manifest(name: &str) -> String {
    let goodevent = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/goodevent");
    format!(
        "[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         goodevent = {{ path = {:?}, features = [\"idn\", \"regex\"] }}\n",
        goodevent
    )
}

fn write_crate(folder: &Path, modules: &[String]) -> io::Result<()> {
    let mut main = String::from(MAIN);
    let mut table = String::new();
    for (module_idx, module) in modules.iter().enumerate() {
        write_if_changed(&folder.join(format!("src/m{module_idx}.rs")), module)?;
        writeln!(main, "mod m{module_idx};").map_err(io::Error::other)?;
        writeln!(table, "    look::<m{module_idx}::corpus::{EVENT}>,").map_err(io::Error::other)?;
    }
    writeln!(main, "const DECODERS: &[fn(&[u8]) -> String] = &[\n{table}];").map_err(io::Error::other)?;
    write_if_changed(&folder.join("src/main.rs"), &main)
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
    // Each answer goes out at once, so that a decoder that fails is known by the first that is missing.
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("lines are text");
        let (number, hex) = line.split_once(' ').expect("a line has a number and a payload");
        let bytes: Vec<u8> = (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("payloads are hex")).collect();
        let answer = DECODERS[number.parse::<usize>().expect("decoders are numbered")](&bytes);
        writeln!(out, "{answer}").expect("somebody reads");
    }
}

fn look<T: goodevent::Event>(bytes: &[u8]) -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let owned = T::decode(bytes);
    let borrowed = T::decode_borrowed(bytes).map(|event| goodevent::event::encode(&event, T::CONTRACT.node));
    let violations = T::violations(bytes);
    let is_clean = violations.as_ref().is_ok_and(|violations| violations.is_empty());
    match (&owned, &borrowed) {
        (Ok(event), Ok(twin)) => match (event.encode(), twin) {
            _ if !is_clean => format!("! valid, but {violations:?}"),
            (Ok(encoded), Ok(twin)) if encoded == *twin => format!("+ {}", hex(&encoded)),
            (encoded, twin) => format!("! encoded to {encoded:?} and {twin:?}"),
        },
        (Err(_), Err(_)) if is_clean => "! refused without a violation".to_owned(),
        (Err(error), Err(_)) => format!("- {}", error.to_string().replace('\n', " ")),
        _ => format!("! owned {owned:?}, borrowed {borrowed:?}"),
    }
}

"#;

impl Batch {
    /// The verdicts on payloads, each for the decoder of a number.
    ///
    /// # Errors
    /// If the program fails, as it does where a decoder panics.
    pub fn run(&self, payloads: &[(usize, Vec<u8>)]) -> io::Result<Vec<Verdict>> {
        let mut child = Command::new(&self.program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut input = child.stdin.take().ok_or_else(|| io::Error::other("the program takes no input"))?;
        let output = child.stdout.take().ok_or_else(|| io::Error::other("the program has no output"))?;
        let lines: Vec<String> = payloads.iter().map(|(number, bytes)| format!("{number} {}\n", hex(bytes))).collect();
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

fn verdict(line: &str) -> Verdict {
    match line.split_at_checked(2) {
        Some(("+ ", hex)) => Verdict { encoded: Some(unhex(hex)), fault: None },
        Some(("- ", _)) => Verdict { encoded: None, fault: None },
        _ => Verdict { encoded: None, fault: Some(line.to_owned()) },
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
