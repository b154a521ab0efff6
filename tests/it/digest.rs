//! The digest of a contract stays as long as the contract means the same, and no longer.

use std::path::Path;

use goodevent_build::Loaded;
use goodevent_check::random::Random;
use goodevent_check::wire;
use goodevent_schema::{
    analyze,
    registry::Contract,
    source::{Source, Sources},
};
use goodevent_tests::mutate::shuffled;
use serde_json::{Map, Value, json};

const N_REWRITES: usize = 1_000;

fn registry() -> Loaded {
    Loaded::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas")).expect("the registry is readable")
}

/// The digest of a contract with another text.
fn digest(sources: &Sources, contract: &Contract, text: &str) -> String {
    let own = &sources[contract.source];
    let others = sources.files.iter().filter(|file| file.path.contains("types/"));
    let own = Source { bytes: text.as_bytes().into(), ..own.clone() };
    let sources = Sources { root: sources.root.clone(), files: others.cloned().chain([own]).collect() };
    let (registry, _) = analyze(&sources);
    let own = registry.contracts().next().expect("the contract is still there");
    wire::digest(&registry.schemas.graph, own.root)
}

/// Calls `change` with every schema of a document, the root last, until it has changed one.
fn first(value: &mut Value, change: &mut dyn FnMut(&mut Value) -> bool) -> bool {
    let parts: Vec<&mut Value> = match value {
        Value::Object(members) => members
            .iter_mut()
            .filter(|(name, _)| !matches!(name.as_str(), "examples" | "enum" | "const" | "x-event" | "required"))
            .map(|(_, part)| part)
            .collect(),
        Value::Array(items) => items.iter_mut().collect(),
        _ => return false,
    };
    for part in parts {
        if first(part, change) {
            return true;
        }
    }
    value.is_object() && change(value)
}

/// A schema that `is_wanted` says so of, chosen at random, and changed.
fn one(
    contract: &mut Value,
    random: &mut Random,
    is_wanted: fn(&Value) -> bool,
    mut change: impl FnMut(&mut Value),
) -> bool {
    let mut n_wanted = 0;
    first(contract, &mut |schema| {
        n_wanted += usize::from(is_wanted(schema));
        false
    });
    let chosen = if n_wanted == 0 { return false } else { random.below(n_wanted) };
    let mut nth = 0;
    first(contract, &mut |schema| {
        if !is_wanted(schema) {
            return false;
        }
        nth += 1;
        if nth - 1 == chosen {
            change(schema);
        }
        nth - 1 == chosen
    })
}

/// One of the ways to say the same.
fn same(contract: &mut Value, sources: &Sources, source: &Source, random: &mut Random) -> bool {
    match random.below(8) {
        0 => one(
            contract,
            random,
            |schema| schema.get("type").is_some(),
            |schema| {
                schema["description"] = json!("Said in other words.");
                schema["$comment"] = json!("Nobody reads this.");
            },
        ),
        1 => one(
            contract,
            random,
            |schema| schema["enum"].is_array(),
            |schema| {
                schema["enum"].as_array_mut().expect("it is a list").reverse();
            },
        ),
        2 => one(
            contract,
            random,
            |schema| schema["enum"].as_array().is_some_and(|list| list.len() == 1),
            |schema| {
                let only = schema["enum"][0].clone();
                schema.as_object_mut().expect("it is an object").remove("enum");
                schema["const"] = only;
            },
        ),
        3 => one(
            contract,
            random,
            |schema| schema.get("const").is_some(),
            |schema| {
                let only = schema.as_object_mut().expect("it is an object").remove("const");
                schema["enum"] = json!([only]);
            },
        ),
        4 => one(
            contract,
            random,
            |schema| schema["required"].is_array(),
            |schema| {
                schema["required"].as_array_mut().expect("it is a list").reverse();
            },
        ),
        5 => one(
            contract,
            random,
            |schema| schema["type"] == "integer" && schema["minimum"].is_i64(),
            |schema| {
                let least = schema["minimum"].as_i64().expect("it is a number");
                schema.as_object_mut().expect("it is an object").remove("minimum");
                schema["exclusiveMinimum"] = json!(least - 1);
            },
        ),
        6 => {
            // A shared type becomes part of the document.
            let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let mut definitions = Vec::new();
            let name = format!("moved{}", contract["$defs"].as_object().map_or(0, Map::len));
            let is_file = |schema: &Value| schema["$ref"].as_str().is_some_and(|target| target.ends_with(".json"));
            let is_moved = one(contract, random, is_file, |schema| {
                let target = schema["$ref"].as_str().unwrap_or_default().to_owned();
                let path = match target.strip_prefix("../") {
                    Some(path) => path.to_owned(),
                    None => format!("{folder}/{target}"),
                };
                let file = sources.files.iter().find(|file| file.path == path).expect("the reference leads to a file");
                let text = String::from_utf8_lossy(&file.bytes).into_owned();
                if !text.contains("$ref") {
                    definitions.push(serde_json::from_str::<Value>(&text).expect("the file is JSON"));
                    schema["$ref"] = json!(format!("#/$defs/{name}"));
                }
            });
            if let Some(mut definition) = definitions.pop() {
                definition.as_object_mut().expect("a type is an object").remove("$schema");
                contract["$defs"][&name] = definition;
            }
            is_moved
        }
        _ => one(
            contract,
            random,
            |schema| schema["type"].is_string(),
            |schema| {
                schema["type"] = json!([schema["type"]]);
            },
        ),
    }
}

