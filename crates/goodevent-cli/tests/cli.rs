//! The command as a script sees it: what it prints where, and its exit codes.

mod support;

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use support::{BIN, text};

fn registry() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas")
}

fn goodevent(args: &[&str], root: &Path, input: &str) -> Output {
    let mut command = Command::new(BIN);
    command.args(["--root"]).arg(root).args(args).env_remove("NO_COLOR");
    let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = streams.spawn().expect("the command starts");
    let mut stdin = child.stdin.take().expect("the command takes input");
    // A command that fails early reads nothing.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("the command ends")
}

fn check(args: &[&str], root: &Path, input: &str, code: i32, expected: &str) {
    let output = goodevent(args, root, input);
    let text = text(&output);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {text}");
    assert!(text.contains(expected), "{args:?}: expected {expected:?} in: {text}");
}

const VALID: &str = r#"{"userId":"8a52c8af-2408-486f-ba4a-d277079de2b0","email":"ada@example.org","confirmedTimeUtc":"2026-11-20T08:00:00Z"}"#;

#[test]
fn payloads_are_judged() {
    let root = registry();
    check(&["validate", "UserConfirmedV1Event", "-"], &root, VALID, 0, "- is a valid UserConfirmedV1Event");
    let wrong = VALID.replace("ada@example.org", "ada").replace("8a52", "8a5");
    check(&["validate", "UserConfirmedV1Event", "-"], &root, &wrong, 1, "/email: \"ada\" is not a valid email");
    check(&["validate", "UserConfirmedV1Event", "-"], &root, &wrong, 1, " --> -:1:");
    check(&["validate", "UserConfirmedV1Event", "-", "--format", "json"], &root, &wrong, 1, "\"rule\":\"violation\"");
    check(
        &["validate", "UserConfirmedV1Event", "-"],
        &root,
        "{\"a\":1,}",
        1,
        "JSON allows no comma after the last member",
    );
    check(&["validate", "UserConfirmedV1Event", "-", "--color", "always"], &root, &wrong, 1, "\u{1b}[");
}

#[test]
fn what_cannot_be_done_is_told() {
    let root = registry();
    check(&["validate", "UserConfirmdV1Event", "-"], &root, "", 2, "did you mean `UserConfirmedV1Event`?");
    check(&["validate", "UserConfirmedV1Event", "no-such-file"], &root, "", 2, "cannot read `no-such-file`");
    check(&["generate"], Path::new("no/such/folder"), "", 2, "there is no registry at `no/such/folder`");
    check(&["bake"], &root, "", 2, "unrecognized subcommand");
    check(&["--help"], &root, "", 0, "generate");
}

#[test]
fn generation_is_checked_and_repeatable() {
    let root = registry();
    let out = tempfile::tempdir().expect("there is room for a folder");
    let out = out.path().to_str().expect("the folder's name is text");
    check(&["generate", "--out", out, "--check"], &root, "", 1, "run `goodevent generate`");
    check(&["generate", "--out", out], &root, "", 0, " 0 unchanged, 0 removed");
    check(&["generate", "--out", out], &root, "", 0, "0 written, ");
    check(&["generate", "--out", out, "--check"], &root, "", 0, "are up to date");
    let file = Path::new(out).join("src/types/money.rs");
    let text = fs::read_to_string(&file).expect("the file was written");
    fs::write(&file, text.replace("pub amount_cents: u64", "pub amount_cents: f64")).expect("the folder is writable");
    check(&["generate", "--out", out, "--check"], &root, "", 1, "+        pub amount_cents: u64");
}

#[test]
fn findings_stop_the_generation() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    fs::create_dir(folder.path().join("orders")).expect("the folder is writable");
    let text =
        "{\n  \"title\": \"OrderPlacedV1Event\",\n  \"$ref\": \"#/$defs/Ordr\",\n  \"$defs\": { \"Order\": true }\n}";
    fs::write(folder.path().join("orders/OrderPlacedV1Event.json"), text).expect("the folder is writable");
    check(&["generate"], folder.path(), "", 1, "error[unresolved-ref]: nothing is at \"#/$defs/Ordr\"");
    check(&["generate"], folder.path(), "", 1, "did you mean \"#/$defs/Order\"?");
    check(&["generate"], folder.path(), "", 1, "nothing was written");
}

#[test]
fn contracts_are_linted_in_every_form() {
    let root = tempfile::tempdir().expect("there is room for a folder");
    let path = root.path().join("orders/OrderUpdatedV1Event.json");
    fs::create_dir(root.path().join("orders")).expect("the folder is writable");
    fs::write(&path, "{\n  \"title\": \"OrderUpdatedV1Event\"\n}\n").expect("the folder is writable");
    for (format, expected) in [
        ("human", "error[generic-verb]: `OrderUpdatedV1Event` states that something changed, but not what"),
        ("concise", "OrderUpdatedV1Event.json:2:12: error[generic-verb]: "),
        ("json", "\"rule\":\"generic-verb\""),
        ("sarif", "\"ruleId\":\"generic-verb\""),
        ("github", "OrderUpdatedV1Event.json,line=2,endLine=2,col=12,endColumn=33,title=generic-verb::`OrderUpdated"),
        ("gitlab", "\"check_name\":\"generic-verb\""),
        ("junit", "<testcase name=\"generic-verb:2\" classname="),
    ] {
        check(&["lint", "--format", format], root.path(), "", 1, expected);
    }
    check(&["lint", "--deny-warnings"], &registry(), "", 0, "0 errors, 0 warnings");
}

#[test]
fn rules_are_listed_and_explained() {
    let root = registry();
    check(&["rules"], &root, "", 0, "generic-verb");
    check(&["rules", "--format", "json"], &root, "", 0, "\"id\":\"unbounded-string\"");
    check(&["explain", "generic-verb"], &root, "", 0, "## Why is this bad?");
    check(&["explain", "generic-verbs"], &root, "", 2, "did you mean `generic-verb`?");
}
