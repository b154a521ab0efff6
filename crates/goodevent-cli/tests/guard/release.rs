//! The lock: nothing is lost when several release at once, and every state that an end in between leaves can be left.

use std::thread;

use crate::{CAPTURED, LOCK, PAYMENT, PLACED, Repository};

const KEY: &str = "payments/PaymentCapturedV1Event ";

/// Contracts of as many events.
fn more(acme: &Repository, n_events: usize) -> Vec<String> {
    let names = (0..n_events)
        .map(|nth| format!("PaymentCaptured{}V1Event", ["Once", "Twice", "Again", "Late", "Early", "Anew"][nth]));
    let names: Vec<String> = names.collect();
    for name in &names {
        let file = format!("schemas/payments/{name}.json");
        acme.write(&file, &PAYMENT.replace("PaymentCapturedV1Event", name));
    }
    names
}

/// The events that the lock holds.
fn locked(acme: &Repository) -> Vec<String> {
    let lock = acme.read(LOCK);
    let keys = lock.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '));
    keys.map(|(key, _)| key.rsplit('/').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn releases_at_the_same_time_are_all_kept() {
    let acme = Repository::of_drafts();
    let mut names = more(&acme, 6);
    thread::scope(|scope| {
        for name in &names {
            scope.spawn(|| acme.expect(0, &["release", name]));
        }
    });
    names.sort();
    assert_eq!(locked(&acme), names);
    acme.expect(0, &["lint"]);
}

#[test]
fn many_are_released_at_once_or_none() {
    let acme = Repository::of_drafts();
    let names = more(&acme, 3);
    acme.edit(&format!("schemas/payments/{}.json", names[1]), "\"frequency\": \"10s/hour\",\n", "");
    for args in [&["release", "--all"][..], &["release", &names[0], &names[1], &names[2]]] {
        let said = acme.expect(1, args);
        assert!(
            said.contains("missing-frequency") && said.contains("cannot release: fix the errors above first"),
            "{said}"
        );
        assert!(!acme.path(LOCK).exists());
    }
    acme.expect(2, &["release", &names[0], "PaymentLostV1Event"]);
    acme.expect(2, &["release"]);
    acme.expect(2, &["release", "--all", &names[0]]);
    assert!(!acme.path(LOCK).exists());
    acme.expect(0, &["release", &names[0], &names[2], &names[0]]);
    assert_eq!(locked(&acme).len(), 2);
    acme.write(&format!("schemas/payments/{}.json", names[1]), &PAYMENT.replace("PaymentCapturedV1Event", &names[1]));
    acme.expect(0, &["release", "--all"]);
    assert_eq!(locked(&acme).len(), 5);
    let before = acme.read(LOCK);
    let said = acme.expect(0, &["release", &names[0]]);
    assert!(said.contains("is already released"), "{said}");
    acme.expect(0, &["release", "--all"]);
    assert_eq!(acme.read(LOCK), before);
    acme.expect(0, &["lint"]);
}

/// Every state that a release can be in, and the command that the finding names.
#[test]
fn the_command_that_the_finding_names_mends_it() {
    for status in ["draft", "released", "deprecated"] {
        let acme = Repository::released();
        let sunset = ", \"sunset\": \"2027-02-01\", \"replacedBy\": \"OrderPlacedV1Event\"";
        let facts = format!("\"{status}\"{}", if status == "deprecated" { sunset } else { "" });
        acme.edit(CAPTURED, "\"released\"", &facts);
        acme.unlock(KEY);
        if status != "draft" {
            let said = acme.expect(1, &["lint"]);
            assert!(said.contains("run `goodevent release PaymentCapturedV1Event`"), "{said}");
        }
        acme.expect(0, &["release", "PaymentCapturedV1Event"]);
        acme.expect(0, &["lint", "--against", "main"]);
        assert_eq!(acme.read(CAPTURED).contains("\"deprecated\""), status == "deprecated");
        assert_eq!(locked(&acme).len(), 2);
        // In the lock, and a draft.
        acme.edit(CAPTURED, &format!("\"{}\"", if status == "draft" { "released" } else { status }), "\"draft\"");
        let said = acme.expect(1, &["lint"]);
        assert!(said.contains("withdrawn-release"), "{said}");
        acme.expect(0, &["release", "PaymentCapturedV1Event"]);
        acme.expect(0, &["lint", "--against", "main"]);
    }
    let acme = Repository::released();
    acme.edit(CAPTURED, "\"format\": \"uuid\"", "\"minLength\": 1, \"maxLength\": 36");
    let said = acme.expect(2, &["release", "PaymentCapturedV1Event"]);
    assert!(said.contains("`PaymentCapturedV2Event`, created by `goodevent new-version`"), "{said}");
}

#[test]
fn a_release_is_taken_back_until_it_is_on_the_main_branch() {
    let acme = Repository::of_drafts();
    acme.expect(0, &["release", "OrderPlacedV1Event"]);
    acme.commit("a draft and a release");
    acme.git(&["switch", "--quiet", "--create", "change"]);
    let (draft, lock) = (acme.read(CAPTURED), acme.read(LOCK));
    let unrelease = ["unrelease", "PaymentCapturedV1Event", "--reason", "the amount\nhas no currency"];
    // It is a draft.
    acme.expect(2, &unrelease);
    acme.expect(0, &["release", "PaymentCapturedV1Event"]);
    acme.commit("release");
    for args in
        [&["unrelease", "PaymentCapturedV1Event"][..], &["unrelease", "PaymentCapturedV1Event", "--reason", " "]]
    {
        acme.expect(2, args);
    }
    acme.expect(0, &unrelease);
    assert_eq!(acme.read(CAPTURED), draft);
    let note =
        "# The release of payments/PaymentCapturedV1Event was taken back on 2026-03-01: the amount has no currency\n";
    assert_eq!(acme.read(LOCK), lock.replacen('\n', &format!("\n{note}"), 1));
    for command in ["check", "lint", "compat"] {
        acme.expect(0, &[command, "--against", "main"]);
    }
    // The reason stays when it is released again.
    acme.expect(0, &["release", "PaymentCapturedV1Event"]);
    assert!(acme.read(LOCK).contains(note));
    acme.commit("release again");
    acme.git(&["branch", "--force", "main"]);
    let said = acme.expect(2, &unrelease);
    assert!(said.contains("is released on `main`") && said.contains("goodevent deprecate"), "{said}");
    // Each of these is a main branch, the first that there is.
    acme.git(&["branch", "old", "HEAD~2"]);
    acme.git(&["update-ref", "-d", "refs/heads/main"]);
    for name in ["master", "main", "origin/master", "origin/main", "origin/HEAD"] {
        let reference = match name.strip_prefix("origin/") {
            Some(name) => format!("refs/remotes/origin/{name}"),
            None => format!("refs/heads/{name}"),
        };
        acme.git(&["update-ref", &reference, "old"]);
        acme.expect(0, &unrelease);
        acme.git(&["checkout", "--quiet", "HEAD", "--", "schemas"]);
        acme.git(&["update-ref", &reference, "HEAD"]);
        let said = acme.expect(2, &unrelease);
        assert!(said.contains(&format!("is released on `{name}`")), "{name}: {said}");
    }
    acme.expect(0, &["unrelease", "PaymentCapturedV1Event", "--reason", "x", "--main", "old"]);
}

#[test]
fn without_a_main_branch_nobody_knows_what_is_published() {
    let acme = Repository::of_drafts();
    acme.expect(0, &["release", "OrderPlacedV1Event"]);
    let said = acme.expect(2, &["unrelease", "OrderPlacedV1Event", "--reason", "x"]);
    assert!(said.contains("name the main branch") && said.contains("--main"), "{said}");
    acme.expect(2, &["unrelease", "OrderPlacedV1Event", "--reason", "x", "--main", "no-such-branch"]);
    assert!(acme.read(PLACED).contains("\"released\""));
    // A main branch without a registry has released nothing.
    acme.git(&["commit", "--quiet", "--allow-empty", "--message", "nothing"]);
    acme.expect(0, &["unrelease", "OrderPlacedV1Event", "--reason", "x"]);
}
