//! Values that contracts mark as personal data are shown nowhere.

use std::path::Path;

use contracts::registration::UserCreatedV1Event;
use goodevent::{Event as _, cloudevents::CloudEvent, octopus::Envelope};
use goodevent_build::Loaded;
use goodevent_check::near_miss::near_misses;
use serde_json::{Value, json};

/// Stands for what somebody wants to keep private.
const SECRET: &str = "Xylophon Yggdrasil";

/// Payloads whose personal members are wrong in any way, or hide under a name that the contract does not have.
fn damaged(payload: &Value, marked: &[String]) -> Vec<Value> {
    let mut all = vec![json!(SECRET), json!([SECRET]), json!({ "a": SECRET })];
    for value in [json!(SECRET.repeat(20)), json!([SECRET]), json!({ "a": SECRET }), json!({ "a": { "b": [SECRET] } })]
    {
        for pointer in marked {
            let mut changed = payload.clone();
            *changed.pointer_mut(pointer).expect("the example has all members") = value.clone();
            all.push(changed.clone());
            // Beside something else that is wrong.
            changed["somethingElse"] = json!(1);
            all.push(changed);
        }
        let mut renamed = payload.clone();
        renamed["somethingElse"] = value;
        all.push(renamed);
    }
    all
}

#[test]
fn no_error_shows_personal_data() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    let loaded = Loaded::read(&root).expect("the registry is readable");
    let mut n_told = 0;
    for contract in loaded.registry.contracts().filter(|contract| !contract.facts.personal_data.is_empty()) {
        let own = contracts::CONTRACTS.iter().find(|own| own.name == contract.name.as_str());
        let own = own.expect("`generated/` has every contract");
        let marked = &contract.facts.personal_data;
        let schema = loaded.registry.tree(contract).to_json();
        let mut payloads = damaged(&schema["examples"][0], marked);
        let misses = near_misses(&loaded.registry.schemas, contract.root);
        payloads.extend(misses.iter().filter_map(|miss| serde_json::from_str(&miss.payload.to_string()).ok()));
        for payload in &payloads {
            let text = payload.to_string();
            let error = own.validate(text.as_bytes()).expect_err("each is wrong");
            let told = format!("{error} {error:?} {:?}", own.violations(text.as_bytes()));
            n_told += 1;
            let values = marked.iter().filter_map(|pointer| payload.pointer(pointer)?.as_str());
            for secret in values.filter(|value| value.chars().count() > 3).chain(["Xylophon"]) {
                assert!(!told.contains(secret), "{text}: {told}");
            }
        }
    }
    assert!(n_told > 60, "{n_told}");
}

#[test]
fn neither_an_event_nor_its_envelope_shows_personal_data() {
    let text = json!({
        "userId": "8a52c8af-2408-486f-ba4a-d277079de2b0",
        "email": "xylophon@example.org",
        "displayName": SECRET,
        "locale": "en-GB",
        "registeredTimeUtc": "2021-11-08T12:33:00Z",
    });
    let text = text.to_string();
    let owned = UserCreatedV1Event::decode(text.as_bytes()).expect("the event is valid");
    let borrowed = UserCreatedV1Event::decode_borrowed(text.as_bytes()).expect("the event is valid");
    let shown = [
        format!("{owned:?} {borrowed:#?}"),
        format!("{:?}", Envelope::new("source", owned.clone())),
        format!("{:?}", CloudEvent::new("source", owned)),
    ];
    for shown in shown {
        assert!(shown.contains("8a52c8af") && shown.contains("<personal data>"), "{shown}");
        assert!(!shown.to_lowercase().contains("xylophon"), "{shown}");
    }
}
