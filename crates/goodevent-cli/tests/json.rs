//! The JSON of every command is what `docs/json` says.

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use support::{Repository, json};

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
fn registry() -> Repository {
    let acme = Repository::initialized();
    acme.expect(0, &["release", "OrderPlacedV1Event"]);
    acme.expect(0, &["new-version", "OrderPlacedV1Event"]);
    let event = |name: &str, more: &str| {
        let members = format!("\"type\": \"object\",\n  \"properties\": {{ {more} }}");
        acme.write(&format!("schemas/orders/{name}.json"), &format!("{{\n  \"title\": \"{name}\",\n  {members}\n}}\n"));
    };
    event("OrderLostV1Event", r#""a": { "type": "integer" }"#);
    acme.copy("schemas", "before");
    event("OrderUpdatedV1Event", r#""note": { "type": "string" }"#);
    event(
        "OrderSeenV1Event",
        r#""list": { "type": "array", "items": { "maxLength": 5, "type": "string" }, "maxItems": 3 }"#,
    );
    acme.remove("schemas/orders/OrderLostV1Event.json");
    for (version, max) in [(1, 25), (2, 40)] {
        let path = format!("schemas/orders/OrderPlacedV{version}Event.json");
        acme.edit(&path, "\"maxLength\": 30", &format!("\"maxLength\": {max}"));
        acme.edit(&path, "10s/hour", "20s/hour");
    }
    acme.write("wrong.json", "{ \"orderId\": 5 }");
    acme.write("none.json", "{ 5 }");
    let sample = acme.run(&["sample", "OrderPlacedV1Event"]);
    fs::write(acme.path("good.json"), sample.stdout).expect("the folder is writable");
    acme
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
    let acme = registry();
    for command in commands() {
        let path = docs().join(format!("{command}.schema.json"));
        let schema = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let schema: Value = serde_json::from_str(&schema).expect("a schema is JSON");
        let validator = jsonschema::options().build(&schema).expect("a schema is one");
        for (args, pointers) in calls(&command) {
            let args = [&[command.as_str()][..], &args, &["--format", "json"]].concat();
            let json = json(&acme.run(&args));
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