/// One of the ways to say something else.
fn other(contract: &mut Value, random: &mut Random) -> bool {
    match random.below(8) {
        0 => one(
            contract,
            random,
            |schema| schema["required"].as_array().is_some_and(|list| !list.is_empty()),
            |schema| {
                schema["required"].as_array_mut().expect("it is a list").pop();
            },
        ),
        1 => one(
            contract,
            random,
            |schema| schema["maxLength"].is_u64(),
            |schema| {
                schema["maxLength"] = json!(schema["maxLength"].as_u64().unwrap_or(0) + 1);
            },
        ),
        2 => one(
            contract,
            random,
            |schema| schema["enum"].is_array(),
            |schema| {
                schema["enum"].as_array_mut().expect("it is a list").push(json!("one more"));
            },
        ),
        3 => one(
            contract,
            random,
            |schema| schema["type"] == "string" && schema.get("enum").is_none(),
            |schema| {
                schema["type"] = json!(["string", "null"]);
            },
        ),
        4 => one(
            contract,
            random,
            |schema| schema["additionalProperties"] == false,
            |schema| {
                schema.as_object_mut().expect("it is an object").remove("additionalProperties");
            },
        ),
        5 => one(
            contract,
            random,
            |schema| schema["format"].is_string(),
            |schema| {
                schema.as_object_mut().expect("it is an object").remove("format");
            },
        ),
        6 => one(
            contract,
            random,
            |schema| schema["minimum"].is_i64(),
            |schema| {
                schema["minimum"] = json!(schema["minimum"].as_i64().unwrap_or(0) + 1);
            },
        ),
        _ => one(
            contract,
            random,
            |schema| schema["properties"].is_object(),
            |schema| {
                schema["properties"]["addedLater"] = json!({ "type": "string" });
            },
        ),
    }
}

#[test]
fn what_means_the_same_keeps_it_and_what_does_not_changes_it() {
    let loaded = registry();
    let contracts: Vec<&Contract> = loaded.registry.contracts().collect();
    let mut random = Random::new(20_261_121);
    let (mut n_same, mut n_other) = (0, 0);
    while n_same < N_REWRITES || n_other < N_REWRITES {
        let contract = *random.pick(&contracts).expect("the registry has contracts");
        let source = &loaded.sources[contract.source];
        let original: Value = serde_json::from_slice(&source.bytes).expect("a contract is JSON");
        let before = digest(&loaded.sources, contract, &original.to_string());
        let mut rewritten = original.clone();
        let n_changes =
            (0..1 + random.below(4)).filter(|_| same(&mut rewritten, &loaded.sources, source, &mut random)).count();
        let rewritten = shuffled(&rewritten, &mut random);
        let text = if random.once_in(2) { format!("{rewritten:#}") } else { rewritten.to_string() };
        assert_eq!(digest(&loaded.sources, contract, &text), before, "{text}");
        n_same += usize::from(n_changes > 0);
        let mut changed = original;
        if other(&mut changed, &mut random) {
            n_other += 1;
            assert_ne!(digest(&loaded.sources, contract, &changed.to_string()), before, "{changed}");
        }
    }
}
