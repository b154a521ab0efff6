//! A generated crate with its own `Cargo.toml`, and settings of the types in it, as a service uses it.

use std::{collections::BTreeMap, path::Path};

use goodevent_emit::Options;
use goodevent_schema::{
    diagnostic::Level,
    source::{Source, Sources},
};
use goodevent_tests::batch;
use serde_json::json;

use crate::crates::{cargo, write};

const SETTINGS: &str = r#"
[rust]
integers = "narrow"
package = "acme-contracts"
version = "1.2.3"

[rust.formats]
uuid = "::uuid::Uuid"
date-time = "::jiff::Timestamp"
"#;

/// A service that uses the types.
const SERVICE: &str = r##"
use acme_contracts::{CONTRACTS, shop::{CardPaidV1Event, card_paid_v1_event::{Address, Card, Cash, Currency, Pay}}};
use goodevent::Event as _;

fn main() {
    let pay = Pay::Card(Card { number: "4111".into() });
    let currencies = Currency::ALL.iter().map(|own| own.as_ref()).collect::<Vec<&str>>();
    assert_eq!(currencies, ["EUR", "USD"]);
    assert!("GBP".parse::<Currency>().is_err_and(|error| error.to_string().contains("EUR")));
    let id = uuid::Uuid::from_u128(7);
    let count: u8 = 200;
    let event = CardPaidV1Event::new(id, count, -5_i64, jiff::Timestamp::UNIX_EPOCH, pay, Address::Ipv6("::1".into()));
    assert_eq!((event.note.clone(), event.level), (None, -5));
    let bytes = event.encode().expect("it is valid");
    let text = String::from_utf8(bytes.clone()).expect("it is text");
    assert!(text.contains(r#""pay":{"kind":"card","number":"4111"}"#), "{text}");
    let view = CardPaidV1Event::decode_borrowed(&bytes).expect("it is valid");
    assert_eq!(view, event.to_borrowed());
    assert_eq!(view.into_owned(), event);
    let cash = text.replace(r#"{"kind":"card","number":"4111"}"#, r#"{"kind":"cash"}"#);
    let cash = CardPaidV1Event::decode(cash.as_bytes()).expect("it is valid");
    assert_eq!(cash.pay, Pay::Cash(Cash::default()));
    for wrong in [r#"{"kind":"card"}"#, r#"{"number":"4111"}"#, r#"{"kind":"cash","number":"1"}"#, r#"{"kind":7}"#] {
        let wrong = text.replace(r#"{"kind":"card","number":"4111"}"#, wrong);
        assert!(CardPaidV1Event::decode(wrong.as_bytes()).is_err(), "{wrong}");
    }
    let narrow = CardPaidV1Event { count: 201, ..event };
    assert_eq!(narrow.encode().expect_err("it is too much").to_string(), "/count: 201 is not at most 200 (maximum)");
    println!("{} contract", CONTRACTS.len());
}
"##;

fn files() -> BTreeMap<String, String> {
    let text = json!({ "type": "string" });
    let branch = |kind: &str, members: serde_json::Value| {
        let mut properties = json!({ "kind": { "const": kind } });
        let object = properties.as_object_mut().expect("it is an object");
        object.extend(members.as_object().expect("it is an object").clone());
        let required: Vec<&String> = object.keys().collect();
        json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
    };
    let event = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "CardPaidV1Event", "type": "object",
        "additionalProperties": false, "required": ["id", "count", "level", "at", "pay", "address"],
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "count": { "type": "integer", "minimum": 0, "maximum": 200 },
            "level": { "enum": [-5, 2, 3] },
            "at": { "type": "string", "format": "date-time" },
            "note": { "type": ["string", "null"], "maxLength": 9 },
            "currency": { "enum": ["EUR", "USD"] },
            "pay": { "oneOf": [branch("card", json!({ "number": text })), branch("cash", json!({}))] },
            "address": { "oneOf": [{ "type": "string", "format": "ipv4" }, { "type": "string", "format": "ipv6" }] }
        }
    });
    let file = |path: &str, text: String| Source { path: path.to_owned(), uri: None, bytes: text.into_bytes().into() };
    let files = vec![
        file("goodevent.toml", SETTINGS.to_owned()),
        file("shop/CardPaidV1Event.json", event.to_string()),
        file("shop/context.toml", String::new()),
    ];
    let sources = Sources { root: "schemas".to_owned(), files };
    let (registry, found) = goodevent_schema::analyze(&sources);
    let errors: Vec<_> = found.iter().filter(|found| found.level == Level::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let options = Options { made_by: "tests".to_owned(), ..Options::default() };
    goodevent_emit::emit(&sources, &registry, &options, &BTreeMap::new()).expect("the settings can be followed")
}

#[test]
fn a_service_depends_on_a_generated_folder() {
    let workspace = batch::folder().join("generated-crate");
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let patch = |name: &str| format!("{name} = {{ path = {:?} }}\n", own.join(name));
    let patches: String = ["goodevent", "goodevent-json"].into_iter().map(patch).collect();
    let settings = format!("[workspace]\nmembers = [\"contracts\"]\nresolver = \"3\"\n\n[patch.crates-io]\n{patches}");
    write(&workspace.join("Cargo.toml"), &settings);
    let folder = workspace.join("contracts");
    let files = files();
    files.iter().for_each(|(path, text)| write(&folder.join(path), text));
    write(&folder.join("src/main.rs"), SERVICE);
    let (is_good, printed, error) = cargo(&["run"], &folder);
    assert!(is_good, "{error}");
    assert_eq!(printed.trim(), "1 contract");

    // A missing feature is one error, which names it.
    std::fs::remove_file(folder.join("src/main.rs")).expect("the file is there");
    for (feature, other) in [("uuid", "jiff"), ("jiff", "uuid")] {
        let manifest = files["Cargo.toml"].replace(r#""jiff", "uuid""#, &format!("{other:?}"));
        assert_ne!(manifest, files["Cargo.toml"]);
        write(&folder.join("Cargo.toml"), &manifest);
        let (is_good, _, error) = cargo(&["check"], &folder);
        assert!(!is_good && error.contains(&format!("turn on the feature `{feature}` of `goodevent`")), "{error}");
        let n_errors = error.lines().filter(|line| line.starts_with("error")).count();
        assert_eq!(n_errors, 2, "one, and that of cargo:\n{error}");
    }
}
