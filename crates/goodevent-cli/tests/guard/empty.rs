//! A registry without events: nothing was looked at, so nothing is well.

use crate::Repository;

const FORMS: [&str; 7] = ["human", "concise", "json", "github", "sarif", "gitlab", "junit"];

/// Every command that reads the registry.
fn commands() -> Vec<Vec<&'static str>> {
    let forms = FORMS.into_iter().flat_map(|form| [vec!["check", "--format", form], vec!["lint", "--format", form]]);
    let others = [
        &["generate"][..],
        &["generate", "--check"],
        &["check", "--against", "HEAD"],
        &["lint", "--against", "HEAD"],
        &["lint", "--write-baseline"],
        &["compat", "--against", "HEAD"],
        &["log", "--since", "HEAD"],
        &["size"],
        &["sample", "OrderPlacedV1Event"],
        &["validate", "OrderPlacedV1Event", "-"],
        &["release", "OrderPlacedV1Event"],
        &["new-version", "OrderPlacedV1Event"],
        &["deprecate", "OrderPlacedV1Event", "--replaced-by", "OrderPlacedV2Event", "--sunset", "2027-01-01"],
    ];
    forms.chain(others.map(<[_]>::to_vec)).collect()
}

#[test]
fn a_registry_without_events_is_an_error_in_every_command() {
    let acme = Repository::released();
    for what in ["folder", "settings", "too deep", "types only"] {
        acme.remove("schemas");
        acme.write("schemas/.keep", "");
        match what {
            "settings" => acme.write("schemas/goodevent.toml", "organization = \"acme\"\n"),
            "too deep" => acme.write("schemas/a/b/OrderPlacedV1Event.json", "{}"),
            "types only" => acme.write("schemas/types/Money.json", "{ \"type\": \"integer\" }"),
            _ => {}
        }
        for command in commands() {
            let said = acme.expect(2, &command);
            assert!(said.contains("error: the registry at `schemas` has no events"), "{what}, {command:?}: {said}");
            assert!(!said.contains("panicked"), "{what}, {command:?}: {said}");
            assert_eq!(said.contains("`a/b/OrderPlacedV1Event.json` is not read"), what == "too deep", "{said}");
        }
    }
}

#[test]
fn an_allowed_empty_registry_beside_full_outputs_is_reported_in_every_form() {
    let acme = Repository::released();
    acme.remove("schemas");
    acme.write("schemas/.keep", "");
    for form in FORMS {
        for command in ["check", "lint"] {
            let output = acme.run(&[command, "--allow-empty", "--format", form]);
            let said = crate::text(&output);
            assert_eq!(output.status.code(), Some(i32::from(command == "check")), "{command} {form}: {said}");
            assert_eq!(said.contains("stale-output"), command == "check", "{command} {form}: {said}");
        }
    }
    acme.expect(0, &["generate", "--allow-empty"]);
    acme.expect(0, &["check", "--allow-empty"]);
}

#[test]
fn a_wrong_folder_says_where_the_registry_is() {
    let acme = Repository::released();
    let said = acme.expect(2, &["--root", ".", "check"]);
    assert!(said.contains("a registry is at `./schemas`, name that folder"), "{said}");
}

#[test]
fn a_registry_whose_only_event_is_wrong_is_not_empty() {
    let acme = Repository::released();
    for (name, text) in [("orders/order-placed.json", "{}"), ("orders/OrderPlacedV1Event.json", "{,}")] {
        acme.remove("schemas");
        acme.write(&format!("schemas/{name}"), text);
        for command in ["check", "lint", "generate"] {
            acme.expect(1, &[command]);
        }
    }
}
