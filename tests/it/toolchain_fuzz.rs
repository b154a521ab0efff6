//! The toolchain over schemas that went wrong: it may refuse them, but not fail.

use std::{fs, path::Path};

use goodevent_emit::Options;
use goodevent_schema::{
    analyze,
    diagnostic::Level,
    source::{Source, Sources},
};
use goodevent_tests::{corpus, mutate, random::Random};
use serde_json::Value;

fn run(bytes: Vec<u8>) {
    let source = Source { path: "orders/OrderPlacedV1Event.json".to_owned(), uri: None, bytes };
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

#[test]
fn schemas_of_any_depth_are_read_or_refused() {
    for depth in [10, 60, 120, 300, 10_000] {
        let open = r#"{"type":"object","properties":{"a":"#.repeat(depth);
        let close = "}}".repeat(depth);
        run(format!("{open}{{\"type\":\"string\"}}{close}").into_bytes());
    }
}
