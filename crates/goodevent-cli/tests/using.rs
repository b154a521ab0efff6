//! What users type: names of events, folders, flags. One resolver for all commands.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

fn goodevent(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goodevent"));
    command.current_dir(folder).args(args).output().expect("the command can be started")
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn expect(folder: &Path, args: &[&str], code: i32) -> String {
    let output = goodevent(folder, args);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {}", text(&output));
    text(&output)
}

/// A registry as `init` makes it, and beside it the same as it was.
fn registry() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    expect(folder.path(), &["init"], 0);
    expect(folder.path(), &["--root", "before/schemas", "init"], 0);
    folder
}

const EVENT: &str = "schemas/orders/OrderPlacedV1Event.json";

fn change(folder: &Path, from: &str, to: &str) {
    let path = folder.join(EVENT);
    let text = fs::read_to_string(&path).expect("the contract is there");
    assert!(text.contains(from), "{from} is not in {text}");
    fs::write(&path, text.replace(from, to)).expect("the contract is writable");
}

/// The calls of all commands that take an event, with `@` in its place, and the code if the event is there.
const CALLS: [(&[&str], i32); 8] = [
    (&["validate", "@", "payload.json"], 0),
    (&["sample", "@"], 0),
    (&["size", "@"], 0),
    (&["compat", "--against", "before/schemas", "@"], 0),
    (&["release", "@"], 0),
    (&["new-version", "@"], 0),
    (&["deprecate", "@", "--replaced-by", "OrderPlacedV2Event", "--sunset", "2099-06-30"], 0),
    (&["deprecate", "OrderPlacedV1Event", "--replaced-by", "@", "--sunset", "2099-06-30"], 2),
];

#[test]
fn every_command_takes_an_event_with_its_context_and_names_the_nearest_one() {
    for name in ["OrderPlacedV1Event", "orders/OrderPlacedV1Event"] {
        let folder = registry();
        let sample = goodevent(folder.path(), &["sample", name]);
        fs::write(folder.path().join("payload.json"), sample.stdout).expect("the folder is writable");
        for (args, code) in CALLS {
            let args: Vec<&str> = args.iter().map(|arg| if *arg == "@" { name } else { arg }).collect();
            expect(folder.path(), &args, code);
        }
    }
    let folder = registry();
    fs::write(folder.path().join("payload.json"), "{}").expect("the folder is writable");
    for (wrong, nearest) in [
        ("OrderPlacdV1Event", "OrderPlacedV1Event"),
        ("OrderPlaced", "OrderPlacedV1Event"),
        ("order/OrderPlacedV1Event", "orders/OrderPlacedV1Event"),
        ("orders/OrderPlacdV1Event", "orders/OrderPlacedV1Event"),
    ] {
        for (args, _) in CALLS {
            let args: Vec<&str> = args.iter().map(|arg| if *arg == "@" { wrong } else { arg }).collect();
            let shown = expect(folder.path(), &args, 2);
            let expected = format!("error: no event is called `{wrong}`\n  = help: did you mean `{nearest}`?");
            assert!(shown.contains(&expected), "{args:?}: {shown}");
        }
    }
}

#[test]
fn the_nearest_registry_upward_is_taken_and_outputs_lie_beside_it() {
    let folder = registry();
    let deep = folder.path().join("services/billing/src");
    fs::create_dir_all(&deep).expect("the folder is writable");
    for here in [&deep, &folder.path().join("schemas/orders"), &folder.path().join("schemas")] {
        let shown = expect(here, &["lint"], 0);
        assert!(shown.contains("1 contract checked by "), "{shown}");
        expect(here, &["generate"], 0);
        assert!(folder.path().join("generated/src/lib.rs").is_file(), "{}", here.display());
        assert!(!here.join("generated").exists(), "{}", here.display());
        // What is generated is the same from everywhere.
        let (root, out) = (folder.path().join("schemas"), folder.path().join("generated"));
        let (root, out) = (root.display().to_string(), out.display().to_string());
        for there in [folder.path(), &deep, &folder.path().join("schemas/orders"), &folder.path().join("schemas")] {
            expect(there, &["generate", "--check"], 0);
            expect(there, &["check"], 0);
            expect(there, &["generate", "--check", "--root", &root, "--out", &out], 0);
        }
        fs::remove_dir_all(folder.path().join("generated")).expect("the folder is writable");
    }
    // A nearer registry wins, and what the user names wins over all.
    let near = folder.path().join("services/billing");
    expect(&near, &["init"], 0);
    expect(&near, &["new", "orders/OrderLinesShippedV1Event"], 0);
    assert!(expect(&deep, &["lint"], 1).contains("2 contracts checked by "));
    assert!(expect(&deep, &["--root", "../../../schemas", "lint"], 0).contains("1 contract checked by "));
    // A repository is a project of its own.
    let other = near.join("other");
    fs::create_dir_all(other.join(".git")).expect("the folder is writable");
    assert!(expect(&other, &["lint"], 2).contains("there is no registry at `schemas`"));
}

