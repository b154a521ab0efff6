//! The generated Go, under gofmt, vet and staticcheck, and at work: it says of every payload what Rust says.

use std::{fs, path::Path};

use goodevent_emit::languages::go::Go;
use test_bindings::{
    cases,
    compare::{self, Case},
    files::{self, is_left_out},
    go,
    schemas::{self, Made, Schema},
};

/// Writes the probe for the packages in these folders of the module, the root among them by an empty name.
fn write_probe(folder: &Path, modules: &[String]) {
    let import = |module: &String| match module.as_str() {
        "" => "\troot \"contracts\"\n".to_owned(),
        module => format!("\t{module} \"contracts/{module}\"\n"),
    };
    let entry = |module: &String| {
        let package = if module.is_empty() { "root" } else { module };
        format!("\tmodules[\"{module}\"] = {package}.Contracts\n")
    };
    // As gofmt sorts them.
    let mut modules = modules.to_vec();
    modules.sort();
    let imports: String = modules.iter().map(import).collect();
    let entries: String = modules.iter().map(entry).collect();
    let list = format!(
        "package main\n\nimport (\n{imports}\n\t\"contracts/goodevent\"\n)\n\nvar modules = map[string]func() \
         []goodevent.AnyContract{{}}\n\nfunc init() {{\n{entries}}}\n"
    );
    files::write(&folder.join("probe/modules.go"), &list);
    files::write(&folder.join("probe/probe.go"), include_str!("../go/probe.go"));
}

/// Checks the code in `folder`, and compares what it says of the cases with what Rust says.
fn compared(folder: &Path, modules: &[String], cases: &[Case]) {
    write_probe(folder, modules);
    assert_eq!(go::findings(folder), "");
    fs::write(folder.join("cases.json"), compare::text(cases)).expect("there is room for a file");
    compare::checked(cases, &go::run(folder, "probe"), "Go");
}

#[test]
fn it_says_of_a_payload_what_rust_says() {
    if is_left_out("go") {
        return;
    }
    let folder = files::generated("go");
    compared(folder.path(), &[String::new()], &cases::of_registry());
}

#[test]
fn its_types_say_what_the_contract_says() {
    if is_left_out("go") {
        return;
    }
    let folder = files::generated("go");
    files::write(&folder.path().join("consumer/main.go"), include_str!("../go/consumer.go"));
    assert_eq!(go::findings(folder.path()), "");
    assert_eq!(go::run(folder.path(), "consumer").trim(), "all is well");
}

#[test]
fn the_example_of_the_documentation_runs() {
    if is_left_out("go") {
        return;
    }
    let folder = files::generated("go");
    let page = fs::read_to_string(files::root().join("docs/languages/go.md")).expect("the page is readable");
    let (_, rest) = page.split_once("```go\n").expect("the page has an example");
    let (example, _) = rest.split_once("```").expect("the example ends");
    files::write(&folder.path().join("example/main.go"), example);
    assert_eq!(go::findings(folder.path()), "");
    let printed = go::run(folder.path(), "example");
    assert_eq!(printed, "subscriptions 8a52c8af-2408-486f-ba4a-d277079de2b0 <nil>\npaymentFailure\n");
}

/// Checks the code of all schemas that are valid, and compares what it says with what Rust says.
fn compare(all: &[Schema]) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let (mut cases, mut modules) = (Vec::new(), Vec::new());
    for (module, Made { files, cases: own }) in schemas::all_made(&Go, all, false) {
        for (path, text) in files {
            // The shared code is there once, as one module.
            let path = match path.as_str() {
                "go.mod" => path,
                path if path.starts_with("goodevent/") => path.to_owned(),
                path => format!("{module}/{path}"),
            };
            files::write(&folder.path().join(path), &text);
        }
        cases.extend(own);
        modules.push(module);
    }
    compared(folder.path(), &modules, &cases);
}

#[test]
fn every_construct_in_every_place_means_what_it_means_in_rust() {
    if is_left_out("go") {
        return;
    }
    compare(&schemas::pairs());
}

#[test]
fn the_official_suite_and_real_schemas_mean_what_they_mean_in_rust() {
    if is_left_out("go") {
        return;
    }
    if let Some(all) = schemas::official_and_real() {
        compare(&all);
    }
}
