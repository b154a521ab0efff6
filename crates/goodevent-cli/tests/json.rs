//! The JSON of every command is what `docs/json` says.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

fn goodevent(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goodevent"));
    command.current_dir(folder).args(args).output().expect("the command can be started")
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/json")
}

/// The commands that write JSON, as the arguments say.
fn commands() -> Vec<String> {
    let command = goodevent_cli::command();
    let has_json = |own: &&clap::Command| {
        own.get_arguments()
            .filter(|argument| argument.get_long() == Some("format"))
            .any(|argument| argument.get_possible_values().iter().any(|value| value.get_name() == "json"))
    };
    command.get_subcommands().filter(has_json).map(|own| own.get_name().to_owned()).collect()
}

/// A registry with findings of many shapes, beside itself as it was.
fn registry() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    for args in [&["init"][..], &["release", "OrderPlacedV1Event"], &["new-version", "OrderPlacedV1Event"]] {
        let made = goodevent(folder.path(), args);
        assert!(made.status.success(), "{}", text(&made));
    }
    let schemas = folder.path().join("schemas");
    let write = |path: &str, text: &str| fs::write(schemas.join(path), text).expect("the folder is writable");
    let event = |name: &str, more: &str| {
        format!("{{\n  \"title\": \"{name}\",\n  \"type\": \"object\",\n  \"properties\": {{ {more} }}\n}}\n")
    };
    write("orders/OrderLostV1Event.json", &event("OrderLostV1Event", r#""a": { "type": "integer" }"#));
    copy(&schemas, &folder.path().join("before"));
    write("orders/OrderUpdatedV1Event.json", &event("OrderUpdatedV1Event", r#""note": { "type": "string" }"#));
    write(
        "orders/OrderSeenV1Event.json",
        &event(
            "OrderSeenV1Event",
            r#""list": { "type": "array", "items": { "maxLength": 5, "type": "string" }, "maxItems": 3 }"#,
        ),
    );
    fs::remove_file(schemas.join("orders/OrderLostV1Event.json")).expect("it is there");
    for version in ["1", "2"] {
        let path = schemas.join(format!("orders/OrderPlacedV{version}Event.json"));
        let text = fs::read_to_string(&path).expect("it is there");
        let text =
            text.replace("\"maxLength\": 30", if version == "1" { "\"maxLength\": 25" } else { "\"maxLength\": 40" });
        fs::write(path, text.replace("10s/hour", "20s/hour")).expect("it is writable");
    }
    fs::write(folder.path().join("wrong.json"), "{ \"orderId\": 5 }").expect("the folder is writable");
    fs::write(folder.path().join("none.json"), "{ 5 }").expect("the folder is writable");
    let sample = goodevent(folder.path(), &["sample", "OrderPlacedV1Event"]);
    fs::write(folder.path().join("good.json"), sample.stdout).expect("the folder is writable");
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder is writable");
    for entry in fs::read_dir(from).expect("the folder is there").flatten() {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => fs::copy(entry.path(), target).map(|_| ()).expect("the folder is writable"),
        }
    }
}

/// Calls of a command, with pointers to what each of them has to show.
fn calls(command: &str) -> Vec<(Vec<&'static str>, Vec<&'static str>)> {
    match command {
        "lint" => vec![(vec![], vec!["/findings/0/rule"]), (vec!["--against", "before"], vec!["/findings/0/help"])],
        "check" => {
            vec![(vec![], vec!["/findings/0/message"]), (vec!["--against", "before"], vec!["/findings/0/message"])]
        }
        "validate" => vec![
            (vec!["OrderPlacedV1Event", "wrong.json"], vec!["/findings/0/message"]),
            (vec!["OrderPlacedV1Event", "none.json"], vec!["/findings/0/message"]),
            (vec!["OrderPlacedV1Event", "good.json"], vec!["/findings"]),
        ],
        "compat" => vec![
            (vec!["--against", "before"], vec!["/contracts/0/kind", "/contracts/1/changes", "/contracts/3/delivery"]),
            (vec!["--against", "before", "--mode", "full-transitive"], vec!["/versions/0/changes/0/backward/verdict"]),
        ],
        "log" => vec![(vec!["--since", "before"], vec!["/contracts/0/fate", "/contracts/0/changes"])],
        "size" => vec![
            (vec![], vec!["/events/0/parts", "/events/3/unbounded/0/pointer"]),
            (vec!["orders/OrderPlacedV1Event"], vec!["/events/0/parts/0", "/events/0/witness"]),
        ],
        "sample" => vec![
            (vec!["OrderPlacedV1Event", "--count", "3"], vec!["/payloads/2"]),
            (vec!["OrderPlacedV1Event", "--invalid"], vec!["/nearMisses/0/pointer"]),
        ],
        "rules" => vec![(vec![], vec!["/rules/0/docs"])],
        other => panic!("no call of `goodevent {other} --format json` is known: add one, and its schema to docs/json"),
    }
}

#[test]
fn the_json_of_every_command_is_what_its_schema_says() {
    let folder = registry();
    for command in commands() {
        let path = docs().join(format!("{command}.schema.json"));
        let schema = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let schema: Value = serde_json::from_str(&schema).expect("a schema is JSON");
        let validator = jsonschema::options().build(&schema).expect("a schema is one");
        for (args, pointers) in calls(&command) {
            let args = [&[command.as_str()][..], &args, &["--format", "json"]].concat();
            let output = goodevent(folder.path(), &args);
            let json: Value = serde_json::from_slice(&output.stdout)
                .unwrap_or_else(|error| panic!("{args:?}: {error}: {}", text(&output)));
            let faults: Vec<String> =
                validator.iter_errors(&json).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(faults.is_empty(), "{args:?}: {faults:#?}\n{json:#}");
            assert_eq!(json["version"], 1, "{args:?}");
            for pointer in pointers {
                assert!(json.pointer(pointer).is_some(), "{args:?} shows no {pointer}: {json:#}");
            }
            // Every object is closed, so that a member that nobody described fails.
            let mut more = json.clone();
            more["more"] = true.into();
            assert!(!validator.is_valid(&more), "{command}");
        }
    }
}

#[test]
fn every_schema_is_of_a_command() {
    let ops = ["dead-letters-list", "dead-letters-show", "outbox-list", "publish", "tail"];
    let commands = commands();
    for entry in fs::read_dir(docs()).expect("the folder is there").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(name) = name.strip_suffix(".schema.json") else { continue };
        assert!(ops.contains(&name) || commands.iter().any(|command| command == name), "{name}");
    }
}
