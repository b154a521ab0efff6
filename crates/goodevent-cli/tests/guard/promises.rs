//! What was released at the base is still there, unchanged, or deprecated with its sunset passed: every way of breaking
//! that, with every command that looks at the past.

use std::fs;

use crate::{CAPTURED, CENTS, LOCK, Repository};

const KEY: &str = "payments/PaymentCapturedV1Event";

/// A change of a registry.
type Change = fn(&Repository);

/// What the contracts were, as a change of a registry in which all are released.
const BASES: [(&str, Change); 3] = [
    ("released", |_| {}),
    ("released by status alone", |acme| acme.remove(LOCK)),
    ("released by the lock alone", |acme| {
        acme.edit(CAPTURED, "\"released\"", "\"draft\"");
    }),
];

/// Each way to break the promise of one contract, and the rule that finds it.
const BREACHES: [(&str, &str, Change); 15] = [
    ("deleted", "vanished-version", |acme| {
        acme.remove(CAPTURED);
        forget(acme);
    }),
    ("deleted, its line left", "vanished-version", |acme| acme.remove(CAPTURED)),
    ("deleted with its context", "vanished-version", |acme| {
        acme.remove("schemas/payments");
        forget(acme);
    }),
    ("moved to another context", "vanished-version", |acme| {
        acme.rename("schemas/payments", "schemas/billing");
        rename_line(acme, "billing/PaymentCapturedV1Event");
    }),
    ("moved, its line left", "vanished-version", |acme| acme.rename("schemas/payments", "schemas/billing")),
    ("renamed", "vanished-version", |acme| {
        let file = "schemas/payments/PaymentTakenV1Event.json";
        acme.rename(CAPTURED, file);
        acme.edit(file, "PaymentCapturedV1Event", "PaymentTakenV1Event");
        rename_line(acme, "payments/PaymentTakenV1Event");
    }),
    ("renamed, its line left", "vanished-version", |acme| {
        let file = "schemas/payments/PaymentTakenV1Event.json";
        acme.rename(CAPTURED, file);
        acme.edit(file, "PaymentCapturedV1Event", "PaymentTakenV1Event");
    }),
    ("another title", "name-file-mismatch", |acme| {
        acme.edit(CAPTURED, "PaymentCapturedV1Event", "PaymentTakenV1Event");
    }),
    ("a draft again", "withdrawn-release", |acme| {
        draft(acme);
        forget(acme);
    }),
    ("a draft again, its line left", "withdrawn-release", draft),
    ("its line removed", "unlocked-release", forget),
    ("its line altered", "edited-published-version", |acme| {
        let line = line(acme);
        acme.edit(LOCK, &line, &format!("{KEY} {}", "0".repeat(64)));
    }),
    ("changed with its line", "breaking-change-in-place", |acme| {
        acme.edit(CAPTURED, "\"format\": \"uuid\"", "\"minLength\": 1, \"maxLength\": 36");
        relock(acme);
    }),
    ("a shared type changed below it, with its line", "breaking-change-in-place", |acme| {
        acme.write("schemas/types/Cents.json", &CENTS.replace("100000", "10"));
        relock(acme);
    }),
    ("a shared type changed below it, its line left", "breaking-change-in-place", |acme| {
        acme.write("schemas/types/Cents.json", &CENTS.replace("100000", "10"));
    }),
];

/// The line of the lock, if there is one.
fn line(acme: &Repository) -> String {
    let lock = fs::read_to_string(acme.path(LOCK)).unwrap_or_default();
    lock.lines().find(|line| line.starts_with(&format!("{KEY} "))).unwrap_or_default().to_owned()
}

fn forget(acme: &Repository) {
    if !line(acme).is_empty() {
        acme.unlock(&format!("{KEY} "));
    }
}

fn rename_line(acme: &Repository, key: &str) {
    let line = line(acme);
    if !line.is_empty() {
        acme.edit(LOCK, &line, &line.replace(KEY, key));
    }
}

