//! Text that does not arrive is a failure of every command. No broker is needed for it.
#![cfg(target_os = "linux")]

use std::{
    fs::File,
    io,
    path::Path,
    process::{Command, Output, Stdio},
};

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goodevent-ops"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    command.args(args).arg("--root").arg(root).env_remove("GOODEVENT_BROKER_URL").stdin(Stdio::null());
    command
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The subcommands that a help text lists.
fn listed(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

/// The help of every subcommand, at all depths.
fn helps() -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    let mut nth = 0;
    while let Some(own) = all.get(nth).cloned() {
        nth += 1;
        let args: Vec<&str> = own.iter().map(String::as_str).chain(["--help"]).collect();
        let output = command(&args).output().expect("the command starts");
        assert!(output.status.success(), "{args:?}: {}", text(&output));
        let below = listed(&String::from_utf8_lossy(&output.stdout)).into_iter().filter(|name| name != "help");
        all.extend(below.map(|name| own.iter().cloned().chain([name]).collect()));
    }
    all
}

#[test]
fn a_full_disk_is_a_failure_and_a_reader_that_leaves_is_not() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let payload = folder.path().join("payload.json");
    let valid = r#"{"userId":"8a52c8af-2408-486f-ba4a-d277079de2b0","email":"ada@example.org","confirmedTimeUtc":"2026-11-20T08:00:00Z"}"#;
    std::fs::write(&payload, valid).expect("the folder is writable");
    let payload = payload.display().to_string();
    let helps = helps();
    for name in ["topology", "dead-letters", "requeue", "outbox", "tail", "publish"] {
        assert!(helps.iter().any(|own| own == &[name]), "{name} is not in {helps:?}");
    }
    let mut calls: Vec<(Vec<String>, bool)> =
        helps.into_iter().map(|own| (own.into_iter().chain(["--help".to_owned()]).collect(), false)).collect();
    let publish = ["publish", "UserConfirmedV1Event", &payload, "--dry-run"];
    let event = ["--event", "UserConfirmedV1Event"];
    for (args, is_document) in [
        (publish.to_vec(), false),
        ([&publish[..], &["--format", "json"]].concat(), true),
        ([&["topology", "rabbitmq", "--service", "x"][..], &event].concat(), false),
        ([&["topology", "nats", "--service", "x"][..], &event].concat(), false),
        ([&["topology", "kafka", "--service", "x"][..], &event].concat(), false),
        ([&["topology", "service-bus", "--service", "x"][..], &event].concat(), false),
        ([&["topology", "service-bus", "--service", "x", "--format", "bicep"][..], &event].concat(), true),
    ] {
        calls.push((args.into_iter().map(str::to_owned).collect(), is_document));
    }
    for (args, is_document) in calls {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let plain = command(&args).output().expect("the command starts");
        assert!(plain.status.success() && !plain.stdout.is_empty(), "{args:?}: {}", text(&plain));
        let full = File::options().write(true).open("/dev/full").expect("the system has it");
        let output = command(&args).stdout(full).output().expect("the command starts");
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", text(&output));
        assert!(text(&output).contains("error: cannot write to standard output: "), "{args:?}: {}", text(&output));
        let (reader, writer) = io::pipe().expect("there is a pipe");
        drop(reader);
        let output = command(&args).stdout(writer).output().expect("the command starts");
        let expected = if is_document { 2 } else { 0 };
        assert_eq!(output.status.code(), Some(expected), "{args:?}: {}", text(&output));
    }
}
