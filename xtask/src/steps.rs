//! Commands that consist of other commands.

use std::{
    collections::BTreeSet,
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use goodevent_cli::{Outcome, terminal::Terminal};

use crate::suite;

/// The work of a step of the tests.
#[derive(Debug, Clone, Copy)]
enum Work<'a> {
    Cargo(&'a [&'a str]),
    /// The tests of the workspace, which are built together with all programs.
    Suite,
    /// This program as it was built with the tests, which has the reference validator.
    Built(&'a [&'a str]),
}

/// Everything that has to hold before a change is taken, on real brokers and in the toolchains of all languages, apart from
/// those that `args` name: `--without kafka`, `--without go`.
pub(crate) fn test(root: &Path, args: &[OsString], terminal: &mut Terminal) -> Outcome {
    use Work::{Built, Cargo, Suite};
    let without: Vec<&str> = args.iter().filter_map(|arg| arg.to_str()).filter(|arg| *arg != "--without").collect();
    let packages: Vec<&str> = without.iter().flat_map(|name| packages_of(name)).copied().collect();
    let brokers = without.iter().filter(|name| !languages(root).iter().any(|language| language == *name));
    let brokers: Vec<&str> =
        ["xtask", "brokers", "up"].into_iter().chain(brokers.flat_map(|name| ["--without", name])).collect();
    // They belong to others, and do not come with a checkout.
    let has_corpora = env::var_os("GOODEVENT_CORPORA").is_some() || root.join("../shared/corpora").is_dir();
    let mut steps: Vec<(&str, Work<'_>)> = vec![
        ("format", Cargo(&["fmt", "--all", "--check"])),
        ("clippy", Cargo(&["clippy", "--workspace", "--all-targets", "--all-features", "--", "--deny", "warnings"])),
        ("crates and modules", Cargo(&["xtask", "structure"])),
        ("spelling", Cargo(&["xtask", "typos"])),
        ("dependencies", Cargo(&["xtask", "deny"])),
        ("contracts are up to date", Cargo(&["xtask", "generate", "--check"])),
        ("brokers", Cargo(&brokers)),
        ("tests", Suite),
        ("brokers stop", Cargo(&["xtask", "brokers", "down"])),
        ("contracts are good", Built(&["check", "--deny-warnings"])),
        ("lean services", Cargo(&["xtask", "lean"])),
        ("documentation", Cargo(&["test", "--workspace", "--all-features", "--doc"])),
        (
            "few features",
            Cargo(&["check", "--package", "goodevent", "--package", "goodevent-build", "--no-default-features"]),
        ),
        // Members with `publish = false` are left out: packages of them would depend on crates of other projects with the
        // names `contracts` and `demo`. Nothing is uploaded.
        ("packages", Cargo(&["publish", "--workspace", "--dry-run", "--no-verify", "--allow-dirty"])),
        ("benchmarks compile", Cargo(&["check", "--manifest-path", "tests/bench/Cargo.toml"])),
        ("corpora", Cargo(&["xtask", "corpora"])),
        ("cases", Cargo(&["xtask", "cases"])),
        ("random schemas", Cargo(&["xtask", "fuzz", "--minutes", "3"])),
        ("giants", Cargo(&["xtask", "giants"])),
        ("hostile registries", Cargo(&["xtask", "hostile", "--small"])),
        ("hook for pre-commit", Built(&["hook"])),
    ];
    steps.retain(|(name, _)| *name != "corpora" || has_corpora);
    let (mut n_passed, mut n_failed) = (0, 0);
    for (name, work) in steps {
        let start = Instant::now();
        let words = match work {
            Cargo(args) => format!("cargo {}", args.join(" ")),
            Suite => "all tests of the workspace".to_owned(),
            Built(args) => format!("xtask {}", args.join(" ")),
        };
        terminal.out(&format!("== {name}: {words}"));
        let own = |command: &mut Command| run(command.current_dir(root).env("GOODEVENT_WITHOUT", without.join(",")));
        let succeeded = match work {
            Cargo(args) => own(cargo(root).args(args)),
            Suite => suite::run(root, (&packages, &without.join(",")), terminal).unwrap_or_else(|error| {
                terminal.note(&format!("error: {error:#}"));
                false
            }),
            Built(args) => own(Command::new(target_dir(root).join("debug/xtask")).args(args)),
        };
        let outcome = if succeeded { "passed" } else { "FAILED" };
        terminal.out(&format!("== {name} {outcome} in {:.1} s", start.elapsed().as_secs_f64()));
        terminal.out("");
        *(if succeeded { &mut n_passed } else { &mut n_failed }) += 1;
    }
    terminal.out(&format!("{n_passed} passed, {n_failed} failed"));
    if !without.is_empty() {
        terminal.out(&format!("not tested: what needs {}", without.join(", ")));
    }
    if !has_corpora {
        terminal
            .out("not tested: real schemas, ../shared/corpora does not exist; set GOODEVENT_CORPORA to their folder");
    }
    outcome(n_failed == 0)
}

