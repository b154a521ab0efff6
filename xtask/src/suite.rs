//! The tests of the workspace: built once by cargo, then run in two lanes side by side. Cargo also builds the programs of
//! packages with integration tests, among them this one, which later steps run.
//!
//! Tests at brokers wait most of their time, and follow one another, since several publish to the same topics. All others
//! compute meanwhile, with a lower priority, so that no broker misses its heartbeat.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use goodevent_cli::terminal::Terminal;
use serde_json::Value;

/// A program that runs tests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Program {
    package: String,
    target: String,
    /// The folder of the package, in which its tests run.
    folder: PathBuf,
    executable: PathBuf,
}

/// The result of a program.
struct Finished {
    name: String,
    has_passed: bool,
    seconds: f64,
    output: String,
}

/// A program that takes longer hangs, and has failed.
const MAX_DURATION: Duration = Duration::from_mins(30);

/// Builds all tests and programs of the workspace, and runs the tests but for those of the packages `without`, and of what
/// `left_out` names to them.
pub(crate) fn run(root: &Path, (without, left_out): (&[&str], &str), terminal: &mut Terminal) -> Result<bool> {
    let start = Instant::now();
    let programs = build(root, without)?;
    terminal.out(&format!("{} test programs, built in {:.1} s", programs.len(), start.elapsed().as_secs_f64()));
    let (waiting, computing): (Vec<Program>, Vec<Program>) =
        programs.into_iter().partition(|program| needs_brokers(&program.folder));
    ensure!(!waiting.is_empty() || !without.is_empty(), "no package depends on `test-brokers`");
    let (sender, receiver) = mpsc::channel();
    let mut failed = Vec::new();
    thread::scope(|scope| {
        for (lane, priority) in [(waiting, 0), (computing, 10)] {
            let sender = sender.clone();
            scope.spawn(move || lane.iter().try_for_each(|program| sender.send(program.run(root, left_out, priority))));
        }
        drop(sender);
        for Finished { name, has_passed, seconds, output } in receiver {
            let outcome = if has_passed { "passed" } else { "FAILED" };
            terminal.lines(output.trim_end());
            terminal.out(&format!("-- {name} {outcome} in {seconds:.1} s"));
            if !has_passed {
                failed.push(name);
            }
        }
    });
    for name in &failed {
        terminal.out(&format!("failed: {name}"));
    }
    Ok(failed.is_empty())
}

/// Builds, and returns the programs in the order of their packages.
fn build(root: &Path, without: &[&str]) -> Result<BTreeSet<Program>> {
    let all = ["--workspace", "--all-features", "--lib", "--bins", "--tests"];
    // Packages that are left out are compiled as well, so that all crates have the same features in every step.
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root).args(["test", "--no-run", "--message-format", "json-render-diagnostics"]);
    let mut child = cargo.args(all).stdout(Stdio::piped()).spawn().context("cannot run cargo")?;
    let mut programs = BTreeSet::new();
    for line in BufReader::new(child.stdout.take().context("cargo has no output")?).lines() {
        let message: Value = serde_json::from_str(&line?).context("cargo prints no JSON")?;
        programs.extend(program(&message));
    }
    ensure!(child.wait()?.success(), "the tests do not compile");
    ensure!(!programs.is_empty(), "there are no tests");
    programs.retain(|program| !without.contains(&program.package.as_str()));
    Ok(programs)
}

/// The program that a message of cargo is about, if it runs tests.
fn program(message: &Value) -> Option<Program> {
    let manifest = Path::new(message["manifest_path"].as_str()?);
    let is_test = message["profile"]["test"] == true;
    let folder = manifest.parent()?.to_owned();
    Some(Program {
        package: folder.file_name()?.to_str()?.to_owned(),
        target: message["target"]["name"].as_str()?.to_owned(),
        folder,
        executable: message["executable"].as_str().filter(|_| is_test)?.into(),
    })
}

/// Whether the package of a folder says that its tests need brokers.
fn needs_brokers(folder: &Path) -> bool {
    fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|manifest| manifest.contains("test-brokers"))
}

impl Program {
    fn run(&self, root: &Path, left_out: &str, priority: u8) -> Finished {
        let start = Instant::now();
        let output = root.join(format!("target/tests-{}-{}.log", self.package, self.target));
        let outcome = self.outcome(&output, left_out, priority);
        let mut text = fs::read_to_string(&output).unwrap_or_default();
        let has_passed = outcome.unwrap_or_else(|error| {
            text.push_str(&format!("\nerror: {error:#}"));
            false
        });
        let _ = fs::remove_file(output);
        let name = format!("{} {}", self.package, self.target);
        Finished { name, has_passed, seconds: start.elapsed().as_secs_f64(), output: text }
    }

