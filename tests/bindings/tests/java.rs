//! The generated Java, compiled with all warnings as errors: it says of every payload what Rust says.

use std::{fs, path::Path};

use goodevent_emit::languages::java::Java;
use test_bindings::{
    cases,
    compare::{self, Case},
    files::{self, is_left_out},
    java,
    schemas::{self, Made, Schema},
};

/// Compiles the code in `folder`, whose shared code is in the package `shared`, and compares what it says of the cases with
/// what Rust says. The packages of contracts are `module`, and `package` below of it.
fn compared(folder: &Path, shared: &str, package: &str, cases: &[Case]) {
    let probe = include_str!("../java/Probe.java").replace("import goodevent.", &format!("import {shared}."));
    let probe = probe.replace("PACKAGE.", package);
    fs::write(folder.join("Probe.java"), probe).expect("there is room for a file");
    assert_eq!(java::compiled(folder), "");
    fs::write(folder.join("cases.json"), compare::text(cases)).expect("there is room for a file");
    compare::checked(cases, &java::printed(folder, "Probe"), "Java");
}

#[test]
fn it_says_of_a_payload_what_rust_says() {
    if is_left_out("java") {
        return;
    }
    let folder = files::generated("java");
    compared(folder.path(), "com.acme.contracts.goodevent", "com.acme.contracts.", &cases::of_registry());
}

#[test]
fn a_service_publishes_and_consumes_events() {
    if is_left_out("java") {
        return;
    }
    let folder = files::generated("java");
    fs::write(folder.path().join("Consumer.java"), include_str!("../java/Consumer.java")).expect("there is room");
    assert_eq!(java::compiled(folder.path()), "");
    assert_eq!(java::printed(folder.path(), "Consumer").trim(), "all is well");
}

#[test]
fn the_example_of_the_page_runs() {
    if is_left_out("java") {
        return;
    }
    let page = fs::read_to_string(files::root().join("docs/languages/java.md")).expect("the page is readable");
    let example =
        page.split("```java\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the page has an example");
    let folder = files::generated("java");
    fs::write(folder.path().join("Example.java"), include_str!("../java/Example.java").replace("// EXAMPLE", example))
        .expect("there is room for a file");
    assert_eq!(java::compiled(folder.path()), "");
    assert_eq!(
        java::printed(folder.path(), "Example").trim(),
        "subscriptions 8a52c8af-2408-486f-ba4a-d277079de2b0 handled"
    );
}

/// Compiles the code of all schemas that are valid, and compares what it says with what Rust says.
fn compare(all: &[Schema]) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let mut cases = Vec::new();
    for (module, Made { files, cases: own }) in schemas::all_made(&Java, all, true) {
        for (path, text) in files {
            // The shared code is there once.
            let text = text.replace(&format!("import {module}.goodevent."), "import shared.goodevent.");
            let text = text.replace(&format!("package {module}.goodevent;"), "package shared.goodevent;");
            let path = path.replace(&format!("java/{module}/goodevent/"), "java/shared/goodevent/");
            files::write(&folder.path().join(path), &text);
        }
        cases.extend(own);
    }
    compared(folder.path(), "shared.goodevent", "", &cases);
}

#[test]
fn every_construct_in_every_place_means_what_it_means_in_rust() {
    if is_left_out("java") {
        return;
    }
    compare(&schemas::pairs());
}

#[test]
fn the_official_suite_and_real_schemas_mean_what_they_mean_in_rust() {
    if is_left_out("java") {
        return;
    }
    if let Some(all) = schemas::official_and_real() {
        compare(&all);
    }
}
