//! Property names, values and titles of any kind become Rust that compiles without warnings.

use goodevent_schema::{
    diagnostic::Level,
    source::{Source, Sources},
};
use goodevent_tests::batch;
use serde_json::{Value, json};

use crate::alphabet;

/// Text that was made to end comments, literals and lines, or to be read as something else, is the text that it is.
#[test]
fn hostile_text_compiles_and_is_data() {
    let texts: Vec<&str> = alphabet::PIECES.into_iter().collect();
    let all = alphabet::all();
    let object = |entries: Vec<(String, Value)>| Value::Object(entries.into_iter().collect());
    let each =
        |schema: &dyn Fn(&str) -> Value| object(texts.iter().map(|text| ((*text).to_owned(), schema(text))).collect());
    let numbered = |schema: &dyn Fn(&str) -> Value| {
        object(texts.iter().enumerate().map(|(nth, text)| (format!("part{nth}"), schema(text))).collect())
    };
    let headers = numbered(&|text| json!(format!("a {text}")));
    let headers = headers.as_object().expect("it is an object").iter();
    let headers: Value = headers.map(|(name, meaning)| (format!("x-{name}"), meaning.clone())).collect();
    let schemas = [
        json!({
            "type": "object", "description": all, "title": "SubjectV1Event", "required": texts,
            "properties": each(&|text| json!({ "type": "string", "maxLength": 9, "description": text })),
            "x-event": { "headers": headers },
        }),
        json!({ "enum": texts, "description": texts.join("\n") }),
        json!({ "const": { all.clone(): [all] }, "description": texts[6..12].join("") }),
        json!({
            "type": "object", "additionalProperties": false,
            "properties": numbered(&|text| json!({
                "type": "object", "title": text, "default": text, "examples": [text], "$comment": text, "deprecated": true,
                "required": ["a"], "properties": { "a": { "const": text, "description": format!("{text}\n\n{text}") } },
            })),
        }),
        json!({
            "type": "object", "dependentRequired": each(&|_| json!(["a"])),
            "propertyNames": { "enum": texts.iter().chain(&["a"]).collect::<Vec<_>>() },
        }),
    ];
    let mut payloads = vec![
        (0, each(&|_| json!("é")), true),
        (0, each(&|text| if text == "`" { json!(1) } else { json!("é") }), false),
        (1, json!("a"), false),
        (2, json!({ all.clone(): [all] }), true),
        (2, json!({ all.clone(): [all.replacen('*', "+", 1)] }), false),
        (3, numbered(&|text| json!({ "a": text })), true),
        (3, numbered(&|text| json!({ "a": format!("{text} ") })), false),
        (4, json!({ "a": 1, texts[0]: 1, texts[20]: 1 }), true),
        (4, json!({ texts[0]: 1 }), false),
    ];
    payloads.extend(texts.iter().map(|text| (1, json!(text), true)));
    decide(&schemas, "hostile-text", &payloads);
}

#[test]
fn any_name_compiles() {
    let names = [
        "type", "self", "Self", "crate", "super", "async", "gen", "fooBar", "foo_bar", "FooBar", "foo-bar", "1st", "",
        " ", "größe", "名前", "a\"b", "a\\b", "a/b", "a~b", "\n", "extra", "String", "Option", "w", "c", "members",
        "key", "__", "😀", "r#type",
    ];
    let schema = json!({ "type": "string", "maxLength": 9 });
    let properties: serde_json::Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), schema.clone())).collect();
    let nested: serde_json::Map<String, Value> = names
        .iter()
        .map(|name| ((*name).to_owned(), json!({ "type": "object", "properties": { "value": { "enum": names } }, "description": "*/ \\ \" `` [x]" })))
        .collect();
    let deep = (0..100)
        .fold(json!({ "type": "integer" }), |inner, _| json!({ "type": "object", "properties": { "inner": inner } }));
    let tree = json!({
        "type": "object", "required": ["value"], "additionalProperties": false,
        "properties": { "value": { "type": "number" }, "left": { "$ref": "#" }, "right": { "anyOf": [{ "$ref": "#" }, { "type": "null" }] },
            "more": { "type": "array", "items": { "$ref": "#" } } }
    });
    let schemas = [
        json!({ "type": "object", "properties": properties.clone(), "required": names }),
        json!({ "type": "object", "properties": properties, "additionalProperties": false }),
        json!({ "type": "object", "properties": nested, "title": "type", "description": "a\rb\u{0}c\n\n# not a heading" }),
        json!({ "enum": names }),
        deep,
        tree,
        json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "type": "boolean" }], "items": false, "minItems": 2 }),
        json!({ "type": "object", "additionalProperties": { "type": ["integer", "string", "null"] } }),
    ];
    let payloads = [
        (0, Value::Object(names.iter().map(|name| ((*name).to_owned(), json!("é"))).collect()), true),
        (1, json!({ "größe": "x", "\n": "y" }), true),
        (1, json!({ "grösse": "x" }), false),
        (3, json!("名前"), true),
        (3, json!("name"), false),
        (
            5,
            json!({ "value": 1, "left": { "value": 2.5, "right": null }, "more": [{ "value": -0.5, "more": [] }] }),
            true,
        ),
        (5, json!({ "value": 1, "left": null }), false),
        (6, json!(["a", true]), true),
        (6, json!(["a"]), false),
        (7, json!({ "a": 1, "b": "x", "c": null }), true),
        (7, json!({ "a": 1.5 }), false),
    ];
    decide(&schemas, "names", &payloads);
}

