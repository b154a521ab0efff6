//! The generated TypeScript, under the strictest settings of its compiler and in Node.js: it says of every payload what
//! Rust says.

use std::{fs, path::Path};

use goodevent_build::Loaded;
use goodevent_emit::languages::typescript::TypeScript;
use goodevent_schema::source::Source;
use goodevent_tests::{corpus, pairs, suite};
use rayon::prelude::*;
use serde_json::{Value, json};
use test_bindings::{
    cases, node,
    schemas::{self, Made},
};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Copies the files of a folder and of those in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("there is room for a folder");
    for entry in fs::read_dir(from).expect("the folder is readable") {
        let entry = entry.expect("the folder is readable");
        match entry.file_type().expect("the folder is readable").is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => drop(fs::copy(entry.path(), to.join(entry.file_name())).expect("there is room for a file")),
        }
    }
}

#[test]
fn it_says_of_a_payload_what_rust_says() {
    let loaded = Loaded::read(&root().join("schemas")).expect("the registry is readable");
    let folder = tempfile::tempdir().expect("there is room for a folder");
    copy(&root().join("generated/typescript"), folder.path());
    assert_eq!(node::compiled(folder.path()), "");
    let (cases, ids) = (cases::all(&loaded), cases::ids(&loaded));
    let (n_cases, n_ids) = (cases.len() as u64, ids.len() as u64);
    let text = json!({ "cases": cases, "ids": ids }).to_string();
    fs::write(folder.path().join("cases.json"), text).expect("there is room for a file");
    let printed = node::printed(folder.path(), include_str!("../typescript/compare.mjs"), &[]);
    let found: Value = serde_json::from_str(&printed).expect("the script prints JSON");
    assert_eq!(found["nFaults"], 0, "{found:#}");
    assert_eq!(found["nAlike"].as_u64().zip(found["nWide"].as_u64()).map(|(alike, wide)| alike + wide), Some(n_cases));
    assert_eq!(found["nIds"].as_u64(), Some(n_ids));
    assert!(n_cases > 5_000 && found["nWide"].as_u64() < Some(n_cases / 50), "{n_cases} cases: {found}");
}

#[test]
fn its_types_say_what_the_contract_says() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    copy(&root().join("generated/typescript"), folder.path());
    fs::write(folder.path().join("consumer.ts"), include_str!("../typescript/consumer.ts")).expect("there is room");
    assert_eq!(node::compiled(folder.path()), "");
    let printed = node::printed(folder.path(), "import \"./out/consumer.js\";", &[]);
    assert_eq!(printed.trim(), "all is well");
}

/// A schema with its name, the documents that it refers to, and payloads beside those that are made.
struct Schema {
    name: String,
    schema: Value,
    remotes: Vec<Source>,
    payloads: Vec<Vec<u8>>,
    n_samples: usize,
}

/// Compiles the code of all schemas that are valid, and compares what it says with what Rust says.
fn compare(all: &[Schema], min_schemas: usize) {
    let made = |own: &Schema| schemas::made(&TypeScript, &own.schema, &own.remotes, &own.payloads, own.n_samples).ok();
    let made: Vec<Option<Made>> = all.par_iter().map(made).collect();
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let mut cases = Vec::new();
    for (number, (own, made)) in all.iter().zip(made).enumerate() {
        let Some(Made { files, cases: own_cases }) = made else { continue };
        for (path, text) in files {
            // The shared code is there once.
            let path = match path.starts_with("goodevent/") {
                true => path,
                false => format!("s{number}/{path}"),
            };
            let up = ["./", "../", "../../"];
            let text = up.iter().rev().fold(text, |text, up| {
                text.replace(&format!(" from \"{up}goodevent/"), &format!(" from \"../{up}goodevent/"))
            });
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a file has a folder")).expect("there is room for a folder");
            fs::write(path, text).expect("there is room for a file");
        }
        cases.push(json!({ "name": own.name, "module": format!("s{number}"), "cases": own_cases }));
    }
    assert!(cases.len() >= min_schemas, "{} of {} schemas are valid", cases.len(), all.len());
    assert_eq!(node::compiled(folder.path()), "");
    fs::write(folder.path().join("cases.json"), json!(cases).to_string()).expect("there is room for a file");
    let printed = node::printed(folder.path(), include_str!("../typescript/schemas.mjs"), &[]);
    let found: Value = serde_json::from_str(&printed).expect("the script prints JSON");
    assert_eq!(found["nFaults"], 0, "{found:#}");
    assert!(found["nAlike"].as_u64() > Some(min_schemas as u64), "{found}");
}

#[test]
fn every_construct_in_every_place_means_what_it_means_in_rust() {
    let all = pairs::all().into_iter().map(|pair| Schema {
        name: pair.name,
        schema: pair.schema,
        remotes: pair.remotes,
        payloads: Vec::new(),
        n_samples: 1,
    });
    compare(&all.collect::<Vec<_>>(), 300);
}

#[test]
fn the_official_suite_and_real_schemas_mean_what_they_mean_in_rust() {
    // They belong to others, and do not come with a checkout: `cargo xtask test` says that they were not tested.
    let Some(folder) = corpus::folder() else { return };
    let text = |value: &Value| value.to_string().into_bytes();
    let suite = suite::groups(&folder).into_iter().filter(|group| group.schema.is_object()).map(|group| Schema {
        remotes: suite::remotes(&folder, &group.draft),
        payloads: group.tests.iter().map(|(_, instance, _)| text(instance)).collect(),
        name: group.name,
        schema: group.schema,
        n_samples: 0,
    });
    let real = corpus::events(&folder).into_iter().map(|case| Schema {
        payloads: case.valid.iter().chain(&case.invalid).map(text).collect(),
        name: case.name,
        schema: case.schema,
        remotes: Vec::new(),
        n_samples: 0,
    });
    compare(&suite.chain(real).collect::<Vec<_>>(), 1_500);
}
