//! The generated TypeScript, under the strictest settings of its compiler and in Node.js: it says of every payload what
//! Rust says.

use std::{fs, path::Path};

use goodevent_build::Loaded;
use serde_json::{Value, json};
use test_bindings::{cases, node};

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
