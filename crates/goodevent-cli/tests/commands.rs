//! The command as users run it.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

fn goodevent(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goodevent"));
    command.current_dir(folder).args(args).output().expect("the command can be started")
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A registry as `init` makes it.
fn registry() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let made = goodevent(folder.path(), &["init"]);
    assert_eq!(code(&made), Some(0), "{}", text(&made));
    folder
}

const EVENT: &str = "schemas/orders/OrderPlacedV1Event.json";

#[test]
fn a_new_registry_passes_and_stays_as_it_is() {
    let folder = registry();
    for args in [&["lint", "--deny-warnings"][..], &["size"], &["generate"], &["generate", "--check"]] {
        let output = goodevent(folder.path(), args);
        assert_eq!(code(&output), Some(0), "{args:?}: {}", text(&output));
    }
    let again = goodevent(folder.path(), &["init"]);
    assert_eq!(code(&again), Some(2), "{}", text(&again));
}

#[test]
fn a_new_event_lacks_what_only_a_human_knows() {
    let folder = registry();
    let made = goodevent(folder.path(), &["new", "orders/OrderLinesShippedV1Event"]);
    assert_eq!(code(&made), Some(0), "{}", text(&made));
    let found = goodevent(folder.path(), &["lint", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_slice(&found.stdout).expect("the report is JSON");
    let rules: Vec<&str> =
        found["findings"].as_array().into_iter().flatten().filter_map(|one| one["rule"].as_str()).collect();
    assert_eq!(rules, ["missing-description", "missing-frequency"]);
    for event in ["orders/OrderLinesShippedV1Event", "orders/order-shipped", "OrderShippedV1Event", "Or ders/XV1Event"]
    {
        let refused = goodevent(folder.path(), &["new", event]);
        assert_eq!(code(&refused), Some(2), "{event}: {}", text(&refused));
    }
}

#[test]
fn what_is_fixed_is_fixed_once() {
    let folder = registry();
    let path = folder.path().join(EVENT);
    let good = fs::read_to_string(&path).expect("the contract is there");
    let bad = good.replace("  \"additionalProperties\": false,\n", "");
    fs::write(&path, &bad).expect("the contract is writable");
    let shown = goodevent(folder.path(), &["lint", "--unsafe-fixes", "--diff"]);
    assert_eq!((code(&shown), fs::read_to_string(&path).ok()), (Some(1), Some(bad.clone())));
    assert!(text(&shown).contains("+  \"additionalProperties\": false"), "{}", text(&shown));
    let safe = goodevent(folder.path(), &["lint", "--fix"]);
    assert_eq!((code(&safe), fs::read_to_string(&path).ok()), (Some(1), Some(bad)));
    let mended = goodevent(folder.path(), &["lint", "--fix", "--unsafe-fixes"]);
    assert_eq!(code(&mended), Some(0), "{}", text(&mended));
    let first = fs::read_to_string(&path).ok();
    let again = goodevent(folder.path(), &["lint", "--fix", "--unsafe-fixes"]);
    assert_eq!((code(&again), fs::read_to_string(&path).ok()), (Some(0), first));
}

#[test]
fn a_baseline_lets_old_findings_pass_and_new_ones_fail() {
    let folder = registry();
    let path = folder.path().join(EVENT);
    let good = fs::read_to_string(&path).expect("the contract is there");
    let old = good.replace("\"frequency\": \"10s/hour\",", "");
    fs::write(&path, &old).expect("the contract is writable");
    assert_eq!(code(&goodevent(folder.path(), &["lint"])), Some(1));
    assert_eq!(code(&goodevent(folder.path(), &["lint", "--write-baseline"])), Some(0));
    assert_eq!(code(&goodevent(folder.path(), &["lint", "--deny-warnings"])), Some(0));
    fs::write(&path, old.replace("  \"additionalProperties\": false,\n", "")).expect("the contract is writable");
    let new = goodevent(folder.path(), &["lint", "--format", "concise"]);
    assert!(code(&new) == Some(1) && text(&new).contains("open-object") && !text(&new).contains("missing-frequency"));
    fs::write(&path, good).expect("the contract is writable");
    let mended = goodevent(folder.path(), &["lint", "--format", "concise"]);
    assert!(code(&mended) == Some(0) && text(&mended).contains("stale-baseline"), "{}", text(&mended));
}

#[test]
fn a_change_of_a_released_contract_is_shown_with_a_payload() {
    let (folder, before) = (registry(), registry());
    for folder in [&folder, &before] {
        let path = folder.path().join(EVENT);
        let text = fs::read_to_string(&path).expect("the contract is there");
        fs::write(&path, text.replace("\"draft\"", "\"released\"")).expect("the contract is writable");
    }
    let against = before.path().join("schemas");
    let against = against.to_str().expect("the path is text");
    assert_eq!(code(&goodevent(folder.path(), &["lint", "--against", against])), Some(0));
    let path = folder.path().join(EVENT);
    let text_of = fs::read_to_string(&path).expect("the contract is there");
    fs::write(&path, text_of.replace("\"maxLength\": 30", "\"maxLength\": 25")).expect("the contract is writable");
    let changed = goodevent(folder.path(), &["lint", "--against", against]);
    assert!(code(&changed) == Some(1) && text(&changed).contains("breaking-change-in-place"), "{}", text(&changed));
}

#[test]
fn versions_of_an_event_are_held_against_each_other_if_asked() {
    let (folder, before) = (registry(), registry());
    let against = before.path().join("schemas");
    let against = against.to_str().expect("the path is text");
    let first = fs::read_to_string(folder.path().join(EVENT)).expect("the contract is there");
    let second =
        first.replace("OrderPlacedV1Event", "OrderPlacedV2Event").replace("\"maxLength\": 30", "\"maxLength\": 25");
    fs::write(folder.path().join("schemas/orders/OrderPlacedV2Event.json"), second).expect("the contract is writable");
    let asked = |mode: &str, more: &[&str]| {
        goodevent(folder.path(), &[&["compat", "--against", against, "--mode", mode], more].concat())
    };
    for (mode, expected) in [("full", 0), ("backward-transitive", 1), ("forward-transitive", 0), ("full-transitive", 1)]
    {
        let output = asked(mode, &[]);
        assert_eq!(code(&output), Some(expected), "{mode}: {}", text(&output));
        assert_eq!(text(&output).contains("OrderPlacedV1Event"), mode != "full", "{}", text(&output));
    }
    let told = text(&asked("full-transitive", &[]));
    for part in [
        "orders/OrderPlacedV2Event breaks OrderPlacedV1Event",
        "error[breaking-version]: `maxLength` of `placedTimeUtc` fell from 30 to 25",
        "as it is in `OrderPlacedV1Event`",
        "was valid, and is not any more",
    ] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
    let json = asked("full-transitive", &["--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("the report is JSON");
    let step = &json["versions"][0];
    assert_eq!((&step["older"], &step["breaks"]), (&"orders/OrderPlacedV1Event".into(), &true.into()));
    assert_eq!(step["changes"][0]["backward"]["verdict"], "breaking");
}

#[test]
fn what_names_the_version_can_be_set_aside() {
    let (folder, before) = (registry(), registry());
    let against = before.path().join("schemas");
    let against = against.to_str().expect("the path is text");
    for (folder, version) in [(&before, "1.0"), (&folder, "1.1")] {
        let path = folder.path().join(EVENT);
        let text = fs::read_to_string(&path).expect("the contract is there");
        let own = format!("\"properties\": {{ \"version\": {{ \"const\": \"{version}\" }},");
        fs::write(&path, text.replacen("\"properties\": {", &own, 1)).expect("the contract is writable");
    }
    let asked = |more: &[&str]| goodevent(folder.path(), &[&["compat", "--against", against], more].concat());
    let strict = asked(&[]);
    assert_eq!(code(&strict), Some(1), "{}", text(&strict));
    for part in [
        "breaks, but only in what names the version itself; it was a draft",
        "`/version` names the version itself: was \"1.0\", is \"1.1\"",
    ] {
        assert!(text(&strict).contains(part), "{part} is not in {}", text(&strict));
    }
    let aside = asked(&["--set-aside-identity"]);
    assert_eq!(code(&aside), Some(0), "{}", text(&aside));
    assert!(text(&aside).contains("set aside: `/version` names the version itself"), "{}", text(&aside));
    let json = asked(&["--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("the report is JSON");
    assert_eq!(
        (&json["contracts"][0]["breaks"], &json["contracts"][0]["breaksSetAside"]),
        (&true.into(), &false.into())
    );
    assert_eq!(json["contracts"][0]["changes"][0]["namesItself"], true);
}
