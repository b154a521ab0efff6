//! A command does the same from every folder, and finds the outputs of a registry beside it.

use std::fs;

use crate::{CAPTURED, PLACED, Repository};

#[test]
fn a_check_looks_at_the_code_from_every_folder() {
    let acme = Repository::released();
    acme.edit("schemas/payments/context.toml", "owner", "# owner is\nowner");
    let draft = acme.read(CAPTURED).replace("PaymentCapturedV1Event", "PaymentRefundedV1Event");
    acme.write("schemas/payments/PaymentRefundedV1Event.json", &draft.replace("\"released\"", "\"draft\""));
    let full = acme.path("schemas").display().to_string();
    for (folder, root) in [
        (".", None),
        (".", Some("schemas")),
        ("schemas", Some(".")),
        ("schemas/orders", Some("..")),
        ("/", Some(&full)),
    ] {
        let args = match root {
            Some(root) => vec!["--root", root, "check"],
            None => vec!["check"],
        };
        let said = acme.expect_in(&acme.path(folder), 1, &args);
        assert!(said.contains("stale-output"), "{folder} {root:?}: {said}");
    }
}

#[test]
fn outputs_lie_beside_a_registry_whatever_it_is_called() {
    let acme = Repository::empty();
    acme.git(&["init", "--quiet"]);
    for root in ["one/events", "two/events"] {
        acme.expect(0, &["init", "--root", root]);
    }
    acme.expect_in(&acme.path("one/events"), 0, &["generate"]);
    acme.expect(0, &["--root", "two/events", "generate"]);
    for project in ["one", "two"] {
        assert!(acme.path(&format!("{project}/generated/src/lib.rs")).exists(), "{project}");
        assert!(!acme.path(&format!("{project}/events/generated")).exists(), "{project}");
        let said = acme.expect(0, &["--root", &format!("{project}/events"), "check"]);
        assert!(!said.contains("unread-file"), "{said}");
    }
    assert!(!acme.path("generated").exists());
}

#[test]
fn a_registry_at_the_top_of_a_repository_has_its_outputs_and_the_files_of_tools_in_it() {
    let acme = Repository::released();
    for entry in fs::read_dir(acme.path("schemas")).expect("it is there").flatten() {
        fs::rename(entry.path(), acme.path(&entry.file_name().to_string_lossy())).expect("it can be moved");
    }
    acme.remove("schemas");
    acme.remove("generated");
    acme.write(".vscode/settings.json", "{ // a comment\n}\n");
    acme.write("node_modules/x/package.json", "{ \"name\": \"x\" }\n");
    acme.write("tsconfig.json", "{ // a comment\n}\n");
    acme.expect(0, &["generate"]);
    let said = acme.expect(0, &["check", "--format", "concise"]);
    let found: Vec<&str> = said.lines().filter(|line| line.contains(": warning") || line.contains(": error")).collect();
    let expected = ["node_modules/x/package.json", "tsconfig.json"];
    assert!(found.len() == 2 && found.iter().zip(expected).all(|(line, path)| line.contains(path)), "{said}");
    assert!(found.iter().all(|line| line.contains("[unread-file]")), "{said}");
    acme.edit(&PLACED["schemas/".len()..], "A customer", "A buyer");
    let said = acme.expect(1, &["check"]);
    assert!(said.contains("stale-output"), "{said}");
    // A folder of contracts is none for outputs.
    let said = acme.expect(2, &["generate", "--out", "payments"]);
    assert!(said.contains("of the registry is inside `payments`; nothing was written"), "{said}");
}

#[test]
fn outputs_that_nothing_makes_are_found_before_they_are_kept_anywhere() {
    let acme = Repository::released();
    acme.remove("generated");
    let settings = acme.read("schemas/goodevent.toml");
    acme.write("schemas/goodevent.toml", &format!("{settings}\n[outputs]\nnosuch = \"a.txt\"\n"));
    let said = acme.expect(2, &["check"]);
    assert!(said.contains("nosuch"), "{said}");
}
