//! `rust/`: programs of a consumer that generates its contracts, built as its author would build them, and run.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Bench, Judged, Outcome, expected::difference, run_within, scripts::project, shortened};
use crate::{
    folders,
    limits::{End, Limits},
};

/// Without its main program, these belong to each.
const SHARED: [&str; 1] = ["build"];

pub(super) fn run(bench: &Bench) -> io::Result<Vec<Judged>> {
    let mut programs = bench.files("rust", "rs")?;
    programs.retain(|(name, _)| !SHARED.contains(&name.as_str()));
    if programs.is_empty() {
        return Ok(Vec::new());
    }
    let work = bench.work.join("rust");
    write_crate(bench, &work, &programs)?;
    // One after the other: each build takes all cores.
    programs
        .iter()
        .map(|(name, _)| Ok(Judged { name: format!("rust/{name}"), outcome: judge(bench, &work, name)? }))
        .collect()
}

/// A package whose programs are those of the folder.
fn write_crate(bench: &Bench, work: &Path, programs: &[(String, PathBuf)]) -> io::Result<()> {
    let folder = bench.folder.join("rust");
    fs::create_dir_all(work.join("src/bin"))?;
    let manifest = fs::read_to_string(folder.join("Cargo.toml"))?;
    let manifest = manifest.replace("$PROJECT", &project().to_string_lossy());
    fs::write(work.join("Cargo.toml"), format!("{manifest}\n[workspace]\n"))?;
    // The versions that the project is tested with.
    fs::copy(project().join("Cargo.lock"), work.join("Cargo.lock"))?;
    fs::copy(folder.join("build.rs"), work.join("build.rs"))?;
    folders::copy(&bench.folder.join("cli/base-schemas"), &work.join("schemas"))?;
    for (_, payload) in bench.files("cli", "json")? {
        fs::copy(&payload, work.join(payload.file_name().unwrap_or_default()))?;
    }
    for (name, path) in programs {
        fs::copy(path, work.join("src/bin").join(format!("{name}.rs")))?;
    }
    Ok(())
}

fn judge(bench: &Bench, work: &Path, name: &str) -> io::Result<Outcome> {
    let target = project().join("target/services");
    let output = Command::new("cargo")
        .args(["build", "--quiet", "--message-format", "short", "--bin", name])
        .current_dir(work)
        .env("CARGO_TARGET_DIR", &target)
        .output()?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let errors: Vec<&str> = stderr.lines().filter(|line| line.contains("error")).take(2).collect();
        return Ok(Outcome::Failed(vec![format!("it does not compile: {}", shortened(&errors.join(" ")))]));
    }
    let mut command = Command::new(target.join("debug").join(name));
    command.current_dir(work);
    let mut faults = Vec::new();
    let finished = run_within(Limits::CASE, &command, &[], "it", &mut faults)?;
    if matches!(finished.end, End::Exit(1..)) {
        faults.push(format!("{}: {}", finished.end, shortened(&finished.stderr)));
    }
    if let Some(expected) = bench.expectation("rust", name)? {
        faults.extend(difference(&expected, &finished.stdout));
    }
    Ok(Outcome::of(faults))
}
