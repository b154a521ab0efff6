//! The generated Python, under the strictest settings of mypy and in CPython: it says of every payload what Rust says.

use std::{fs, path::Path};

use goodevent_emit::languages::python::Python;
use test_bindings::{
    cases,
    compare::{self, Case},
    files::{self, is_left_out},
    python,
    schemas::{self, Made, Schema},
};

/// Examines the code in the packages of `folder`, and compares what it says of the cases with what Rust says.
fn compared(folder: &Path, package: &str, cases: &[Case]) {
    assert_eq!(python::examined(folder, &[package]), "");
    fs::write(folder.join("cases.json"), compare::text(cases)).expect("there is room for a file");
    let printed = python::printed(folder, include_str!("../python/probe.py"));
    compare::checked(cases, &printed, "Python");
}

#[test]
fn it_says_of_a_payload_what_rust_says() {
    if is_left_out("python") {
        return;
    }
    let folder = files::generated("python");
    compared(folder.path(), "contracts", &cases::of_registry());
}

#[test]
fn its_types_say_what_the_contract_says() {
    if is_left_out("python") {
        return;
    }
    let folder = files::generated("python");
    let consumer = include_str!("../python/consumer.py");
    fs::write(folder.path().join("consumer.py"), consumer).expect("there is room for a file");
    assert_eq!(python::examined(folder.path(), &["contracts", "consumer.py"]), "");
    assert_eq!(python::printed(folder.path(), consumer).trim(), "all is well");
}

#[test]
fn its_types_are_fields_of_models_of_pydantic() {
    if is_left_out("python") {
        return;
    }
    let folder = files::generated("python");
    let printed = python::printed(folder.path(), include_str!("../python/with_pydantic.py"));
    assert_eq!(printed.trim(), "all is well");
}

#[test]
fn the_example_of_its_documentation_runs() {
    if is_left_out("python") {
        return;
    }
    let page = fs::read_to_string(files::root().join("docs/languages/python.md")).expect("the page is readable");
    let (_, rest) = page.split_once("```python\n").expect("the page has an example");
    let (example, _) = rest.split_once("```").expect("the example ends");
    let folder = files::generated("python");
    assert_eq!(python::printed(folder.path(), example), "");
}

/// Examines the code of all schemas that are valid, and compares what it says with what Rust says.
fn compare(all: &[Schema]) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    files::write(&folder.path().join("generated/__init__.py"), "");
    let mut cases = Vec::new();
    for (module, Made { files, cases: own }) in schemas::all_made(&Python, all, false) {
        for (path, text) in files {
            let Some(path) = path.strip_prefix("contracts/") else { continue };
            // The shared code is there once.
            let path = if path.starts_with("goodevent/") { path.to_owned() } else { format!("{module}/{path}") };
            files::write(&folder.path().join("generated").join(path), &with_shared(&text));
        }
        cases.extend(own);
    }
    compared(folder.path(), "generated", &cases);
}

/// The text with the shared code one level further up.
fn with_shared(text: &str) -> String {
    let line = |line: &str| match line.strip_prefix("from .").filter(|line| line.contains(" import goodevent as ")) {
        Some(rest) => format!("from ..{rest}\n"),
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[test]
fn every_construct_in_every_place_means_what_it_means_in_rust() {
    if is_left_out("python") {
        return;
    }
    compare(&schemas::pairs());
}

#[test]
fn the_official_suite_and_real_schemas_mean_what_they_mean_in_rust() {
    if is_left_out("python") {
        return;
    }
    if let Some(all) = schemas::official_and_real() {
        compare(&all);
    }
}
