//! Commands that consist of other commands.

#![expect(clippy::print_stdout, reason = "a command talks to its user")]

use std::{
    ffi::OsString,
    path::Path,
    process::{Command, ExitCode, Stdio},
    time::Instant,
};

/// Everything that has to hold before a change is taken.
pub(crate) fn test(root: &Path) -> ExitCode {
    let has_nextest = quiet(Command::new("cargo").args(["nextest", "--version"]));
    let tests: &[&str] = match has_nextest {
        true => &["nextest", "run", "--workspace", "--all-features", "--no-fail-fast"],
        false => &["test", "--workspace", "--all-features", "--lib", "--bins", "--tests", "--no-fail-fast"],
    };
    let steps: [(&str, &[&str]); 8] = [
        ("format", &["fmt", "--all", "--check"]),
        ("clippy", &["clippy", "--workspace", "--all-targets", "--all-features", "--", "--deny", "warnings"]),
        ("contracts are up to date", &["xtask", "generate", "--check"]),
        ("contracts are good", &["xtask", "check", "--deny-warnings"]),
        ("tests", tests),
        ("documentation", &["test", "--workspace", "--all-features", "--doc"]),
        ("few features", &["check", "--package", "goodevent", "--no-default-features"]),
        ("corpora", &["xtask", "corpora"]),
    ];
    let (mut n_passed, mut n_failed) = (0, 0);
    for (name, args) in steps {
        let start = Instant::now();
        println!("== {name}: cargo {}", args.join(" "));
        let succeeded = run(cargo(root).args(args));
        let outcome = if succeeded { "passed" } else { "FAILED" };
        println!("== {name} {outcome} in {:.1} s\n", start.elapsed().as_secs_f64());
        *(if succeeded { &mut n_passed } else { &mut n_failed }) += 1;
    }
    println!("{n_passed} passed, {n_failed} failed");
    ExitCode::from(u8::from(n_failed > 0))
}

/// Real schemas and the official suite.
pub(crate) fn corpora(root: &Path, args: &[OsString]) -> ExitCode {
    outcome(run(cargo(root)
        .args(["run", "--quiet", "--release", "--package", "goodevent-tests", "--bin", "corpora", "--"])
        .args(args)))
}

/// Us and our peers.
pub(crate) fn bench(root: &Path, args: &[OsString]) -> ExitCode {
    let manifest = root.join("tests/bench/Cargo.toml");
    outcome(run(cargo(root)
        .args(["run", "--quiet", "--release", "--manifest-path"])
        .arg(manifest)
        .arg("--")
        .args(args)))
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root);
    command
}

fn run(command: &mut Command) -> bool {
    command.status().is_ok_and(|status| status.success())
}

fn quiet(command: &mut Command) -> bool {
    run(command.stdout(Stdio::null()).stderr(Stdio::null()))
}

fn outcome(succeeded: bool) -> ExitCode {
    ExitCode::from(u8::from(!succeeded))
}
