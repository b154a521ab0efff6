//! Consumers build parts of events from literals, without annotations, wherever the types come from.

use goodevent_emit::Options;
use goodevent_schema::{
    diagnostic::Level,
    source::{Source, Sources},
};
use goodevent_tests::{batch, parts};
use serde_json::json;

use crate::crates::{cargo, write};

/// Every kind of part in every place, owned and borrowed: in a crate of generated files, and in an included file that takes
/// its shared types from that crate.
#[test]
fn literals_build_every_part() {
    let sources = Sources { root: "schemas".to_owned(), files: parts::files() };
    let (registry, found) = goodevent_schema::analyze(&sources);
    let errors: Vec<_> = found.iter().filter(|found| found.level == Level::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut options = Options { made_by: "tests".to_owned(), ..Options::default() };
    let own = &batch::folder().join("parts");
    for (path, text) in goodevent_emit::rust_crate(&sources, &registry, &options).expect("the options are Rust") {
        write(&own.join("src").join(path), &text);
    }
    options.style.externs.insert("corpus.types".to_owned(), "::parts::corpus::types".to_owned());
    // A type by its own name is what is generic.
    let record = "::parts::corpus::types::record_part::generic::RecordPart";
    options.style.externs.insert("corpus.types.RecordPart".to_owned(), record.to_owned());
    write(
        &own.join("contracts.in"),
        &goodevent_emit::rust_file(&sources, &registry, &options).expect("the options are Rust"),
    );
    let main = format!(
        "mod contracts {{ include!(\"../contracts.in\"); }}\n\
         mod of_the_crate {{\n{}}}\nmod included {{\n{}}}\n\
         fn main() {{ println!(\"{{}} {{}}\", of_the_crate::check(), included::check()); }}\n",
        parts::consumer("::parts", "::parts::corpus::types"),
        parts::consumer("crate::contracts", "::parts::corpus::types"),
    );
    write(&own.join("src/main.rs"), &main);
    write(&own.join("Cargo.toml"), &batch::manifest("parts"));
    let (is_good, printed, error) = cargo(&["run"], own);
    assert!(is_good, "{error}");
    // 16 kinds in 2 homes and one in one, owned and borrowed: by itself, in 8 places, in a list.
    assert_eq!(printed.trim(), "660 660");
}

/// A deprecated type is that by each of its names, and by no name of another type.
#[test]
fn each_name_of_a_deprecated_part_warns() {
    let part = |is_deprecated: bool| {
        json!({
            "type": "object", "properties": { "name": { "type": "string" } }, "additionalProperties": false,
            "deprecated": is_deprecated, "description": "What the contract says."
        })
    };
    let event = json!({
        "type": "object", "properties": { "old": part(true), "new": part(false) }, "additionalProperties": false,
        "x-event": { "status": "deprecated", "replacedBy": "ThingMadeV2Event" }
    });
    let bytes = event.to_string().into_bytes().into();
    let file = Source { path: "corpus/ThingMadeV1Event.json".to_owned(), uri: None, bytes };
    let sources = Sources { root: "schemas".to_owned(), files: vec![file] };
    let (registry, _) = goodevent_schema::analyze(&sources);
    let options = Options { made_by: "tests".to_owned(), ..Options::default() };
    let folder = tempfile::tempdir().expect("there is room for a folder");
    write(
        &folder.path().join("contracts.in"),
        &goodevent_emit::rust_file(&sources, &registry, &options).expect("the options are Rust"),
    );
    write(&folder.path().join("Cargo.toml"), &batch::manifest("deprecated-parts"));
    let module = "contracts::corpus::thing_made_v1_event::";
    let uses = |name: &str| format!("#[allow(dead_code)] fn named(_: {module}{name}) {{}}");
    let none = "None";
    let built = |name: &str, fields: &str| {
        format!("#[allow(dead_code)] fn named() {{ let _ = {module}{name} {{ {fields} }}; }}")
    };
    for (code, is_deprecated) in [
        (uses("Old"), true),
        (uses("OldRef<'_>"), true),
        (uses("generic::Old<&str>"), true),
        (built("Old", &format!("name: {none}")), true),
        (uses("ThingMadeV1Event"), true),
        (uses("ThingMadeV1EventRef<'_>"), true),
        (built("ThingMadeV1Event", "old: None, new: None"), true),
        (uses("New"), false),
        (uses("NewRef<'_>"), false),
        (built("New", "name: Some(\"x\".into())"), false),
    ] {
        let main = format!("mod contracts {{ include!(\"../contracts.in\"); }}\n{code}\nfn main() {{}}\n");
        write(&folder.path().join("src/main.rs"), &main);
        let (is_good, _, error) = cargo(&["check"], folder.path());
        assert_eq!(is_good, !is_deprecated, "{code}: {error}");
        assert!(is_good || error.contains("use of deprecated"), "{code}: {error}");
    }
}

/// The twin of a part takes no name that the contract gives to another.
#[test]
fn twins_leave_names_to_contracts() {
    let part =
        json!({ "type": "object", "properties": { "code": { "type": "string" } }, "additionalProperties": false });
    let properties = json!({ "voucher": part, "voucherRef": part, "voucherRef2": part });
    let code =
        batch::generate(&json!({ "type": "object", "properties": properties }), &[]).expect("the schema is valid");
    for (name, twin) in [("Voucher", "VoucherRef3"), ("VoucherRef", "VoucherRefRef"), ("VoucherRef2", "VoucherRef2Ref")]
    {
        assert!(code.contains(&format!("pub type {name} = generic::{name}<::std::string::String>;")), "{name}: {code}");
        assert!(code.contains(&format!("pub type {twin}<'a> of {name})")), "{twin}: {code}");
    }
}