/// Names that mean something in Rust, in Cargo or in generated code, and names that are one after casing.
const HOSTILE: &[&str] = &[
    "AsRef",
    "AsMut",
    "Into",
    "From",
    "TryFrom",
    "Default",
    "Iterator",
    "IntoIterator",
    "Extend",
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "String",
    "ToString",
    "ToOwned",
    "Vec",
    "Box",
    "Cow",
    "BTreeMap",
    "Clone",
    "Copy",
    "Send",
    "Sized",
    "Drop",
    "Fn",
    "Eq",
    "PartialEq",
    "Ord",
    "PartialOrd",
    "Hash",
    "Debug",
    "Self",
    "self",
    "super",
    "crate",
    "Event",
    "SubjectV1Event",
    "SubjectV1EventRef",
    "SubjectV1EventRefRef",
    "SubjectV1EventHeaders",
    "EventRef",
    "EventRefRef",
    "Generic",
    "generic",
    "GenericRef",
    "foo_bar_ref",
    "Cursor",
    "Writer",
    "Decode",
    "Encode",
    "Text",
    "Json",
    "Error",
    "Contract",
    "g",
    "S",
    "T",
    "N0",
    "P0",
    "table",
    "Check",
    "Number",
    "ALL",
    "A_L_L",
    "TEXTS",
    "t_e_x_t_s",
    "core",
    "std",
    "alloc",
    "goodevent",
    "serde",
    "str",
    "i64",
    "u64",
    "f64",
    "bool",
    "usize",
    "fooBar",
    "foo_bar",
    "FooBar",
    "foo-bar",
    "fooBar2",
    "a-1b",
    "a1b",
    "type",
    "async",
    "gen",
    "try",
    "union",
    "dyn",
    "3d",
    "",
    " ",
    "größe",
    "名前",
    "😀",
    "🎉",
    "lib",
    "mod",
    "main",
    "bin",
    "patterns",
    "contracts",
    "types",
    "external",
    "topics",
];

