//! Commands that write, ended by each signal at each point: all of their files are written or none, and nothing of ours is
//! left after the next run.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{CAPTURED, PLACED, Repository, text, tree};

type State = BTreeMap<PathBuf, Option<Vec<u8>>>;

const STAGING: &str = ".goodevent-staging";

/// The signals of Ctrl-C, of a process that asks another one to end, and of the system's own hand.
const SIGNALS: [&str; 3] = ["INT", "TERM", "KILL"];

/// A command that writes, and the registry that it changes.
struct Case {
    before: Repository,
    args: &'static [&'static str],
}

/// Commands that write nothing, or that write to a broker or a database of others.
const READERS: [&str; 14] = [
    "check",
    "compat",
    "log",
    "sample",
    "explain",
    "size",
    "validate",
    "help",
    "topology",
    "dead-letters",
    "requeue",
    "outbox",
    "tail",
    "publish",
];

#[test]
fn every_command_that_writes_is_ended() {
    let ended: Vec<&str> = cases().iter().map(|case| case.args[0]).collect();
    for command in goodevent_cli::command().get_subcommands() {
        let name = command.get_name();
        assert!(
            ended.contains(&name) != READERS.contains(&name),
            "add a case of `{name}`, or say that it writes nothing"
        );
    }
}

/// Every command that writes.
fn cases() -> Vec<Case> {
    let flawed = || {
        let acme = Repository::of_drafts();
        for (file, name) in [(CAPTURED, "PaymentCaptured"), (PLACED, "OrderPlaced")] {
            acme.edit(file, &format!("\"title\": \"{name}V1Event\""), &format!("\"title\": \"{name}V2Event\""));
        }
        acme
    };
    let released = || {
        let acme = Repository::of_drafts();
        acme.copy("schemas", "before");
        acme.expect(0, &["release", "--all"]);
        acme
    };
    let followed = || {
        let acme = released();
        acme.expect(0, &["new-version", "PaymentCapturedV1Event"]);
        acme
    };
    let generated = || {
        let acme = Repository::of_drafts();
        acme.expect(0, &["generate"]);
        acme.remove("schemas/orders");
        acme.edit(CAPTURED, "A payment was", "A payment of a customer was");
        acme
    };
    let case = |before: Repository, args| Case { before, args };
    vec![
        case(Repository::empty(), &["init"]),
        case(Repository::of_drafts(), &["generate"]),
        case(generated(), &["generate"]),
        case(Repository::of_drafts(), &["rules", "--pages", "pages"]),
        case(flawed(), &["lint", "--fix"]),
        case(flawed(), &["lint", "--write-baseline"]),
        case(Repository::of_drafts(), &["new", "billing/InvoiceLinesPrintedV1Event"]),
        case(Repository::of_drafts(), &["release", "--all"]),
        case(released(), &["unrelease", "PaymentCapturedV1Event", "--reason", "a mistake", "--main", "before"]),
        case(released(), &["new-version", "PaymentCapturedV1Event"]),
        case(
            followed(),
            &[
                "deprecate",
                "PaymentCapturedV1Event",
                "--replaced-by",
                "PaymentCapturedV2Event",
                "--sunset",
                "2099-06-30",
            ],
        ),
    ]
}

impl Case {
    /// A registry to be changed.
    fn copy(&self) -> Repository {
        let mut copy = Repository::empty();
        copy.today = Some("2026-03-01");
        for (path, bytes) in state(&self.before.folder) {
            if let Some(bytes) = bytes {
                copy.write(&path.to_string_lossy(), &String::from_utf8_lossy(&bytes));
            }
        }
        copy
    }

    /// The registry as the command leaves it.
    fn after(&self) -> State {
        let copy = self.copy();
        copy.expect(0, self.args);
        state(&copy.folder)
    }