    /// Runs the tests, whose output goes to a file: a process that outlives them would keep a pipe open.
    fn outcome(&self, output: &Path, left_out: &str, priority: u8) -> Result<bool> {
        fs::create_dir_all(output.parent().context("the file lies in a folder")?)?;
        let file = File::create(output).with_context(|| format!("cannot write {}", output.display()))?;
        let mut command = Command::new("nice");
        command.args(["-n", &priority.to_string()]).arg(&self.executable);
        command.current_dir(&self.folder).env("CARGO_MANIFEST_DIR", &self.folder).env("GOODEVENT_WITHOUT", left_out);
        command.stdin(Stdio::null());
        let mut child = command.stdout(file.try_clone()?).stderr(file).spawn().context("cannot run `nice`")?;
        let start = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status.success());
            }
            if start.elapsed() > MAX_DURATION {
                child.kill()?;
                child.wait()?;
                anyhow::bail!("the tests were ended after {} minutes", MAX_DURATION.as_secs() / 60);
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_those_that_run_tests() {
        let message = |is_test: bool, executable: Value| {
            serde_json::json!({
                "reason": "compiler-artifact", "manifest_path": "/w/crates/demo/Cargo.toml",
                "target": { "name": "it" }, "profile": { "test": is_test }, "executable": executable
            })
        };
        let found = program(&message(true, "/t/it-1".into())).expect("it runs tests");
        assert_eq!((found.package.as_str(), found.target.as_str()), ("demo", "it"));
        assert_eq!(program(&message(false, "/t/demo".into())), None);
        assert_eq!(program(&message(true, Value::Null)), None);
        assert_eq!(program(&serde_json::json!({ "reason": "build-finished", "success": true })), None);
    }

    #[test]
    fn the_packages_of_brokers_wait_for_them() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace is around it");
        for (folder, expected) in
            [("crates/goodevent-kafka", true), ("tests/faults", true), ("crates/goodevent", false)]
        {
            assert_eq!(needs_brokers(&root.join(folder)), expected, "{folder}");
        }
    }

    /// A target that is left out of the tests has none.
    #[test]
    fn what_is_not_tested_has_no_tests() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace is around it");
        let text = fs::read_to_string(root.join("Cargo.toml")).expect("the workspace has a manifest");
        let manifest: toml::Table = text.parse().expect("it is TOML");
        let members = manifest["workspace"]["members"].as_array().expect("there are members");
        let mut n_left_out = 0;
        for folder in members.iter().filter_map(toml::Value::as_str).flat_map(|pattern| folders(root, pattern)) {
            let text = fs::read_to_string(folder.join("Cargo.toml")).expect("a member has a manifest");
            let manifest: toml::Table = text.parse().expect("it is TOML");
            let is_left_out = |target: &toml::Value| target.get("test").and_then(toml::Value::as_bool) == Some(false);
            let bins = manifest.get("bin").and_then(toml::Value::as_array).into_iter().flatten();
            let n_targets = manifest.get("lib").into_iter().chain(bins).filter(|target| is_left_out(target)).count();
            let is_lib = manifest.get("lib").is_some_and(is_left_out);
            n_left_out += n_targets;
            // The modules of a program in `src/bin` are those of the library.
            let own =
                if is_lib || !folder.join("src/lib.rs").exists() { folder.join("src") } else { folder.join("src/bin") };
            for file in if n_targets == 0 { Vec::new() } else { files(&own) } {
                let text = fs::read_to_string(&file).expect("a source file is text");
                assert!(!["#[test]", "#[tokio::test"].iter().any(|mark| text.contains(mark)), "{}", file.display());
            }
        }
        assert!(n_left_out > 10, "{n_left_out}");
    }

    /// The folders of a member, which is a path or ends with `*`.
    fn folders(root: &Path, pattern: &str) -> Vec<PathBuf> {
        match pattern.strip_suffix("/*") {
            None => vec![root.join(pattern)],
            Some(parent) => {
                let entries = fs::read_dir(root.join(parent)).into_iter().flatten().flatten();
                entries.map(|entry| entry.path()).filter(|folder| folder.join("Cargo.toml").exists()).collect()
            }
        }
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let of = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
        entries.flat_map(of).filter(|path| path.extension().is_some_and(|own| own == "rs")).collect()
    }
}
