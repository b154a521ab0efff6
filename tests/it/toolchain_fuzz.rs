//! The toolchain over schemas that went wrong: it may refuse them, but not fail.

use std::{fs, path::Path};

use goodevent_check::compat::{Change, Prover, Version, changes};
use goodevent_check::random::Random;
use goodevent_emit::Options;
use goodevent_schema::{
    analyze,
    diagnostic::Level,
    source::{Source, Sources},
};
use goodevent_tests::{corpus, instances::Maker, mutate, oracle};
use serde_json::Value;

fn run(bytes: Vec<u8>) {
    let source = Source { path: "orders/OrderPlacedV1Event.json".to_owned(), uri: None, bytes: bytes.into() };
    let sources = Sources { root: String::new(), files: vec![source] };
    let (registry, found) = analyze(&sources);
    for diagnostic in &found {
        let n_bytes = sources[diagnostic.span.source].bytes.len();
        assert!(
            diagnostic.span.start <= diagnostic.span.end && diagnostic.span.end as usize <= n_bytes,
            "{diagnostic:?}"
        );
    }
    assert!(!goodevent_build::render::human(&found, &sources, false).contains('\0'));
    if found.iter().all(|diagnostic| diagnostic.level != Level::Error) {
        assert!(!goodevent_emit::rust_file(&sources, &registry, &Options::default()).is_empty());
    }
}

fn schemas() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/subscriptions");
    let files = fs::read_dir(folder).expect("the registry is readable").flatten().map(|entry| entry.path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let own = files.map(|path| {
        serde_json::from_slice(&fs::read(path).expect("contracts are readable")).expect("contracts are JSON")
    });
    let real = corpus::folder().map(|folder| corpus::events(&folder)).unwrap_or_default();
    own.chain(real.into_iter().step_by(9).map(|case| case.schema)).collect()
}

#[test]
fn mutated_schemas_do_not_make_the_toolchain_panic() {
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    let outcome = thread.spawn(|| {
        let mut random = Random::new(2);
        for schema in schemas() {
            for _ in 0..12 {
                run(mutate::mutated(&schema, &mut random));
            }
        }
    });
    outcome.expect("a thread starts").join().expect("the toolchain does not panic");
}

/// What became of a contract, if both versions can be read.
fn compare(old: &[u8], new: &[u8]) -> Vec<Change> {
    let read = |bytes: &[u8]| {
        let source = Source { path: "orders/OrderPlacedV1Event.json".to_owned(), uri: None, bytes: bytes.into() };
        let sources = Sources { root: String::new(), files: vec![source] };
        let (registry, found) = analyze(&sources);
        let is_good = found.iter().all(|diagnostic| diagnostic.level != Level::Error);
        let root = registry.schemas.documents.first().map(|document| document.root).filter(|_| is_good);
        Some((root?, sources, registry))
    };
    let (Some(old), Some(new)) = (read(old), read(new)) else { return Vec::new() };
    let mut prover = Prover::new(&old.2.schemas, &new.2.schemas);
    changes(&mut prover, (Version::Old, old.0), (Version::New, new.0))
}

/// What is said to be compatible is held against random payloads.
fn check_verdicts(old: &Value, new: &Value, found: &[Change]) {
    let (Ok(accepts_old), Ok(accepts_new)) = (oracle::reference(old), oracle::reference(new)) else { return };
    let is_backward = found.iter().all(|change| change.backward.is_compatible());
    let is_forward = found.iter().all(|change| change.forward.is_compatible());
    let (mut of_old, mut of_new) = (Maker::new(old, 3), Maker::new(new, 4));
    for _ in 0..50 {
        for payload in [of_old.instance(), of_new.instance()] {
            let (was, is) = (accepts_old.is_valid(&payload), accepts_new.is_valid(&payload));
            assert!(!is_backward || !was || is, "{payload} was valid: {old} {new}");
            assert!(!is_forward || !is || was, "{payload} is valid: {old} {new}");
        }
    }
}

#[test]
fn mutated_versions_are_compared() {
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    let outcome = thread.spawn(|| {
        let mut random = Random::new(5);
        for schema in schemas() {
            for _ in 0..8 {
                let text = schema.to_string();
                let mutated = mutate::mutated(&schema, &mut random);
                let found = compare(text.as_bytes(), &mutated);
                let is_read = !compare(&mutated, b"false").is_empty();
                if let Some(mutated) = serde_json::from_slice::<Value>(&mutated).ok().filter(|_| is_read) {
                    check_verdicts(&schema, &mutated, &found);
                }
            }
        }
        for depth in [50, 100, 120] {
            let nested = |leaf: &str| {
                let open = r#"{"type":"object","required":["a"],"properties":{"a":"#.repeat(depth);
                format!("{open}{{\"type\":\"{leaf}\"}}{}", "}}".repeat(depth))
            };
            assert_eq!(compare(nested("string").as_bytes(), nested("integer").as_bytes()).len(), 1);
        }
    });
    outcome.expect("a thread starts").join().expect("the toolchain does not panic");
}

#[test]
fn schemas_of_any_depth_are_read_or_refused() {
    for depth in [10, 60, 120, 300, 10_000] {
        let open = r#"{"type":"object","properties":{"a":"#.repeat(depth);
        let close = "}}".repeat(depth);
        run(format!("{open}{{\"type\":\"string\"}}{close}").into_bytes());
    }
}
