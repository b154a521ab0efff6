//! The generated TypeScript, under the strictest settings of its compiler and in Node.js: it says of every payload what
//! Rust says.

use std::{fs, path::Path};

use goodevent_emit::languages::typescript::TypeScript;
use test_bindings::{
    cases,
    compare::{self, Case},
    files::{self, is_left_out},
    node,
    schemas::{self, Made, Schema},
};

/// Compiles the code in `folder`, and compares what it says of the cases with what Rust says.
fn compared(folder: &Path, cases: &[Case]) {
    assert_eq!(node::compiled(folder), "");
    fs::write(folder.join("cases.json"), compare::text(cases)).expect("there is room for a file");
    let printed = node::printed(folder, include_str!("../typescript/probe.mjs"));
    compare::checked(cases, &printed, "JavaScript");
}

#[test]
fn it_says_of_a_payload_what_rust_says() {
    if is_left_out("typescript") {
        return;
    }
    let folder = files::generated("typescript");
    compared(folder.path(), &cases::of_registry());
}

#[test]
fn its_types_say_what_the_contract_says() {
    if is_left_out("typescript") {
        return;
    }
    let folder = files::generated("typescript");
    fs::write(folder.path().join("consumer.ts"), include_str!("../typescript/consumer.ts")).expect("there is room");
    assert_eq!(node::compiled(folder.path()), "");
    let printed = node::printed(folder.path(), "import \"./out/consumer.js\";");
    assert_eq!(printed.trim(), "all is well");
}

/// Compiles the code of all schemas that are valid, and compares what it says with what Rust says.
fn compare(all: &[Schema]) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let mut cases = Vec::new();
    for (module, Made { files, cases: own }) in schemas::all_made(&TypeScript, all, false) {
        for (path, text) in files {
            // The shared code is there once.
            let path = if path.starts_with("goodevent/") { path } else { format!("{module}/{path}") };
            let up = ["./", "../", "../../"];
            let text = up.iter().rev().fold(text, |text, up| {
                text.replace(&format!(" from \"{up}goodevent/"), &format!(" from \"../{up}goodevent/"))
            });
            files::write(&folder.path().join(path), &text);
        }
        cases.extend(own);
    }
    compared(folder.path(), &cases);
}

#[test]
fn every_construct_in_every_place_means_what_it_means_in_rust() {
    if is_left_out("typescript") {
        return;
    }
    compare(&schemas::pairs());
}

#[test]
fn the_official_suite_and_real_schemas_mean_what_they_mean_in_rust() {
    if is_left_out("typescript") {
        return;
    }
    if let Some(all) = schemas::official_and_real() {
        compare(&all);
    }
}