fn draft(acme: &Repository) {
    let text = acme.read(CAPTURED);
    acme.write(CAPTURED, &text.replace("\"released\"", "\"draft\""));
}

/// Releases the contract as if it never was.
fn relock(acme: &Repository) {
    if line(acme).is_empty() {
        return;
    }
    let text = acme.read(CAPTURED);
    draft(acme);
    forget(acme);
    acme.expect(0, &["release", "PaymentCapturedV1Event"]);
    // As it was, if the lock alone said that it is released.
    acme.write(CAPTURED, &text);
}

/// The findings that are errors, apart from those about outputs.
fn errors(acme: &Repository, command: &str, base: &str) -> Vec<String> {
    let output = acme.run(&[command, "--against", base, "--format", "json"]);
    let found: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{command}: {error}: {}", crate::text(&output)));
    let found = found["findings"].as_array().into_iter().flatten();
    let errors = found.filter(|own| own["level"] == "error" && own["rule"] != "stale-output");
    let errors: Vec<String> =
        errors.map(|own| format!("{}: {}", own["rule"].as_str().unwrap_or_default(), own["message"])).collect();
    assert_eq!(output.status.code(), Some(i32::from(!errors.is_empty())), "{command}: {errors:?}");
    errors
}

/// The contracts that `compat` says are broken.
fn broken(acme: &Repository, base: &str) -> Vec<String> {
    let output = acme.run(&["compat", "--against", base, "--format", "json"]);
    let found: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("compat: {error}: {}", crate::text(&output)));
    let found = found["contracts"].as_array().into_iter().flatten();
    let broken = found.filter(|own| own["breaks"] == true);
    let broken: Vec<String> = broken.filter_map(|own| own["contract"].as_str().map(str::to_owned)).collect();
    let code = i32::from(!broken.is_empty());
    assert_eq!(output.status.code(), Some(code), "compat: {broken:?}");
    // The same is said to people.
    let said = acme.expect(code, &["compat", "--against", base]);
    assert_eq!(said.contains(" breaks; ") || said.contains(" is gone; "), !broken.is_empty(), "{said}");
    broken
}

#[test]
fn a_promise_is_broken_in_every_command_once() {
    for (base, prepare) in BASES {
        let acme = Repository::released();
        prepare(&acme);
        acme.expect(0, &["generate"]);
        acme.commit("base");
        acme.git(&["tag", "base"]);
        for (breach, rule, change) in BREACHES {
            let needs_line = breach.contains("line altered") || breach.contains("line removed");
            if base == "released by status alone" && needs_line {
                continue;
            }
            change(&acme);
            acme.run(&["generate"]);
            let case = format!("{base}, {breach}");
            let rule = match (base, breach) {
                // The status was never set: it is a draft that the lock does not hold any more.
                ("released by the lock alone", "its line removed") => "withdrawn-release",
                _ => rule,
            };
            for command in ["check", "lint"] {
                let found = errors(&acme, command, "base");
                let own: Vec<&String> = found.iter().filter(|own| own.contains(rule)).collect();
                assert_eq!(own.len(), 1, "{case}, {command}: {found:#?}");
                if base != "released by the lock alone" {
                    assert_eq!(found.len(), 1, "{case}, {command}: {found:#?}");
                }
            }
            let found = broken(&acme, "base");
            let is_unchanged = base == "released by the lock alone" && breach == "a draft again, its line left";
            if !is_unchanged {
                assert_eq!(found, [KEY], "{case}");
            }
            acme.git(&["reset", "--quiet", "--hard"]);
            acme.git(&["clean", "--quiet", "-fd"]);
        }
    }
}

#[test]
fn a_lock_that_is_gone_is_one_finding() {
    let acme = Repository::released();
    acme.remove(LOCK);
    for command in ["check", "lint"] {
        let found = errors(&acme, command, "main");
        assert!(found.len() == 1 && found[0].contains("which contained 2 released contracts"), "{found:#?}");
    }
    assert_eq!(broken(&acme, "main"), ["goodevent.lock"]);
}

