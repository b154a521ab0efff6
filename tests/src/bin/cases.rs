//! Judges the cases of a folder, which is `tests/cases` by default:
//! `cargo xtask cases [FOLDER] [--only TEXT]`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to its user")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use goodevent_tests::cases::{self, Bench, Judged, Outcome};

fn main() -> ExitCode {
    if let Some(code) = cases::serve() {
        return code;
    }
    let mut args: Vec<String> = env::args().skip(1).collect();
    let only = args.iter().position(|arg| arg == "--only");
    let filter = only.map(|at| args.drain(at..(at + 2).min(args.len())).nth(1).unwrap_or_default()).unwrap_or_default();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let folder = args.first().map_or(own, PathBuf::from);
    if !folder.is_dir() {
        eprintln!("error: there is no folder of cases at {}", folder.display());
        return ExitCode::from(2);
    }
    match run(folder, filter) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(folder: PathBuf, filter: String) -> std::io::Result<ExitCode> {
    let beside = env::current_exe()?.parent().map_or_else(PathBuf::new, Path::to_owned);
    let bin = env::var_os("GOODEVENT_BIN").map_or(beside, PathBuf::from);
    let work = tempfile::tempdir()?;
    let bench = Bench {
        folder: fs::canonicalize(folder)?,
        bin: fs::canonicalize(bin)?,
        work: fs::canonicalize(work.path())?,
        filter,
    };
    let (mut n_passed, mut n_failed, mut n_skipped) = (0, 0, 0);
    bench.run(&mut |Judged { name, outcome }| match outcome {
        Outcome::Passed => {
            n_passed += 1;
            println!("passed  {name}");
        }
        Outcome::Failed(faults) => {
            n_failed += 1;
            println!("FAILED  {name}: {}", told(&faults));
        }
        Outcome::Skipped(why) => {
            n_skipped += 1;
            println!("skipped {name}: {why}");
        }
    })?;
    let skipped = if n_skipped > 0 { format!(", {n_skipped} skipped") } else { String::new() };
    println!("{n_passed} passed, {n_failed} failed{skipped}");
    Ok(ExitCode::from(u8::from(n_failed > 0)))
}

/// The first faults, each once.
fn told(faults: &[String]) -> String {
    const MAX_FAULTS: usize = 8;
    let mut different: Vec<&str> = Vec::new();
    for fault in faults {
        if !different.contains(&fault.as_str()) {
            different.push(fault);
        }
    }
    let n_more = different.len().saturating_sub(MAX_FAULTS);
    different.truncate(MAX_FAULTS);
    let more = if n_more > 0 { format!("; and {n_more} more") } else { String::new() };
    format!("{}{more}", different.join("; "))
}