    /// Panics unless all is written or nothing, and the next run leaves all of it and nothing else.
    fn judge(&self, copy: &Repository, signal: &str, after: &State, what: &str) {
        let command = self.args[0];
        if signal == "KILL" {
            // Any command that reads a registry puts it in order; outputs are put in order by the next run.
            copy.run(&["size"]);
        }
        let now = state(&copy.folder);
        let is_in_order = signal != "KILL" || !matches!(command, "generate" | "rules" | "init");
        let before = state(&self.before.folder);
        assert!(!is_in_order || now == before || now == *after, "{what}: {:?}", difference(&now, &before, after));
        if now == *after && command == "new-version" {
            // Once more, it makes one more.
            return;
        }
        let next = copy.run(self.args);
        // One that makes something new refuses to make it twice.
        let is_done = now == *after && matches!(command, "init" | "new" | "release" | "unrelease");
        let said = text(&next);
        assert!(next.status.success() || is_done, "{what}: {said}");
        let now = state(&copy.folder);
        assert!(now == *after, "{what}, and run again: {:?}\n{said}", difference(&now, after, after));
    }
}

/// All files and folders but those of git, by their path in the folder.
fn state(folder: &Path) -> State {
    let all = tree(folder).into_iter();
    let below = all.map(|(path, bytes)| (path.strip_prefix(folder).expect("it lies below").to_owned(), bytes));
    below.filter(|(path, _)| !path.starts_with(".git")).collect()
}

/// Paths that are in neither state as they are now.
fn difference(now: &State, before: &State, after: &State) -> Vec<PathBuf> {
    let all = now.keys().chain(before.keys()).chain(after.keys());
    let differs = |path: &&PathBuf| now.get(*path) != before.get(*path) || now.get(*path) != after.get(*path);
    let mut paths: Vec<PathBuf> = all.filter(differs).cloned().collect();
    paths.dedup();
    paths
}

/// System calls by which files and folders change; the signal comes before the call does anything.
#[cfg(target_os = "linux")]
const CALLS: [&str; 12] = [
    "mkdir",
    "rmdir",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "fdatasync",
    "fsync",
    "fchmod",
    "fchown",
    "flock",
];

/// `strace`, which is installed below the target folder if the machine has none.
#[cfg(target_os = "linux")]
fn strace() -> Command {
    static PLACE: std::sync::LazyLock<(String, String)> = std::sync::LazyLock::new(|| {
        let mut xtask = Command::new(env!("CARGO"));
        let output = xtask.args(["xtask", "brokers", "strace"]).output().expect("cargo can be started");
        let lines = String::from_utf8_lossy(&output.stdout).into_owned();
        let (program, libraries) = lines.trim_end().split_once('\n').unwrap_or_else(|| panic!("{}", text(&output)));
        (program.to_owned(), libraries.to_owned())
    });
    let mut strace = Command::new(&PLACE.0);
    strace.env("LD_LIBRARY_PATH", &PLACE.1);
    strace
}

/// Runs a command below `strace`.
#[cfg(target_os = "linux")]
fn traced(copy: &Repository, args: &[&str], options: &[&str]) -> std::process::Output {
    let own = copy.command(args);
    let mut traced = strace();
    traced.args(["-f", "-qq"]).args(options).arg(own.get_program()).args(own.get_args());
    traced.current_dir(&copy.folder).stdin(Stdio::null());
    traced.output().expect("`strace` can be started")
}

