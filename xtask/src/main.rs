//! The project's own commands: `cargo xtask generate`, `cargo xtask test` and the like.

#[cfg(unix)]
mod brokers;
mod fuzz;
mod hook;
mod new_rule;
mod steps;

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

  generate [--check]   writes generated/ from schemas/, and docs/rules/, or fails if they would change
  check [--against R]  checks all that has to hold before a change of the contracts is taken
  lint [--format F]    holds every contract against the Good Event Test
  compat --against R   says what changed since a revision, and proves whom it breaks
  log --since R        tells what changed since a revision, for those who consume the events
  release EVENT        makes a contract a promise; new-version EVENT and deprecate EVENT go on from there
  unrelease EVENT      takes a release back that is not on the main branch yet
  rules, explain RULE  say what it is held against
  size [EVENT]         says how large each event can get
  validate EVENT FILE  says everything that is wrong with a payload
  sample EVENT         makes payloads, valid ones or, with --invalid, almost
  new CONTEXT/EVENT    makes the contract of an event
  topology BROKER      says what has to be at a broker, what is missing there, and makes it
  dead-letters VERB    lists what was laid aside at a broker, shows it, and puts it back; requeue is one of its verbs
  outbox VERB          lists what is stuck in an outbox, and lets it go on
  tail URL             shows events as they are published, each held against its contract
  publish EVENT FILE   publishes an event, if it keeps its contract
  new-rule ID          makes a rule of the linter
  brokers VERB         installs, starts and stops real brokers on this machine: up, down, status, kill, start
  test [--without B]   all checks and tests, as CI runs them, on brokers that it installs and starts
  cases [FOLDER]       judges a folder of small inputs, a line each: tests/cases by default; --only TEXT
  fuzz [--minutes N]   runs random schemas through the toolchain; --seed S begins there, --replay SEED runs one case
  fuzz targets [NAME]  runs the fuzz targets by libFuzzer, each for --minutes N; --replay FILE runs an input of one
  hook                 installs the hook for pre-commit as pre-commit does, and runs it
  corpora [ARGS]       holds generated decoders against real schemas and the official suite
  hostile [NAME]       runs hostile contracts through every command within 2 s and 1 GB; --small for small ones
  giants [NAME]        fetches the largest schemas of the field, and measures every command over them
  bench [PART]         measures us and our peers side by side
  bench scale          measures every command over registries of 1x, 10x and 100x the size [--only TEXT] [--command C]
  bench --brokers      measures publishing and consuming beside the bare clients, on real brokers [--without B]";

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
        "check" | "compat" | "deprecate" | "explain" | "lint" | "log" | "new" | "new-version" | "release" | "rules"
        | "sample" | "size" | "unrelease" | "validate" => goodevent(args),
        #[cfg(unix)]
        "brokers" => brokers::run(&root, rest, terminal),
        "new-rule" => new_rule::run(&root, rest, terminal),
        "test" => steps::test(&root, rest, terminal),
        "lean" => steps::lean(&root, terminal),
        "hook" => hook::run(&root, terminal),
        "dead-letters" | "outbox" | "publish" | "requeue" | "tail" | "topology" => steps::ops(&root, &args),
        "fuzz" if rest.first().is_some_and(|word| word == "targets") => fuzz::run(&root, &rest[1..], terminal),
        "cases" | "corpora" | "fuzz" | "giants" | "hostile" => steps::program(&root, &command, rest),
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
