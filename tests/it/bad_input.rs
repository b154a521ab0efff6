//! Registries that are wrong, and the words that say so.

use std::{fs, path::Path};

use goodevent_build::{Config, Loaded, output};
use tempfile::TempDir;

/// A registry of the given files.
fn registry(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the folder is writable");
        fs::write(path, bytes).expect("the folder is writable");
    }
    folder
}

/// The findings: rule, and the text at their place.
fn found(folder: &Path) -> Vec<(&'static str, String)> {
    let loaded = Loaded::read(folder).expect("the registry is readable");
    let text = |diagnostic: &goodevent_schema::diagnostic::Diagnostic| {
        let bytes = &loaded.sources[diagnostic.span.source].bytes;
        String::from_utf8_lossy(&bytes[diagnostic.span.start as usize..diagnostic.span.end as usize]).into_owned()
    };
    assert!(!loaded.rendered(true).is_empty() || loaded.diagnostics.is_empty());
    loaded.diagnostics.iter().map(|diagnostic| (diagnostic.rule, text(diagnostic))).collect()
}

const EVENT: &str = "orders/OrderPlacedV1Event.json";

fn check(text: &str, expected: &[(&str, &str)]) {
    let folder = registry(&[(EVENT, text.as_bytes())]);
    let found = found(folder.path());
    let found: Vec<(&str, &str)> = found.iter().map(|(rule, text)| (*rule, text.as_str())).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn every_fault_of_a_schema_is_named_at_its_place() {
    check(r#"{"type": "object",}"#, &[("malformed-json", "}")]);
    check("[1]", &[("invalid-schema", "[1]")]);
    check(r#"{"type": "strin"}"#, &[("invalid-schema", "\"strin\"")]);
    check(r#"{"maxLength": -1}"#, &[("invalid-schema", "-1")]);
    check(r##"{"$ref": "#/$defs/Missing"}"##, &[("unresolved-ref", "\"#/$defs/Missing\"")]);
    check(r#"{"$ref": "Missing.json"}"#, &[("unresolved-ref", "\"Missing.json\"")]);
    check(r#"{"$ref": "https://example.org/x"}"#, &[("unresolved-ref", "\"https://example.org/x\"")]);
    check(r##"{"$ref": "#"}"##, &[("circular-ref", "\"#\"")]);
    check(
        r##"{"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}"##,
        &[("circular-ref", "\"#/$defs/a\"")],
    );
    check(r#"{"mexLength": 5}"#, &[("unknown-keyword", "\"mexLength\"")]);
    check(r#"{"format": "uid"}"#, &[("unknown-format", "\"uid\"")]);
    check(r#"{"pattern": "["}"#, &[("invalid-pattern", "\"[\"")]);
    check(r#"{"title": "Other"}"#, &[("name-file-mismatch", "\"Other\"")]);
    check(r#"{"$schema": "https://example.org/mine"}"#, &[("unknown-dialect", "\"https://example.org/mine\"")]);
    check(r#"{"x-event": {"frequenzy": "1s/hour"}}"#, &[("unknown-fact", "\"frequenzy\"")]);
    check(r#"{"x-event": {"status": "done"}}"#, &[("invalid-fact", "\"done\"")]);
    check(r#"{"x-event": {"since": "2026-13-45"}}"#, &[("invalid-fact", "\"2026-13-45\"")]);
    check(r#"{"x-event": {"frequency": "banana"}}"#, &[("invalid-fact", "\"banana\"")]);
    check(r#"{"x-event": {"dedupKey": ["/b"]}, "properties": {"a": true}}"#, &[("dangling-pointer", "\"/b\"")]);
    check(
        r#"{"a": 1, "mexLength": 1, "format": "uid"}"#,
        &[("unknown-keyword", "\"a\""), ("unknown-keyword", "\"mexLength\""), ("unknown-format", "\"uid\"")],
    );
}

#[test]
fn deep_large_and_broken_files_are_refused() {
    let deep = "[".repeat(10_000);
    check(&deep, &[("malformed-json", "[")]);
    let folder = registry(&[(EVENT, b"{\"title\": \"\xff\xfe\"}")]);
    assert_eq!(found(folder.path())[0].0, "not-utf8");
    let folder = registry(&[(EVENT, &vec![b' '; 100 << 20])]);
    assert_eq!(found(folder.path()), [("file-too-large", String::new())]);
}

#[test]
fn names_of_events_are_names_of_types() {
    let folder = registry(&[("orders/order placed!.json", b"{}"), ("orders/OrderPlaced.json", b"{}")]);
    let rules: Vec<&str> = found(folder.path()).into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(rules, ["missing-event-suffix", "non-pascal-case-name"]);
    let folder = registry(&[("a/OrderPlacedV1Event.json", b"{}"), ("b/OrderPlacedV1Event.json", b"{}")]);
    let rules: Vec<&str> = found(folder.path()).into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(rules, ["duplicate-event-name"]);
}

#[test]
fn topics_that_a_broker_takes_for_one_are_found() {
    let folder = registry(&[
        ("a/OrderPlacedV1Event.json", b"{}"),
        ("a/context.toml", b"[topics]\nbroker = \"kafka\"\ntopic = \"{{snake}}\""),
        ("b/OrderPlacedV2Event.json", b"{}"),
        ("b/context.toml", b"[topics]\nbroker = \"kafka\"\ntopic = \"{{dotted}}\""),
    ]);
    let rules: Vec<&str> = found(folder.path()).into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(rules, ["colliding-topics"]);
}

#[test]
fn settings_are_checked() {
    let event: (&str, &[u8]) = (EVENT, b"{}");
    for (path, text, rule) in [
        ("goodevent.toml", "organisation = \"acme\"", "invalid-settings"),
        ("goodevent.toml", "names = [", "invalid-settings"),
        ("goodevent.toml", "[names]\ntopic = \"{{nothing}}\"", "invalid-name-template"),
        ("orders/context.toml", "[topics]\nbroker = \"kafka\"\ntopic = \"or/ders\"", "invalid-topic-name"),
        ("orders/context.toml", "envelope = \"paper\"", "invalid-settings"),
        ("goodevent.toml", "[names]\ntopic = '{{#*inline \"x\"}}{{> x}}{{/inline}}{{> x}}'", "invalid-name-template"),
        ("goodevent.toml", "[outputs]\njson = \"../x.json\"", "invalid-output"),
        ("goodevent.toml", "[outputs]\njson = \"/etc/x.json\"", "invalid-output"),
        ("goodevent.toml", "[outputs]\njson = \"src/lib.rs\"", "invalid-output"),
        ("orders/contex.toml", "", "unread-file"),
        ("orders/late/OrderPaidV1Event.json", "{}", "unread-file"),
    ] {
        let folder = registry(&[event, (path, text.as_bytes())]);
        let rules: Vec<&str> = found(folder.path()).into_iter().map(|(rule, _)| rule).collect();
        assert_eq!(rules, [rule], "{text}");
    }
}

#[test]
fn a_registry_that_is_not_there_is_named() {
    let error = Loaded::read(Path::new("no/such/folder")).expect_err("there is no such folder");
    assert!(error.to_string().contains("`no/such/folder`"), "{error}");
    let folder = registry(&[]);
    std::os::unix::fs::symlink("nowhere", folder.path().join("x.json")).expect("the folder is writable");
    assert_eq!(found(folder.path()), [("unreadable-file", String::new())]);
}

#[test]
fn nothing_is_written_of_a_registry_that_is_wrong() {
    let folder = registry(&[(EVENT, b"{\"type\": 5}")]);
    let out = tempfile::tempdir().expect("there is room for a folder");
    let error = Config::new().out_dir(out.path()).compile(folder.path()).expect_err("the contract is wrong");
    assert!(error.to_string().contains("OrderPlacedV1Event.json:1:10"), "{error}");
    assert_eq!(fs::read_dir(out.path()).expect("the folder is there").count(), 0);
}

#[test]
fn an_output_folder_that_is_none_is_named() {
    let folder = registry(&[("generated", b"a file in the way")]);
    let files = output::Files::from([("lib.rs".to_owned(), String::new())]);
    let error = output::write(&folder.path().join("generated"), &files, None, &[]).expect_err("a file is in the way");
    assert!(error.to_string().contains("generated/lib.rs"), "{error}");
    let error =
        output::write(Path::new("/proc/goodevent"), &files, None, &[]).expect_err("the kernel's folder is read-only");
    assert!(error.to_string().contains("/proc/goodevent/lib.rs"), "{error}");
}
