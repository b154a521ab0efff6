//! Commands of this repository: `cargo xtask generate`, `cargo xtask test` and others.

#[cfg(unix)]
mod bench_build;
#[cfg(unix)]
mod brokers;
mod fuzz;
mod hook;
mod new_emitter;
mod new_rule;
#[cfg(unix)]
mod packages;
mod steps;
mod structure;
mod suite;
#[cfg(unix)]
mod tools;

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::ExitCode,
};

use goodevent_cli::{
    Outcome,
    terminal::{Color, Terminal},
};

const HELP: &str = "\
cargo xtask <command>

Commands of goodevent, run on the registry of this repository:
  generate [--check]   Generate generated/ from schemas/, and docs/rules/; --check fails if a file would change
  check [--against R]  Run all pre-merge checks of the contracts
  lint [--format F]    Lint every contract against the rules of the Good Event Test
  compat --against R   Compare with a revision and prove which consumers a change breaks
  log --since R        Write release notes for consumers: the contracts that changed since a revision
  release EVENT        Mark a contract as released and pin it in goodevent.lock
  unrelease EVENT      Undo a release that has not reached the main branch
  new-version EVENT    Create the next version of an event
  deprecate EVENT      Set the sunset date and the successor of a contract
  rules                List the rules of the linter
  explain RULE         Explain a rule, with examples
  size [EVENT]         Compute the largest possible size of each event
  validate EVENT FILE  List every violation in a payload
  sample EVENT         Generate valid payloads, or near misses with --invalid
  new CONTEXT/EVENT    Create the contract of a new event
  topology BROKER      Print, compare or create the topology that a service needs at a broker
  dead-letters VERB    List, show or requeue dead letters
  requeue              Requeue dead letters; short for dead-letters requeue
  outbox VERB          List or recover stuck messages of an outbox
  tail URL             Stream live events and validate each one
  publish EVENT FILE   Validate and publish one event

Commands of this repository alone:
  test [--without B]   Run all checks and tests, as CI does, with brokers that it installs and starts; B is a broker or language
  new-rule ID          Scaffold a rule of the linter
  new-emitter ID       Scaffold the code generator of a language
  brokers VERB         Install, start and stop brokers on this machine: up, down, status, kill, start
  lean                 Check that generated code and build scripts depend on few crates
  structure            Check that crates and modules depend on each other as in ARCHITECTURE.md, without cycles
  typos [ARGS]         Check the spelling of code and text; --write-changes corrects it
  deny                 Check licences, sources, duplicates and advisories of all dependencies
  bindings [LANGUAGE]  Compare the generated code of each language with Rust on every schema of the tests
  cases [FOLDER]       Check a folder of small inputs [default: tests/cases]; --only TEXT
  fuzz [--minutes N]   Run random schemas through the toolchain; --seed S sets the first seed, --replay SEED runs one case
  fuzz targets [NAME]  Run the fuzz targets with libFuzzer, each for --minutes N; --replay FILE runs one input
  hook                 Install the pre-commit hook as pre-commit does, and run it
  corpora [ARGS]       Compare generated decoders with the reference on real schemas and the official test suite
  hostile [NAME]       Run every command over hostile contracts within 2 s and 1 GB each; --small for small ones
  giants [NAME]        Download the largest public schemas and measure every command over them
  bench [PART]         Compare goodevent with its peers
  bench build          Compare cold builds of a service's build.rs with those of peers; --rounds N
  bench scale          Measure every command over registries of 1x, 10x and 100x the size; --only TEXT, --command C
  bench --brokers      Compare publishing and consuming with the bare client of each broker; --without B";

/// The commands that ask the reference validator, which `generate` is compiled without. `hook` calls `init`.
const NEED_REFERENCE: [&str; 13] = [
    "check",
    "compat",
    "deprecate",
    "hook",
    "lint",
    "log",
    "new",
    "new-version",
    "release",
    "sample",
    "size",
    "unrelease",
    "validate",
];

fn main() -> ExitCode {
    let mut terminal = Terminal::new(Color::Auto);
    let outcome = run(&mut terminal);
    terminal.finish(outcome).into()
}

fn run(terminal: &mut Terminal) -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_owned);
    let args: Vec<OsString> = env::args_os().skip(1).collect();
    let command = args.first().and_then(|command| command.to_str()).unwrap_or_default().to_owned();
    // The defaults of the command are the folders of this repository, from wherever it is called.
    if let Err(error) = env::set_current_dir(&root) {
        terminal.note(&format!("error: cannot go to {}: {error}", root.display()));
        return Outcome::Failed;
    }
    let rest = args.get(1..).unwrap_or_default();
    if NEED_REFERENCE.contains(&command.as_str()) && !cfg!(feature = "reference") {
        return steps::with_reference(&root, &args);
    }
    match command.as_str() {
        "generate" => {
            let is_check = rest.iter().any(|arg| arg == "--check");
            // All outputs in these folders are generated, and a merge may have put two sides of one together.
            let more =
                |folder: &str| if is_check { vec!["--check".into()] } else { vec!["--adopt".into(), folder.into()] };
            let pages = ["rules", "--pages", "docs/rules"].map(OsString::from);
            let pages = goodevent(pages.into_iter().chain(more("docs/rules")));
            let others = args.into_iter().filter(|arg| arg != "--check");
            let outcome = goodevent(others.chain(more("generated")));
            if outcome == Outcome::Fine { pages } else { outcome }
        }
        "explain" | "rules" => goodevent(args),
        "check" | "compat" | "deprecate" | "lint" | "log" | "new" | "new-version" | "release" | "sample" | "size"
        | "unrelease" | "validate" => goodevent(args),
        #[cfg(unix)]
        "brokers" => brokers::run(&root, rest, terminal),
        "new-emitter" => new_emitter::run(&root, rest, terminal),
        "new-rule" => new_rule::run(&root, rest, terminal),
        "test" => steps::test(&root, rest, terminal),
        "bindings" => steps::bindings(&root, rest, terminal),
        "lean" => steps::lean(&root, terminal),
        "structure" => structure::run(&root, terminal),
        #[cfg(unix)]
        "deny" => tools::deny(&root, terminal),
        #[cfg(unix)]
        "typos" => tools::typos(&root, rest, terminal),
        "hook" => hook::run(&root, terminal),
        "dead-letters" | "outbox" | "publish" | "requeue" | "tail" | "topology" => steps::ops(&root, &args),
        "fuzz" if rest.first().is_some_and(|word| word == "targets") => fuzz::run(&root, &rest[1..], terminal),
        "cases" | "corpora" | "fuzz" | "giants" | "hostile" => steps::program(&root, &command, rest),
        #[cfg(unix)]
        "bench" if rest.first().is_some_and(|part| part == "build") => {
            let n_rounds = rest.iter().rev().find_map(|own| own.to_str()?.parse().ok()).unwrap_or(1);
            bench_build::run(&root, n_rounds, terminal)
        }
        "bench" => steps::bench(&root, rest),
        _ => {
            terminal.note_lines(HELP);
            Outcome::Failed
        }
    }
}

fn goodevent(args: impl IntoIterator<Item = OsString>) -> Outcome {
    goodevent_cli::run_as("cargo xtask", [OsString::from("cargo xtask")].into_iter().chain(args))
}
