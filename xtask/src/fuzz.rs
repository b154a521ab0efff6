//! `cargo xtask fuzz targets`: the targets of `tests/fuzz`, run by libFuzzer, which the stable compiler can instrument.

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Mutex,
    thread,
};

use anyhow::{Context as _, Result, bail, ensure};
use goodevent_cli::{Outcome, terminal::Terminal};

use crate::steps::target_dir;

const USAGE: &str = "fuzz targets [NAME…] [--minutes N], or fuzz targets NAME --replay FILE";

/// Flags that count the edges that run and trace comparisons: those of `cargo fuzz` that the stable compiler takes, since they
/// are LLVM's.
const FLAGS: [&str; 9] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
    "-Clink-dead-code=no",
    "-Ccodegen-units=1",
];

/// As much stack as a thread of a pool has.
const STACK_KIB: usize = 2_048;

/// An input that takes longer, or more memory, is a fault.
const MAX_SECONDS: usize = 10;
const MAX_MIB: usize = 2_048;

/// Runs the targets that are named, or all; an input of one with `--replay`.
pub(crate) fn run(root: &Path, args: &[OsString], terminal: &mut Terminal) -> Outcome {
    let outcome = Request::parse(args).and_then(|request| {
        let fuzzer = Fuzzer::build(root)?;
        match &request.replay {
            Some(file) => fuzzer.replay(&request.names, file),
            None => fuzzer.run(&request, terminal),
        }
    });
    match outcome {
        Ok(true) => Outcome::Fine,
        Ok(false) => Outcome::Findings,
        Err(error) => {
            terminal.note(&format!("error: {error:#}"));
            Outcome::Failed
        }
    }
}

/// The arguments of the command.
struct Request {
    names: Vec<String>,
    minutes: u64,
    replay: Option<PathBuf>,
}

impl Request {
    fn parse(args: &[OsString]) -> Result<Self> {
        let mut request = Self { names: Vec::new(), minutes: 1, replay: None };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let word = arg.to_str().with_context(|| format!("{} is not understood: {USAGE}", arg.display()))?;
            match word {
                "--minutes" => {
                    let minutes = args.next().and_then(|arg| arg.to_str()?.parse().ok()).filter(|minutes| *minutes > 0);
                    request.minutes = minutes.with_context(|| format!("`--minutes` needs a number: {USAGE}"))?;
                }
                "--replay" => {
                    let file = args.next().with_context(|| format!("`--replay` needs a file: {USAGE}"))?;
                    request.replay = Some(file.into());
                }
                option if option.starts_with('-') => bail!("`{option}` is not understood: {USAGE}"),
                name => request.names.push(name.to_owned()),
            }
        }
        Ok(request)
    }
}

/// The program that runs targets.
struct Fuzzer {
    root: PathBuf,
    program: PathBuf,
    /// The longest input of each target.
    targets: BTreeMap<String, usize>,
}

/// The outcome of a target.
#[derive(Debug, Default)]
struct Report {
    n_executions: u64,
    /// Edges of the code that were reached.
    n_edges: u64,
    /// Why it failed.
    faults: Vec<String>,
}