#[cfg(target_os = "linux")]
#[test]
fn a_command_that_is_ended_at_a_system_call_wrote_all_or_nothing() {
    for case in cases() {
        let after = case.after();
        let copy = case.copy();
        let log = copy.folder.with_file_name("log");
        let log = log.to_str().expect("the path is text");
        let calls = CALLS.join(",");
        let output = traced(&copy, case.args, &["-o", log, "-e", &format!("trace={calls}")]);
        assert!(output.status.success(), "{}", text(&output));
        let traced_calls = std::fs::read_to_string(log).expect("strace wrote it");
        for call in CALLS {
            let n_calls = traced_calls.lines().filter(|line| line.contains(&format!(" {call}("))).count();
            for nth in some_of(n_calls) {
                for signal in SIGNALS {
                    let copy = case.copy();
                    let inject = format!("inject={call}:signal=SIG{signal}:when={nth}");
                    traced(&copy, case.args, &["-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &inject]);
                    case.judge(&copy, signal, &after, &format!("{:?}: {signal} at {call} {nth}", case.args));
                }
            }
        }
        assert!(traced_calls.contains(" rename"), "{:?} moves no file: {traced_calls}", case.args);
    }
}

/// The first, the last and the middle ones of so many calls: those between are alike.
#[cfg(target_os = "linux")]
fn some_of(n_calls: usize) -> std::collections::BTreeSet<usize> {
    let middle = n_calls / 2;
    let some = [1, 2, 3, middle, middle + 1, n_calls.saturating_sub(1), n_calls];
    some.into_iter().filter(|nth| (1..=n_calls).contains(nth)).collect()
}

/// A registry of so many files that moving them takes its time.
fn large(title: &str) -> Repository {
    let acme = Repository::of_drafts();
    let text = acme.read(CAPTURED);
    for nth in 0..150 {
        let own = text.replace("PaymentCapturedV1Event", &title.replace('#', &nth.to_string()));
        acme.write(&format!("schemas/payments/Payment{nth}CapturedV1Event.json"), &own);
    }
    acme
}

#[test]
fn a_command_that_is_ended_at_any_moment_wrote_all_or_nothing() {
    const N_MOMENTS: u32 = 10;
    let cases = [
        Case { before: large("Payment#CapturedV2Event"), args: &["lint", "--fix"] },
        Case { before: large("Payment#CapturedV1Event"), args: &["generate"] },
    ];
    for case in cases {
        let start = Instant::now();
        let after = case.after();
        let time = start.elapsed();
        for moment in 0..N_MOMENTS {
            for signal in SIGNALS {
                let what = format!("{:?}: {signal} after {moment}/{N_MOMENTS}", case.args);
                let copy = case.copy();
                let run = copy.command(case.args).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
                end(run.expect("the command can be started"), signal, time * moment / N_MOMENTS);
                case.judge(&copy, signal, &after, &what);
            }
        }
    }
}

/// Ends a command after some time, which has to end at once.
fn end(mut run: Child, signal: &str, after: Duration) {
    thread::sleep(after);
    // It may have ended.
    let _ = Command::new("kill").args([format!("-{signal}"), run.id().to_string()]).stderr(Stdio::null()).status();
    let asked = Instant::now();
    run.wait().expect("it ends");
    assert!(asked.elapsed() < Duration::from_secs(10), "{signal} takes {:?}", asked.elapsed());
}

/// A command that waits for another one which writes.
#[test]
fn a_command_that_waits_ends_at_once() {
    let acme = Repository::of_drafts();
    let alone = goodevent_build::exclusive(&acme.path("schemas")).expect("nobody writes there");
    for signal in SIGNALS {
        let mut run = acme.command(&["release", "--all"]);
        let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command can be started");
        thread::sleep(Duration::from_millis(300));
        assert!(run.try_wait().expect("it can be asked").is_none(), "it does not wait");
        end(run, signal, Duration::ZERO);
    }
    drop(alone);
    acme.expect(0, &["release", "--all"]);
    assert!(!acme.path("schemas").join(STAGING).exists());
}

/// A journal that came with a pull request, or of files that changed since.
#[test]
fn a_journal_moves_nothing_but_what_a_killed_run_staged() {
    let acme = Repository::of_drafts();
    let text = acme.read(CAPTURED);
    let folder = acme.path("schemas").canonicalize().expect("it is there");
    let path = |path: &str| folder.join(path).to_string_lossy().into_owned();
    let staged = path(&format!("{STAGING}/0"));
    for identity in ["", "0:0:0.000000000", "1:2:3.4"] {
        for target in [path("payments/PaymentCapturedV1Event.json"), path("../.git/hooks/pre-commit")] {
            acme.write(&format!("schemas/{STAGING}/0"), "planted");
            let parts = [&*path(""), "move", &staged, identity, &target, identity, "end"];
            let parts = parts.map(|part| part.trim_end_matches('/'));
            acme.write(&format!("schemas/{STAGING}/journal"), &parts.join("\0"));
            acme.expect(0, &["lint"]);
            assert_eq!(acme.read(CAPTURED), text, "{target} {identity}");
            assert!(!acme.path(".git/hooks/pre-commit").exists() && !acme.path("schemas").join(STAGING).exists());
        }
    }
}