#[test]
fn unsafe_fixes_are_made_only_where_fixes_are_asked_for() {
    let folder = registry();
    change(folder.path(), "  \"additionalProperties\": false,\n", "");
    let before = fs::read_to_string(folder.path().join(EVENT)).ok();
    let shown = expect(folder.path(), &["lint", "--unsafe-fixes"], 2);
    assert!(shown.contains("--fix"), "{shown}");
    assert_eq!(fs::read_to_string(folder.path().join(EVENT)).ok(), before);
    assert!(expect(folder.path(), &["lint", "--fix", "--unsafe-fixes"], 0).contains("1 finding in 1 file was fixed"));
}

#[test]
fn a_stale_output_is_one_finding_about_the_output() {
    let folder = registry();
    expect(folder.path(), &["generate"], 0);
    for file in ["src/lib.rs", "src/orders/mod.rs"] {
        fs::write(folder.path().join("generated").join(file), "// Generated by hand\n").expect("it is writable");
    }
    let shown = expect(folder.path(), &["check", "--format", "json"], 1);
    let json: serde_json::Value = serde_json::from_str(&shown).expect("the report is JSON");
    let found = json["findings"].as_array().expect("there is a list");
    assert_eq!(found.len(), 1, "{shown}");
    assert_eq!((&found[0]["rule"], &found[0]["path"]), (&"stale-output".into(), &"generated/src/lib.rs".into()));
    assert_eq!(found[0]["message"], "`generated` is not what the contracts make");
    assert!(expect(folder.path(), &["explain", "stale-output"], 0).contains("goodevent generate"));
}

#[test]
fn new_refuses_folders_that_are_no_contexts_and_names_with_two_versions() {
    let folder = registry();
    for (event, why) in [
        ("types/MoneyMovedV1Event", "that folder holds shared types"),
        ("con/MoneyMovedV1Event", "Windows has a device of that name"),
        ("lpt1/MoneyMovedV1Event", "Windows has a device of that name"),
        ("1a/MoneyMovedV1Event", "it does not begin with a letter"),
        ("_a/MoneyMovedV1Event", "it does not begin with a letter"),
        ("a/b/MoneyMovedV1Event", "is no name of an event"),
        ("../a/MoneyMovedV1Event", "it has other characters"),
        ("orders/MoneyMovedV0Event", "call it `MoneyMovedV1Event`"),
        ("orders/MoneyMovedV03", "call it `MoneyMovedV3Event`"),
        ("billing/OrderPlacedV1Event", "two events are called `OrderPlacedV1Event`"),
    ] {
        let shown = expect(folder.path(), &["new", event], 2);
        assert!(shown.contains(why), "{event}: {shown}");
    }
    let lint = expect(folder.path(), &["lint", "--deny-warnings"], 0);
    assert!(lint.contains("1 contract checked by ") && lint.contains(": 0 errors, 0 warnings"), "{lint}");
}

#[test]
fn deprecate_refuses_a_sunset_that_the_linter_denies() {
    let folder = registry();
    expect(folder.path(), &["release", "OrderPlacedV1Event"], 0);
    expect(folder.path(), &["new-version", "OrderPlacedV1Event"], 0);
    let before = fs::read_to_string(folder.path().join(EVENT)).ok();
    let deprecate = |sunset: &str, code: i32| {
        let next = ["--replaced-by", "OrderPlacedV2Event", "--sunset", sunset];
        expect(folder.path(), &[&["deprecate", "OrderPlacedV1Event"], &next[..]].concat(), code)
    };
    let in_days = |days: i64| {
        let span = jiff::SignedDuration::from_hours(24 * days);
        (jiff::Timestamp::now() + span).strftime("%F").to_string()
    };
    let shown = deprecate(&in_days(30), 1);
    assert!(shown.contains("error[short-support-window]") && shown.contains("is not deprecated like this"), "{shown}");
    assert_eq!(fs::read_to_string(folder.path().join(EVENT)).ok(), before);
    deprecate("2020-01-01", 2);
    deprecate("2027-02-30", 2);
    deprecate(&in_days(400), 0);
    expect(folder.path(), &["lint"], 0);
}