/// Definitions, members, values and tags of any name, each of which keeps its own type, field and variant.
#[test]
fn any_name_is_free_in_any_role() {
    let long = "VeryLong".repeat(40);
    let names: Vec<&str> = HOSTILE.iter().copied().chain([long.as_str()]).collect();
    let definitions = |definition: &dyn Fn(usize) -> Value| -> Value {
        let definitions = names.iter().enumerate().map(|(name_idx, name)| ((*name).to_owned(), definition(name_idx)));
        definitions.collect::<serde_json::Map<String, Value>>().into()
    };
    let uses: serde_json::Map<String, Value> = names
        .iter()
        .map(|name| {
            let pointer = name.replace('~', "~0").replace('/', "~1");
            ((*name).to_owned(), json!({ "$ref": format!("#/$defs/{pointer}") }))
        })
        .collect();
    let of = |definition: &dyn Fn(usize) -> Value| {
        json!({
            "type": "object", "additionalProperties": false, "required": names, "properties": uses, "$defs": definitions(definition)
        })
    };
    let record = |name_idx: usize| {
        let member = json!({ "const": name_idx });
        json!({ "type": "object", "properties": { "value": member, "text": { "type": "string" } }, "required": ["value"] })
    };
    let listed = |name_idx: usize| json!({ "enum": [format!("v{name_idx}"), "other"] });
    let tagged = |name: &&str| {
        let properties = json!({ "kind": { "const": name }, "text": { "type": "string" } });
        json!({ "type": "object", "properties": properties, "required": ["kind"], "additionalProperties": false })
    };
    let branches: Vec<Value> = names.iter().map(tagged).collect();
    let whole = |value: &dyn Fn(usize) -> Value| -> Value {
        let members = names.iter().enumerate().map(|(name_idx, name)| ((*name).to_owned(), value(name_idx)));
        members.collect::<serde_json::Map<String, Value>>().into()
    };
    let records = whole(&|name_idx| json!({ "value": name_idx, "text": "é" }));
    let mut payloads = vec![
        (0, records.clone(), true),
        (1, whole(&|name_idx| json!(format!("v{name_idx}"))), true),
        (1, whole(&|name_idx| json!(format!("v{}", name_idx + 1))), false),
    ];
    for name in &names {
        let mut missing = records.clone();
        missing.as_object_mut().expect("the payload is an object").shift_remove(*name);
        payloads.push((0, missing, false));
        let mut other = records.clone();
        other[*name]["value"] = json!(-1);
        payloads.push((0, other, false));
        payloads.push((2, json!({ "values": [name], "union": { "kind": name, "text": "" } }), true));
        payloads.push((2, json!({ "values": [format!("{name}?")] }), false));
    }
    let schemas = [
        of(&record),
        of(&listed),
        json!({ "type": "object", "properties": {
            "values": { "type": "array", "items": { "enum": names } }, "union": { "oneOf": branches }
        } }),
    ];
    decide(&schemas, "names-roles", &payloads);
}