impl Fuzzer {
    fn build(root: &Path) -> Result<Self> {
        let compiler = env::var_os("CXX").unwrap_or_else(|| "c++".into());
        let version = Command::new(&compiler).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        ensure!(
            version.is_ok_and(|status| status.success()),
            "libFuzzer needs a C++ compiler, and `{}` can't be run: install one (`apt-get install g++`), or name one in \
             `CXX`",
            compiler.display()
        );
        let host = host()?;
        let target = target_dir(root).join("fuzz/build");
        // Of the target alone: build scripts and macros are made without these flags.
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--quiet", "--release", "--target", &host, "--manifest-path"]);
        cargo.arg(root.join("tests/fuzz/libfuzzer/Cargo.toml")).arg("--target-dir").arg(&target);
        cargo.env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}")).env_remove("RUSTFLAGS").current_dir(root);
        ensure!(cargo.status().context("cannot run cargo")?.success(), "the fuzz targets do not compile");
        let program = target.join(host).join("release/goodevent-libfuzzer");
        let list =
            Command::new(&program).env("GOODEVENT_FUZZ_LIST", "1").output().context("cannot list the targets")?;
        let list = String::from_utf8(list.stdout).context("cannot list the targets")?;
        let targets = list.lines().filter_map(|line| {
            let (name, max_bytes) = line.split_once(' ')?;
            Some((name.to_owned(), max_bytes.parse().ok()?))
        });
        let targets: BTreeMap<String, usize> = targets.collect();
        ensure!(!targets.is_empty(), "there are no fuzz targets");
        Ok(Self { root: root.to_owned(), program, targets })
    }

    /// The targets of these names; all if there are none.
    fn chosen(&self, names: &[String]) -> Result<Vec<String>> {
        let known = || self.targets.keys().cloned().collect::<Vec<_>>();
        if let Some(unknown) = names.iter().find(|name| !self.targets.contains_key(*name)) {
            bail!("there is no fuzz target `{unknown}`: there are {}", known().join(", "));
        }
        Ok(if names.is_empty() { known() } else { names.to_vec() })
    }

    fn replay(&self, names: &[String], file: &Path) -> Result<bool> {
        let [name] = names else { bail!("`--replay` needs the name of one target: {USAGE}") };
        self.chosen(names)?;
        ensure!(file.is_file(), "there is no file `{}`", file.display());
        let mut command = self.command(name);
        Ok(command.arg(file).status().context("cannot run the fuzz target")?.success())
    }

    /// Runs as many targets at a time as there are processors; those that are fewer run in several processes each.
    fn run(&self, request: &Request, terminal: &mut Terminal) -> Result<bool> {
        let names = self.chosen(&request.names)?;
        let n_workers = thread::available_parallelism().map_or(1, usize::from);
        let n_copies = (n_workers / names.len()).max(1);
        let mut waiting: Vec<(&String, usize)> =
            names.iter().flat_map(|name| (0..n_copies).map(move |copy| (name, copy))).collect();
        waiting.reverse();
        let (waiting, reports) = (Mutex::new(waiting), Mutex::new(BTreeMap::<String, Vec<Report>>::new()));
        let (terminal, failed) = (Mutex::new(terminal), Mutex::new(0_usize));
        thread::scope(|scope| {
            for _ in 0..n_workers.min(names.len() * n_copies) {
                scope.spawn(|| {
                    while let Some((name, copy)) = locked(&waiting, |waiting| waiting.pop()) {
                        let report = self
                            .fuzz(name, copy, request.minutes)
                            .unwrap_or_else(|error| Report { faults: vec![format!("{error:#}")], ..Report::default() });
                        let done = locked(&reports, |reports| {
                            let own = reports.entry(name.clone()).or_default();
                            own.push(report);
                            (own.len() == n_copies).then(|| merged(own))
                        });
                        if let Some(report) = done {
                            locked(&failed, |failed| *failed += usize::from(!report.faults.is_empty()));
                            let lines = self.lines(name, &report);
                            locked(&terminal, |terminal| lines.iter().for_each(|line| terminal.out(line)));
                        }
                    }
                });
            }
        });
        let n_failed = locked(&failed, |failed| *failed);
        let n_passed = names.len() - n_failed;
        locked(&terminal, |terminal| terminal.out(&format!("{n_passed} passed, {n_failed} failed")));
        Ok(n_failed == 0)
    }

    /// Runs a target in one process.
    fn fuzz(&self, name: &str, copy: usize, minutes: u64) -> Result<Report> {
        let (corpus, findings) = (self.corpus(name), self.findings(name));
        fs::create_dir_all(&corpus)?;
        fs::create_dir_all(&findings)?;
        let before = files(&findings);
        let (log, current) = (findings.join(format!("log-{copy}")), findings.join(format!("current-{copy}")));
        let mut command = self.command(name);
        command
            .args(["-print_final_stats=1".to_owned(), format!("-max_total_time={}", minutes * 60)])
            .arg(format!("-max_len={}", self.targets[name]))
            .arg(format!("-artifact_prefix={}/", findings.display()))
            .arg(format!("-dict={}", self.root.join("tests/fuzz/words.dict").display()))
            .args([&corpus, &self.root.join("tests/fuzz/seeds").join(name)])
            .env("GOODEVENT_FUZZ_CURRENT", &current)
            .stdout(Stdio::null())
            .stderr(File::create(&log)?);
        let status = command.status().context("cannot run the fuzz target")?;
        let text = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
        let mut report = Report { n_executions: executions(&text), n_edges: edges(&text), faults: Vec::new() };
        if !status.success() {
            let panic = text.lines().skip_while(|line| !line.contains("panicked at")).take(2).collect::<Vec<_>>();
            let mut new: Vec<PathBuf> = files(&findings).into_iter().filter(|path| !before.contains(path)).collect();
            new.retain(|path| *path != log && *path != current);
            if new.is_empty() {
                new.extend(saved(&current, &findings.join(format!("ended-{copy}"))));
            }
            let inputs = new.iter().map(|path| format!("--replay {}", path.display())).collect::<Vec<_>>().join(", ");
            let why = if panic.is_empty() { format!("{status}") } else { panic.join(" ") };
            report.faults.push(format!("{why}; {inputs}; {}", log.display()));
        } else if report.n_executions == 0 {
            report.faults.push(format!("no input was run; {}", log.display()));
        }
        let _ = fs::remove_file(&current);
        Ok(report)
    }

    /// The program for a target, within its limits. A shell sets that of the stack, since only a process itself can.
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -s {STACK_KIB} && exec \"$@\""), "sh"]).arg(&self.program);
        command.args([format!("-timeout={MAX_SECONDS}"), format!("-rss_limit_mb={MAX_MIB}")]);
        // Threads that wait for each other would make runs of one input differ.
        command.env("GOODEVENT_FUZZ_TARGET", name).env("RAYON_NUM_THREADS", "1").current_dir(&self.root);
        command
    }

    fn corpus(&self, name: &str) -> PathBuf {
        self.root.join("target/fuzz/corpus").join(name)
    }

    fn findings(&self, name: &str) -> PathBuf {
        self.root.join("target/fuzz/targets").join(name)
    }

    fn lines(&self, name: &str, report: &Report) -> Vec<String> {
        let outcome = if report.faults.is_empty() { "passed" } else { "FAILED" };
        let n_inputs = files(&self.corpus(name)).len();
        let first = format!(
            "{name:12} {:>12} executions {n_inputs:>6} inputs {:>7} edges  {outcome}",
            report.n_executions, report.n_edges
        );
        [first].into_iter().chain(report.faults.iter().map(|fault| format!("  {fault}"))).collect()
    }
}