/// Compares the generated code of all languages with Rust on every schema, of which [`test`] takes some.
pub(crate) fn bindings(root: &Path, args: &[OsString], terminal: &mut Terminal) -> Outcome {
    let languages = languages(root);
    if let Some(unknown) = args.iter().find(|arg| !languages.iter().any(|language| *arg == language.as_str())) {
        let known = languages.join(", ");
        terminal.note(&format!("error: no bindings for {}\n  = help: the languages are {known}", unknown.display()));
        return Outcome::Failed;
    }
    let (mut n_passed, mut n_failed) = (0, 0);
    for language in languages.iter().filter(|own| args.is_empty() || args.iter().any(|arg| arg == own.as_str())) {
        let test = ["test", "--release", "--package", "test-bindings", "--test", language, "--", "--nocapture"];
        let succeeded = run(cargo(root).args(test).env("GOODEVENT_BINDINGS", "all"));
        terminal.out(&format!("{language} {}", if succeeded { "passed" } else { "FAILED" }));
        *(if succeeded { &mut n_passed } else { &mut n_failed }) += 1;
    }
    terminal.out(&format!("{n_passed} passed, {n_failed} failed"));
    outcome(n_failed == 0 && n_passed > 0)
}

/// The languages whose code is tested, in the order of their names.
fn languages(root: &Path) -> Vec<String> {
    let tests = fs::read_dir(root.join("tests/bindings/tests")).into_iter().flatten().flatten();
    let mut languages: Vec<String> =
        tests.filter_map(|test| Some(test.path().file_stem()?.to_str()?.to_owned())).collect();
    languages.sort();
    languages
}

/// The packages whose tests all need a broker. Others leave out by themselves what they are told to.
fn packages_of(broker: &str) -> &'static [&'static str] {
    match broker {
        "rabbitmq" => &["goodevent-rabbitmq", "goodevent-amqp", "goodevent-ops"],
        "nats" => &["goodevent-nats", "goodevent-ops"],
        "kafka" => &["goodevent-kafka", "goodevent-ops"],
        _ => &[],
    }
}

/// A service that only decodes and encodes needs no runtime and no client of a broker; its build script needs little.
pub(crate) fn lean(root: &Path, terminal: &mut Terminal) -> Outcome {
    const RUNTIMES: [&str; 8] =
        ["tokio", "lapin", "async-nats", "rdkafka", "fe2o3-amqp", "rusqlite", "metrics", "tracing"];
    const TOOLS: [&str; 9] =
        ["jsonschema", "handlebars", "schemars", "fancy-regex", "rayon", "flate2", "tar", "zip", "similar"];
    const MAX_CRATES: usize = 60;
    let is_product_lean = is_free_of(root, "contracts", &RUNTIMES, usize::MAX, terminal);
    let is_build_lean = is_free_of(root, "goodevent-build", &TOOLS, MAX_CRATES, terminal);
    outcome(is_product_lean && is_build_lean)
}