#[test]
fn a_contract_goes_when_its_sunset_has_passed_and_not_before() {
    let acme = Repository::released();
    let facts = "\"deprecated\", \"sunset\": \"2026-02-01\", \"replacedBy\": \"OrderPlacedV1Event\"";
    acme.edit(CAPTURED, "\"released\"", facts);
    acme.commit("it ends");
    acme.git(&["tag", "ending"]);
    acme.remove("schemas/payments");
    forget(&acme);
    acme.expect(0, &["generate"]);
    for (today, code) in [("2026-01-31", 1), ("2026-02-01", 1), ("2026-02-02", 0)] {
        for command in ["check", "lint", "compat"] {
            let said = acme.expect(code, &[command, "--against", "ending", "--today", today]);
            assert_eq!(said.contains("was released, and is no longer in"), code == 1, "{command}, {today}: {said}");
        }
    }
    // Its end has to have been announced where it was released.
    for command in ["check", "lint", "compat"] {
        acme.expect(1, &[command, "--against", "main", "--today", "2026-02-02"]);
    }
}

/// Ways in which a change could excuse itself; what stood before does not.
const EXCUSES: [(&str, Change); 5] = [
    ("the registry allows the rules", |acme| allow(acme, "schemas/goodevent.toml")),
    ("the context allows the rules", |acme| {
        if acme.path("schemas/payments").exists() {
            allow(acme, "schemas/payments/context.toml");
        }
    }),
    ("the registry allows everything", |acme| {
        let settings = acme.read("schemas/goodevent.toml");
        acme.write("schemas/goodevent.toml", &format!("{settings}\n[rules]\nall = \"allow\"\n"));
    }),
    ("the contract allows the rules", |acme| {
        if !acme.path(CAPTURED).exists() {
            return;
        }
        let allowed: Vec<String> =
            PROMISED.iter().map(|rule| format!(r#"{{"rule": "{rule}", "reason": "it is only one"}}"#)).collect();
        acme.edit(CAPTURED, "\"x-event\": {", &format!("\"x-event\": {{ \"allow\": [{}], ", allowed.join(", ")));
    }),
    ("the baseline knows the findings", |acme| {
        let found = acme.run(&["lint", "--against", "base", "--write-baseline"]);
        assert!(acme.path("schemas/goodevent.baseline").exists(), "{}", crate::text(&found));
    }),
];

const PROMISED: [&str; 8] = [
    "breaking-change-in-place",
    "edited-published-version",
    "hastened-sunset",
    "moved-event",
    "passed-sunset",
    "unlocked-release",
    "vanished-version",
    "withdrawn-release",
];

fn allow(acme: &Repository, file: &str) {
    let levels: String = PROMISED.iter().map(|rule| format!("{rule} = \"allow\"\n")).collect();
    acme.write(file, &format!("{}\n[rules]\n{levels}", acme.read(file)));
}

#[test]
fn a_change_does_not_excuse_itself() {
    let acme = Repository::released();
    acme.expect(0, &["generate"]);
    acme.commit("base");
    acme.git(&["tag", "base"]);
    for (breach, rule, change) in BREACHES.into_iter().filter(|(_, rule, _)| PROMISED.contains(rule)) {
        for (excuse, make) in EXCUSES {
            change(&acme);
            make(&acme);
            acme.run(&["generate"]);
            for command in ["check", "lint"] {
                let found = errors(&acme, command, "base");
                assert!(found.iter().any(|own| own.contains(rule)), "{breach}, {excuse}, {command}: {found:#?}");
            }
            acme.git(&["reset", "--quiet", "--hard"]);
            acme.git(&["clean", "--quiet", "-fd"]);
        }
    }
    // What was allowed before is allowed.
    allow(&acme, "schemas/goodevent.toml");
    acme.expect(0, &["generate"]);
    acme.commit("nothing is promised any more");
    acme.git(&["tag", "lax"]);
    acme.remove(CAPTURED);
    forget(&acme);
    acme.expect(0, &["generate"]);
    assert_eq!(errors(&acme, "lint", "lax"), [""; 0]);
}

#[test]
fn a_sunset_that_was_announced_comes_no_earlier() {
    let acme = Repository::released();
    let deprecated =
        |sunset: &str| format!("\"deprecated\", \"sunset\": \"{sunset}\", \"replacedBy\": \"OrderPlacedV1Event\"");
    acme.edit(CAPTURED, "\"released\"", &deprecated("2029-02-01"));
    acme.expect(0, &["generate"]);
    acme.commit("it ends");
    acme.git(&["tag", "ending"]);
    for (sunset, is_kept) in [("2029-02-02", true), ("2029-01-31", false), ("2026-07-20", false), ("2026-02-28", false)]
    {
        acme.edit(CAPTURED, "2029-02-01", sunset);
        acme.expect(0, &["generate"]);
        for command in ["check", "lint"] {
            let found = errors(&acme, command, "ending");
            assert_eq!(found.is_empty(), is_kept, "{command}, {sunset}: {found:?}");
            // A day that has passed is too soon after the beginning as well; that it has passed is no flaw of its own.
            let others = found.iter().filter(|own| !own.contains("hastened-sunset"));
            assert!(others.clone().all(|own| own.contains("short-support-window")), "{command}, {sunset}: {found:?}");
            assert_eq!(others.count(), usize::from(sunset == "2026-02-28"), "{command}, {sunset}: {found:?}");
        }
        assert_eq!(broken(&acme, "ending").is_empty(), is_kept, "{sunset}");
        acme.edit(CAPTURED, sunset, "2029-02-01");
    }
}

/// The support window is counted from `since`: moved to an earlier day, it would be over before consumers could follow.
#[test]
fn a_support_window_does_not_begin_earlier_than_it_did() {
    let acme = Repository::released();
    for (since, is_kept) in [("2026-01-09", false), ("2020-01-01", false), ("2026-01-11", true), ("2026-02-01", true)] {
        acme.edit(CAPTURED, "\"since\": \"2026-01-10\"", &format!("\"since\": \"{since}\""));
        acme.expect(0, &["generate"]);
        for command in ["check", "lint"] {
            let found = errors(&acme, command, "main");
            assert_eq!(found.is_empty(), is_kept, "{command}, {since}: {found:?}");
            assert!(found.iter().all(|own| own.contains("the beginning was `2026-01-10`")), "{found:?}");
        }
        for command in ["compat", "log"] {
            let (against, code) = if command == "log" { ("--since", 0) } else { ("--against", i32::from(!is_kept)) };
            let said = acme.expect(code, &[command, against, "main"]);
            assert!(said.contains(&format!("the beginning was `2026-01-10`, and is `{since}`")), "{command}: {said}");
        }
        acme.edit(CAPTURED, since, "2026-01-10");
    }
}

#[test]
fn a_released_event_stays_at_its_broker() {
    let acme = Repository::released();
    let settings = "schemas/payments/context.toml";
    let (plain, topics) = (acme.read(settings), |broker: &str| format!("\n[topics]\nbroker = \"{broker}\"\n"));
    // Where none was named, naming it promises more.
    acme.write(settings, &format!("{plain}{}", topics("rabbitmq")));
    acme.expect(0, &["generate"]);
    for command in ["check", "lint", "compat"] {
        acme.expect(0, &[command, "--against", "main"]);
    }
    acme.commit("a broker");
    for text in [format!("{plain}{}", topics("kafka")), format!("{plain}{}", topics("service-bus")), plain] {
        acme.write(settings, &text);
        acme.expect(0, &["generate"]);
        for command in ["check", "lint", "compat"] {
            let said = acme.expect(1, &[command, "--against", "HEAD"]);
            assert!(said.contains("the broker was `rabbitmq`, and is "), "{command}: {said}");
        }
    }
}

#[test]
fn documentation_facts_and_drafts_may_change() {
    let acme = Repository::released();
    acme.edit(CAPTURED, "A payment was captured.", "Somebody paid.");
    acme.edit(CAPTURED, "10s/hour", "20s/hour");
    acme.write("schemas/types/Cents.json", &CENTS.replace("An amount in cents.", "Cents."));
    acme.expect(0, &["new-version", "OrderPlacedV1Event"]);
    acme.expect(0, &["generate"]);
    for command in ["check", "lint", "compat"] {
        acme.expect(0, &[command, "--against", "main"]);
    }
}

/// One branch deletes a draft, another one releases it.
#[test]
fn a_draft_that_another_branch_releases_does_not_vanish_in_either_order() {
    let acme = Repository::of_drafts();
    acme.expect(0, &["release", "OrderPlacedV1Event"]);
    acme.expect(0, &["generate"]);
    acme.commit("a draft");
    let branch = |name: &str, change: Change| {
        acme.git(&["switch", "--quiet", "--create", name, "main"]);
        change(&acme);
        acme.expect(0, &["generate"]);
        acme.commit(name);
    };
    branch("delete", |acme| acme.remove("schemas/payments"));
    branch("release", |acme| drop(acme.expect(0, &["release", "PaymentCapturedV1Event"])));
    // Alone each of them is well.
    for name in ["delete", "release"] {
        acme.git(&["switch", "--quiet", name]);
        assert_eq!(errors(&acme, "check", "main"), [""; 0], "{name}");
    }
    // The release lands first: the other branch may not land as it is.
    acme.git(&["branch", "--force", "main", "release"]);
    acme.git(&["switch", "--quiet", "delete"]);
    for command in ["check", "lint"] {
        let found = errors(&acme, command, "main");
        assert!(found.len() == 1 && found[0].contains("vanished-version"), "{command}: {found:?}");
    }
    assert_eq!(broken(&acme, "main"), [KEY]);
    // The deletion lands first: with the release the contract comes back, and is new.
    acme.git(&["branch", "--force", "main", "delete"]);
    acme.git(&["switch", "--quiet", "release"]);
    for command in ["check", "lint"] {
        assert_eq!(errors(&acme, command, "main"), [""; 0], "{command}");
    }
    // A merge that keeps the deletion and the line of the lock is found without any base.
    acme.remove("schemas/payments");
    assert_eq!(errors(&acme, "lint", "main").len(), 1);
}

#[test]
fn a_promise_is_kept_while_the_registry_moves() {
    let acme = Repository::released();
    acme.rename("schemas", "contracts");
    fs::remove_file(acme.path("contracts/payments/PaymentCapturedV1Event.json")).expect("the file is there");
    let lock = acme.read("contracts/goodevent.lock");
    acme.write(
        "contracts/goodevent.lock",
        &lock.lines().filter(|line| !line.starts_with(KEY)).fold(String::new(), |text, line| text + line + "\n"),
    );
    for command in ["check", "lint", "compat"] {
        acme.expect(2, &["--root", "contracts", command, "--against", "main"]);
        let said = acme.expect(1, &["--root", "contracts", command, "--against", "main:schemas"]);
        assert!(said.contains("was released, and is no longer in"), "{command}: {said}");
    }
}

#[test]
fn a_base_whose_contract_cannot_be_read_is_no_base_unless_the_lock_knows_it() {
    let acme = Repository::released();
    acme.write(CAPTURED, "{,}");
    acme.commit("a mistake");
    acme.git(&["tag", "mistake"]);
    acme.git(&["checkout", "--quiet", "main", "--", CAPTURED]);
    for command in ["check", "lint"] {
        assert_eq!(errors(&acme, command, "mistake"), [""; 0]);
    }
    acme.write(CAPTURED, "{,}");
    acme.remove(LOCK);
    acme.commit("two mistakes");
    acme.git(&["tag", "mistakes"]);
    acme.git(&["checkout", "--quiet", "main", "--", CAPTURED, LOCK]);
    for (command, option) in crate::base::COMMANDS {
        acme.expect(2, &[command, option, "mistakes"]);
    }
}