/// The platform of this compiler.
fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("cannot run rustc")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("`rustc -vV` names no host platform")
}

fn locked<T, R>(mutex: &Mutex<T>, act: impl FnOnce(&mut T) -> R) -> R {
    act(&mut mutex.lock().expect("no thread panics while it holds it"))
}

/// The reports of all processes of a target as one.
fn merged(reports: &mut Vec<Report>) -> Report {
    let mut merged = Report::default();
    for report in reports.drain(..) {
        merged.n_executions += report.n_executions;
        merged.n_edges = merged.n_edges.max(report.n_edges);
        merged.faults.extend(report.faults);
    }
    merged
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

/// `stat::number_of_executed_units: 12345`.
fn executions(log: &str) -> u64 {
    let mut lines = log.lines().filter_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    lines.next_back().and_then(|number| number.trim().parse().ok()).unwrap_or(0)
}

/// The last line of the form `#12345 NEW    cov: 2345 ft: …` counts.
fn edges(log: &str) -> u64 {
    let mut numbers = log.lines().filter_map(|line| line.split_once("cov: ")?.1.split(' ').next()?.parse().ok());
    numbers.next_back().unwrap_or(0)
}

/// The input that ran when the process ended, saved as a file. In the file of the running input, its length precedes it in eight bytes.
fn saved(current: &Path, to: &Path) -> Option<PathBuf> {
    let bytes = fs::read(current).ok()?;
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    let input = rest.get(..usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    fs::write(to, input).ok()?;
    Some(to.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_from_the_end_of_a_log() {
        let log = "#2\tINITED cov: 12 ft: 13 corp: 1/1b\n#4096\tNEW    cov: 345 ft: 400 corp: 9/99b\nDone 5000 runs\n\
                   stat::number_of_executed_units: 5000\nstat::average_exec_per_sec:     71\n";
        assert_eq!((executions(log), edges(log)), (5_000, 345));
        assert_eq!((executions(""), edges("")), (0, 0));
    }

    #[test]
    fn a_request_is_names_and_minutes_or_a_file() {
        let parse = |words: &[&str]| Request::parse(&words.iter().map(OsString::from).collect::<Vec<_>>());
        let request = parse(&["wire", "--minutes", "60", "lint"]).expect("it is right");
        assert_eq!((request.names.join(" "), request.minutes), ("wire lint".to_owned(), 60));
        assert!(parse(&["--minutes", "0"]).is_err() && parse(&["--replay"]).is_err() && parse(&["--hours"]).is_err());
    }
}