/// Whether a package depends on at most so many crates, itself included, and on none of the `heavy` ones.
fn is_free_of(root: &Path, package: &str, heavy: &[&str], max_crates: usize, terminal: &mut Terminal) -> bool {
    let tree = cargo(root).args(["tree", "--package", package, "--edges", "normal,build", "--prefix", "none"]).output();
    let Ok(tree) = tree else { return false };
    let text = String::from_utf8_lossy(&tree.stdout).into_owned();
    let names: BTreeSet<&str> =
        text.lines().filter_map(|line| line.split(' ').next()).filter(|name| !name.is_empty()).collect();
    let heavy: Vec<&&str> = heavy.iter().filter(|name| names.contains(**name)).collect();
    let list = names.iter().copied().collect::<Vec<_>>().join(", ");
    terminal.out(&format!("{package} and all that it needs, {} crates: {list}", names.len()));
    heavy.iter().for_each(|name| terminal.out(&format!("{name} is not a dependency of {package}")));
    if names.len() > max_crates {
        terminal.out(&format!("{package} needs at most {max_crates} crates"));
    }
    tree.status.success() && !names.is_empty() && heavy.is_empty() && names.len() <= max_crates
}

/// A program of the tests, optimised: `cases`, `corpora`, `fuzz`, `giants`, `hostile` or `scale`. They are built together with the command,
/// which some of them run, so that all is compiled once.
pub(crate) fn program(root: &Path, program: &str, args: &[OsString]) -> Outcome {
    let all = ["--package", "goodevent-cli", "--package", "goodevent-tests", "--bins"];
    if !run(cargo(root).args(["build", "--quiet", "--release"]).args(all)) {
        return Outcome::Failed;
    }
    code(Command::new(target_dir(root).join("release").join(program)).current_dir(root).args(args))
}

/// The folder that cargo builds into.
pub(crate) fn target_dir(root: &Path) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

/// What is done at a broker by hand.
pub(crate) fn ops(root: &Path, args: &[OsString]) -> Outcome {
    code(cargo(root).args(["run", "--quiet", "--package", "goodevent-ops", "--"]).args(args))
}

/// A command that checks contracts, by this program with the reference validator, which `generate` does without.
pub(crate) fn with_reference(root: &Path, args: &[OsString]) -> Outcome {
    let own = ["run", "--quiet", "--profile", "xtask", "--package", "xtask", "--features", "reference", "--"];
    code(cargo(root).args(own).args(args))
}

/// Us and our peers; with `--brokers`, us and the bare clients of brokers but for those that are named: `--without kafka`;
/// with `scale`, the commands over registries of a growing size.
pub(crate) fn bench(root: &Path, args: &[OsString]) -> Outcome {
    match args.first().and_then(|part| part.to_str()) {
        Some("brokers" | "--brokers") => return bench_brokers(root, &args[1..]),
        Some("scale") => return program(root, "scale", &args[1..]),
        _ => {}
    }
    let manifest = root.join("tests/bench/Cargo.toml");
    outcome(run(cargo(root)
        .args(["run", "--quiet", "--release", "--manifest-path"])
        .arg(manifest)
        .arg("--")
        .args(args)))
}

/// Starts the brokers unless they run, and ends what it started.
fn bench_brokers(root: &Path, args: &[OsString]) -> Outcome {
    let dir = env::var_os("GOODEVENT_BROKERS_DIR").map_or_else(|| root.join("target/brokers"), PathBuf::from);
    let run_already = dir.join("brokers.env").exists();
    // That of AMQP 1.0 is RabbitMQ.
    let without = args.windows(2).filter(|pair| pair[0] == "--without" && pair[1] != "amqp").flatten();
    let is_up = run_already || run(cargo(root).args(["xtask", "brokers", "up", "--without", "postgres"]).args(without));
    let throughput = ["run", "--quiet", "--release", "--package", "goodevent-throughput", "--"];
    let is_measured = is_up && run(cargo(root).args(throughput).args(args));
    let is_down = run_already || run(cargo(root).args(["xtask", "brokers", "down"]));
    outcome(is_measured && is_down)
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root);
    command
}

fn run(command: &mut Command) -> bool {
    command.status().is_ok_and(|status| status.success())
}

/// The outcome of a command that has the exit codes of this one.
fn code(command: &mut Command) -> Outcome {
    match command.status().ok().and_then(|status| status.code()) {
        Some(0) => Outcome::Fine,
        Some(1) => Outcome::Findings,
        _ => Outcome::Failed,
    }
}

fn outcome(succeeded: bool) -> Outcome {
    if succeeded { Outcome::Fine } else { Outcome::Findings }
}
