//! Rust and texts of any schemas that have no errors.

use goodevent_emit::{Options, rust_crate, rust_file};
use goodevent_schema::{diagnostic::has_errors, output};

use crate::registry::{Read, files, schemas};

/// The settings, which ask for every text output that there is.
const SETTINGS: &str = r#"organization = "acme"
[outputs]
go = "topics/topics.go"
json = "topics/topics.json"
markdown = "topics/topics.md"
python = "topics/topics.py"
typescript = "topics/topics.ts"
"#;

pub(super) fn run(data: &[u8]) {
    let all = schemas(data);
    let texts = all.files.iter().map(|file| (file.path.as_str(), &*file.bytes));
    let read = Read::of(files(texts.chain([("goodevent.toml", SETTINGS.as_bytes())])));
    if has_errors(&read.found) {
        return;
    }
    let code = rust_file(&read.sources, &read.registry, &Options::default()).expect("the options name no Rust");
    check_rust(&code);
    let again = rust_file(&read.sources, &read.registry, &Options::default()).expect("it was made before");
    assert_eq!(again, code, "another run makes other code");
    let code = rust_crate(&read.sources, &read.registry, &Options::default()).expect("the options name no Rust");
    for (path, text) in &code {
        assert_eq!(output::fault(path), None, "{path}");
        check_rust(text);
    }
    let templates = goodevent_templates::all();
    let texts = goodevent_emit::emit(&read.sources, &read.registry, &Options::default(), &templates);
    let texts = texts.expect("the templates are ours");
    // The sources, `Cargo.toml`, and a text for each template.
    assert_eq!(texts.len(), code.len() + 1 + templates.len());
    assert!(texts["Cargo.toml"].contains("[dependencies]"), "{}", texts["Cargo.toml"]);
    let json: Result<serde_json::Value, _> = serde_json::from_str(&texts["topics/topics.json"]);
    assert!(json.is_ok(), "{}", texts["topics/topics.json"]);
}

fn check_rust(text: &str) {
    if let Err(error) = syn::parse_file(text) {
        panic!("the code is not Rust: {error}\n{text}");
    }
}