/// Contexts, events and shared types of any name, as one file and as the files of a crate.
#[test]
fn any_file_and_folder_compiles() {
    let contexts = [
        "lib",
        "mod",
        "main",
        "bin",
        "patterns",
        "contracts",
        "external",
        "self",
        "super",
        "crate",
        "core",
        "std",
        "alloc",
        "goodevent",
        "serde",
        "type",
        "a-b",
        "Bookings",
        "topics",
        "str",
        "1st",
        "größe",
        "😀",
        "g",
        "table",
    ];
    let events = ["SMSSent", "ABCreated", "Self", "AsRef", "Option", "X"];
    let shared: Vec<String> = HOSTILE.iter().map(|name| (*name).to_owned()).chain(["VeryLong".repeat(24)]).collect();
    let mut taken = std::collections::BTreeSet::new();
    let shared: Vec<&String> = shared.iter().filter(|name| taken.insert(goodevent_schema::name::words(name))).collect();
    let file = |path: String, schema: Value| Source { path, uri: None, bytes: schema.to_string().into_bytes().into() };
    let mut files: Vec<Source> = shared
        .iter()
        .flat_map(|name| {
            let record = json!({ "type": "object", "properties": { "value": { "type": "string" } }, "additionalProperties": false });
            [file(format!("types/{name}.json"), record), file(format!("lib/types/{name}.json"), json!({ "type": "string" }))]
        })
        .collect();
    let reference = |folder: &str, name: &str| json!({ "$ref": format!("{folder}types/{name}.json") });
    let mut n_events = 0;
    for (context_idx, context) in contexts.iter().enumerate() {
        // Names of events are unique in a registry; one context has those that are hard to tell apart.
        for event in if context_idx == 0 { &events[..] } else { &events[..1] } {
            n_events += 1;
            let all = shared.iter().filter(|_| context_idx == 0);
            let properties: serde_json::Map<String, Value> = all
                .flat_map(|name| {
                    [(format!("{name}/own"), reference("", name)), (format!("{name}/all"), reference("../", name))]
                })
                .chain([("pattern".to_owned(), json!({ "type": "string", "pattern": "^(a|bc)+d$" }))])
                .collect();
            let path = format!("{context}/{event}{context_idx}V1Event.json");
            files.push(file(path, json!({ "type": "object", "properties": properties })));
        }
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    let sources = Sources { root: "schemas".to_owned(), files };
    let (registry, found) = goodevent_schema::analyze(&sources);
    let errors: Vec<_> = found.iter().filter(|found| found.level == Level::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let options = goodevent_emit::Options { made_by: "tests".to_owned(), ..Default::default() };
    let mut crate_files = goodevent_emit::rust_crate(&sources, &registry, &options).expect("the options are Rust");
    let checks = format!(
        "\n#[test]\nfn every_contract_is_there() {{\n    assert_eq!(CONTRACTS.len(), {n_events});\n    \
         let names: ::std::collections::BTreeSet<&str> = CONTRACTS.iter().map(|own| own.name).collect();\n    \
         assert!(names.len() == {n_events} && names.contains(\"SMSSent0V1Event\") && names.contains(\"ABCreated0V1Event\"));\n}}\n\
         #[allow(dead_code)]\nmod whole {{\n    include!(\"../whole.in\");\n}}\n"
    );
    let one_file = goodevent_emit::rust_file(&sources, &registry, &options).expect("the options are Rust");
    crate_files.get_mut("lib.rs").expect("a crate has a root").push_str(&checks);
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the folder is writable");
        std::fs::write(path, text).expect("the folder is writable");
    };
    crate_files.iter().for_each(|(path, text)| write(&format!("src/{path}"), text));
    write("whole.in", &one_file);
    write("Cargo.toml", &batch::manifest("hostile"));
    let output = std::process::Command::new(env!("CARGO"))
        .args(["test", "--quiet", "--manifest-path"])
        .arg(folder.path().join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", batch::folder().join("target"))
        .env("RUSTFLAGS", "--deny warnings")
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Files whose names would be one in code: an error at the second.
#[test]
fn names_that_collide_are_found() {
    for (first, second) in [
        ("Bookings/OrderPlacedV1Event.json", "bookings/OrderPaidV1Event.json"),
        ("a-b/OrderPlacedV1Event.json", "a_b/OrderPaidV1Event.json"),
        ("a-b/OrderPlacedV1Event.json", "aB/types/X.json"),
        ("empty/context.toml", "😀/OrderPaidV1Event.json"),
        ("types/A-B.json", "types/aB.json"),
        ("x/types/A-B.json", "x/types/a_b.json"),
        ("orders/ABCreatedV1Event.json", "orders/AbCreatedV1Event.json"),
        ("orders/OrderPlacedV1Event.json", "orders/OrderplacedV1Event.json"),
    ] {
        let file = |path: &str| {
            let text = if path.ends_with(".toml") { "" } else { "{}" };
            Source { path: path.to_owned(), uri: None, bytes: text.as_bytes().into() }
        };
        let sources = Sources { root: String::new(), files: vec![file(first), file(second)] };
        let (_, found) = goodevent_schema::analyze(&sources);
        let found: Vec<_> = found.iter().map(|found| (found.rule, &*sources[found.span.source].path)).collect();
        assert_eq!(found, [("colliding-names", second)], "{first}");
    }
    for path in ["types/context.toml", "types/types/X.json"] {
        let file = Source { path: path.to_owned(), uri: None, bytes: b"{}".as_slice().into() };
        let (registry, found) = goodevent_schema::analyze(&Sources { root: String::new(), files: vec![file] });
        assert_eq!(found.iter().map(|found| found.rule).collect::<Vec<_>>(), ["unread-file"], "{path}");
        assert!(registry.contexts.is_empty());
    }
}

/// Compiles the schemas, and asks their decoders for verdicts.
fn decide(schemas: &[Value], folder_name: &str, payloads: &[(usize, Value, bool)]) {
    let modules: Vec<String> =
        schemas.iter().map(|schema| batch::generate(schema, &[]).expect("the schema is valid")).collect();
    let batches =
        batch::build(&batch::folder(), folder_name, &modules, 20).expect("the code compiles without warnings");
    let input: Vec<(usize, Vec<u8>)> =
        payloads.iter().map(|(number, value, _)| (*number, value.to_string().into_bytes())).collect();
    let verdicts = batches[0].run(&input).expect("no decoder fails");
    for ((number, value, is_valid), verdict) in payloads.iter().zip(verdicts) {
        assert_eq!((verdict.encoded.is_some(), verdict.fault), (*is_valid, None), "{number}: {value}");
    }
}
