//! Text that does not arrive is a failure of every command, and a file is written whole or not at all.
#![cfg(target_os = "linux")]

mod support;

use std::{collections::BTreeSet, fs::File, io, process::Command};

use support::{BIN, PLACED, Repository, text, tree};

/// The registry that a call finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Registry {
    None,
    Good,
    /// With a finding of the linter, changed since `before`, and with an output that is stale.
    Bad,
    Released,
}

/// A folder for one call.
fn folder(registry: Registry) -> Repository {
    if registry == Registry::None {
        return Repository::empty();
    }
    let acme = Repository::initialized();
    acme.expect(0, &["generate"]);
    acme.copy("schemas", "before");
    match registry {
        Registry::None | Registry::Good => {}
        Registry::Bad => {
            acme.edit(PLACED, "  \"additionalProperties\": false,\n", "");
            acme.edit(PLACED, "10s/hour", "20s/hour");
        }
        Registry::Released => {
            acme.expect(0, &["release", "OrderPlacedV1Event"]);
            acme.expect(0, &["new-version", "OrderPlacedV1Event"]);
        }
    }
    acme
}

/// Calls of a subcommand that write to standard output.
fn calls(subcommand: &str) -> Vec<(Registry, Vec<&'static str>)> {
    use Registry::{Bad, Good, None, Released};
    let event = "OrderPlacedV1Event";
    match subcommand {
        "init" => vec![(None, vec![])],
        "new" => vec![(Good, vec!["orders/OrderLinesShippedV1Event"])],
        "generate" => vec![(Good, vec!["--out", "other"]), (Bad, vec!["--check"])],
        "check" => vec![(Bad, vec!["--against", "before"])],
        "lint" => vec![(Bad, vec![]), (Bad, vec!["--fix", "--unsafe-fixes"]), (Bad, vec!["--unsafe-fixes", "--diff"])],
        "compat" => vec![(Bad, vec!["--against", "before"])],
        "log" => vec![(Bad, vec!["--since", "before"])],
        "release" => vec![(Good, vec![event])],
        "unrelease" => vec![(Released, vec![event, "--reason", "a mistake", "--main", "before"])],
        "new-version" => vec![(Released, vec![event])],
        "deprecate" => {
            vec![(Released, vec![event, "--replaced-by", "OrderPlacedV2Event", "--sunset", "2099-06-30"])]
        }
        "sample" => vec![(Good, vec![event]), (Good, vec![event, "--invalid"])],
        "rules" => vec![(Good, vec![]), (Good, vec!["--pages", "pages"])],
        "explain" => vec![(Good, vec!["generic-verb"])],
        "size" => vec![(Good, vec![]), (Good, vec![event])],
        "validate" => vec![(Good, vec![event, PLACED])],
        // They run another program, whose own tests hold it to the same.
        "topology" | "dead-letters" | "requeue" | "outbox" | "tail" | "publish" => vec![],
        other => panic!("no call of `goodevent {other}` is known: add one"),
    }
}

/// Every call of every subcommand, in all its formats.
fn all_calls() -> Vec<(Registry, Vec<String>, Option<String>)> {
    let mut all = Vec::new();
    for command in goodevent_cli::command().get_subcommands() {
        let name = command.get_name();
        let formats: Vec<String> = command
            .get_arguments()
            .filter(|argument| argument.get_long() == Some("format"))
            .flat_map(|argument| argument.get_possible_values())
            .map(|value| value.get_name().to_owned())
            .collect();
        for (registry, rest) in calls(name) {
            let args: Vec<String> = [name].into_iter().chain(rest).map(str::to_owned).collect();
            let has_format = !args.iter().any(|arg| arg == "--diff" || arg == "--pages");
            if formats.is_empty() || !has_format {
                all.push((registry, args.clone(), None));
            }
            for format in formats.iter().filter(|_| has_format) {
                let args = args.iter().cloned().chain(["--format".to_owned(), format.clone()]).collect();
                all.push((registry, args, Some(format.clone())));
            }
        }
        all.push((Registry::None, vec![name.to_owned(), "--help".to_owned()], None));
    }
    all.retain(|(_, args, _)| !(args[1..] == ["--help"] && calls(&args[0]).is_empty()));
    all.push((Registry::None, vec!["--version".to_owned()], None));
    all
}

fn full() -> File {
    File::options().write(true).open("/dev/full").expect("the system has it")
}

#[test]
fn a_full_disk_is_a_failure_of_every_command() {
    let mut silent: BTreeSet<String> = all_calls().into_iter().map(|(_, args, _)| args[0].clone()).collect();
    for (registry, args, _) in all_calls() {
        let plain = folder(registry).command(&args).output().expect("the command starts");
        if plain.stdout.is_empty() {
            continue;
        }
        silent.remove(&args[0]);
        let acme = folder(registry);
        let output = acme.command(&args).stdout(full()).output().expect("the command starts");
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", text(&output));
        assert!(text(&output).contains("error: cannot write to standard output: "), "{args:?}: {}", text(&output));
        if !plain.stderr.is_empty() {
            let acme = folder(registry);
            let output = acme.command(&args).stderr(full()).output().expect("the command starts");
            assert_eq!(output.status.code(), Some(2), "{args:?} 2> /dev/full");
        }
    }
    assert!(silent.is_empty(), "no call of {silent:?} writes to standard output");
}

#[test]
fn a_reader_that_leaves_changes_no_verdict_and_gets_no_half_document() {
    for (registry, args, format) in all_calls() {
        let plain = folder(registry).command(&args).output().expect("the command starts");
        let (reader, writer) = io::pipe().expect("there is a pipe");
        drop(reader);
        let acme = folder(registry);
        let output = acme.command(&args).stdout(writer).output().expect("the command starts");
        let is_document = matches!(format.as_deref(), Some("json" | "sarif" | "gitlab" | "junit"));
        let expected = if is_document { Some(2) } else { plain.status.code() };
        assert_eq!(output.status.code(), expected, "{args:?}: {}", text(&output));
        assert_eq!(text(&output).contains("before the end of the document"), is_document, "{args:?}");
    }
}

#[test]
fn files_are_written_together_or_not_at_all() {
    let mut n_refused = 0;
    for (registry, mut args, _) in all_calls() {
        if args.iter().any(|arg| arg == "--format") {
            args.truncate(args.len() - 2);
        }
        let acme = folder(registry);
        let before = tree(&acme.folder);
        let plain = acme.command(&args).output().expect("the command starts");
        if tree(&acme.folder) == before {
            continue;
        }
        n_refused += 1;
        // No file may be larger than so many blocks of 512 bytes: the first one of some commands is smaller.
        for n_blocks in [0, 1] {
            let acme = folder(registry);
            let before = tree(&acme.folder);
            let script = format!("trap '' XFSZ; ulimit -f {n_blocks}; exec \"$@\"");
            let limited = Command::new("sh")
                .args(["-c", &script, "sh", BIN])
                .args(&args)
                .current_dir(&acme.folder)
                .output()
                .expect("the shell starts");
            if n_blocks > 0 && limited.status.code() == plain.status.code() {
                continue;
            }
            assert_eq!(limited.status.code(), Some(2), "{args:?}: {}", text(&limited));
            assert!(text(&limited).contains("error: cannot write `"), "{args:?}: {}", text(&limited));
            // Outputs can be made again, so that those before the first that fails may stay.
            if n_blocks == 0 || !matches!(args[0].as_str(), "generate" | "rules") {
                assert_eq!(tree(&acme.folder), before, "{args:?} left something behind");
            }
        }
    }
    assert!(n_refused >= 8, "only {n_refused} calls write files");
}
