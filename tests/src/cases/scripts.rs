//! `cli/`: scripts that use the command as people do, each in a repository of its own, and print what happens.

use std::{
    io,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use rayon::prelude::*;

use super::{Bench, Judged, Outcome, expected::difference, run_within};
use crate::limits::{End, Limits};

/// The limits of a script, which runs the command several times.
const LIMITS: Limits = Limits { cpu: Duration::from_secs(20), ..Limits::CASE };

/// The limits of a script that builds a crate.
const BUILDING: Limits = Limits { cpu: Duration::from_secs(600), bytes: 4 << 30 };

pub(super) fn run(bench: &Bench) -> io::Result<Vec<Judged>> {
    let mut scripts = bench.files("cli", "sh")?;
    // The other scripts read this one.
    scripts.retain(|(name, _)| name != "lib");
    // A case that is a text for people has its script in the project, and so has one whose script reads what is printed in
    // another form now.
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/cli");
    let own = |name: &str| project.join(format!("{name}.sh"));
    for (name, path) in &mut scripts {
        if own(name).is_file() {
            *path = own(name);
        }
    }
    let told = bench.files("cli", "txt")?.into_iter().filter(|(_, path)| !path.with_extension("sh").is_file());
    scripts.extend(told.map(|(name, _)| (name.clone(), own(&name))));
    scripts.sort();
    scripts
        .into_par_iter()
        .map(|(name, path)| Ok(Judged { outcome: judge(bench, &name, &path)?, name: format!("cli/{name}") }))
        .collect()
}

fn judge(bench: &Bench, name: &str, script: &Path) -> io::Result<Outcome> {
    if !script.is_file() {
        return Ok(Outcome::Skipped("it is told in words, and has no script".to_owned()));
    }
    let work = bench.work.join("cli").join(name);
    std::fs::create_dir_all(&work)?;
    let is_building = std::fs::read_to_string(script)?.contains("cargo ");
    let mut command = Command::new("bash");
    command.arg(script).current_dir(&work).env("GOODEVENT_BIN", &bench.bin).env("TMPDIR", &work);
    command.env("CASES", bench.folder.join("cli")).env("PROJECT", project()).env("NO_COLOR", "1");
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("LC_ALL", "C.UTF-8");
    let mut faults = Vec::new();
    let limits = if is_building { BUILDING } else { LIMITS };
    let finished = run_within(limits, &command, &[], "it", &mut faults)?;
    // A command that the script runs may die while the script goes on.
    let text = normalised(&format!("{}{}", finished.stdout, finished.stderr), &work);
    if let Some(line) = text.lines().find(|line| line.contains("panicked") || line.contains("dumped core")) {
        faults.push(line.to_owned());
    }
    if matches!(finished.end, End::Exit(code) if code >= 126) {
        faults.push(format!("{}: {text}", finished.end));
    }
    match bench.expectation("cli", name)? {
        Some(expected) => faults.extend(difference(&expected, &normalised(&finished.stdout, &work))),
        None if faults.is_empty() => return Ok(Outcome::Skipped("nothing says what it must print".to_owned())),
        None => {}
    }
    Ok(Outcome::of(faults))
}

pub(super) fn project() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_owned()
}

/// Without what differs from run to run: the folder, which `lib.sh` makes, and times.
fn normalised(text: &str, work: &Path) -> String {
    let work = work.to_string_lossy();
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut line = line.to_owned();
        while let Some(at) = line.find(&*work) {
            let rest = &line[at + work.len()..];
            // The folder within, `/case.Ab12`, belongs to it.
            let within = rest.strip_prefix("/case.").map_or(0, |name| {
                "/case.".len() + name.find(|char: char| !char.is_ascii_alphanumeric()).unwrap_or(name.len())
            });
            line.replace_range(at..at + work.len() + within, "$T");
        }
        lines.push(line);
    }
    lines.join("\n")
}
