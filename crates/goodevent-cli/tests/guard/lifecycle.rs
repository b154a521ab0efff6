//! The way of a contract to its end, and what is allowed on it.

use crate::{CAPTURED, LOCK, PLACED, Repository};

const REFUNDED: &str = "schemas/payments/PaymentRefundedV1Event.json";

/// Two released payments.
fn two_payments() -> Repository {
    let acme = Repository::of_drafts();
    acme.write(REFUNDED, &acme.read(CAPTURED).replace("Captured", "Refunded").replace("captured", "refunded"));
    acme.expect(0, &["release", "--all"]);
    acme.commit("a registry");
    acme.git(&["switch", "--quiet", "--create", "change"]);
    acme
}

fn deprecate<'a>(event: &'a str, by: &'a str, sunset: &'a str) -> [&'a str; 6] {
    ["deprecate", event, "--replaced-by", by, "--sunset", sunset]
}

#[test]
fn what_takes_the_place_of_an_event_is_there_and_does_not_lead_back() {
    let (captured, refunded) = ("PaymentCapturedV1Event", "PaymentRefundedV1Event");
    let acme = two_payments();
    acme.expect(0, &deprecate(captured, refunded, "2027-05-01"));
    let said = acme.expect(2, &deprecate(refunded, captured, "2027-05-01"));
    assert!(said.contains("is itself replaced by `PaymentRefundedV1Event`"), "{said}");
    for (successor, says) in [
        ("PaymentRefundedV2Event", "which the registry does not have"),
        (captured, "names itself as its successor"),
        ("NoSuchThingEvent", "which the registry does not have"),
    ] {
        let acme = two_payments();
        acme.expect(0, &deprecate(captured, refunded, "2027-05-01"));
        acme.edit(CAPTURED, &format!("\"replacedBy\": \"{refunded}\""), &format!("\"replacedBy\": \"{successor}\""));
        let said = acme.expect(1, &["lint", "--deny-warnings"]);
        assert!(said.contains(says) && said.contains("deprecated-without-successor"), "{successor}: {said}");
    }
    let ring = acme.read(CAPTURED).replace("Captured", "X").replace("Refunded", "Captured").replace('X', "Refunded");
    acme.write(REFUNDED, &ring.replace("captured", "refunded"));
    let said = acme.expect(1, &["lint", "--deny-warnings"]);
    assert_eq!(said.matches("leads back to it").count(), 2, "{said}");
}

#[test]
fn a_sunset_that_consumers_were_told_comes_no_earlier() {
    let acme = two_payments();
    let (captured, refunded) = ("PaymentCapturedV1Event", "PaymentRefundedV1Event");
    acme.expect(0, &deprecate(captured, refunded, "2027-05-01"));
    let said = acme.expect(2, &deprecate(captured, refunded, "2027-04-01"));
    assert!(said.contains("is before the announced date 2027-05-01"), "{said}");
    acme.expect(0, &deprecate(captured, refunded, "2027-06-01"));
    let said = acme.expect(2, &deprecate(refunded, captured, "2026-03-01"));
    assert!(!said.contains("has passed"), "{said}");
}

#[test]
fn a_next_version_leaves_the_successor_that_was_announced() {
    let acme = two_payments();
    acme.expect(0, &deprecate("PaymentCapturedV1Event", "PaymentRefundedV1Event", "2027-05-01"));
    let before = acme.read(CAPTURED);
    acme.expect(0, &["new-version", "PaymentCapturedV1Event"]);
    assert_eq!(acme.read(CAPTURED), before);
}

#[test]
fn an_excuse_for_a_change_that_is_to_come_is_not_unused() {
    let acme = two_payments();
    let excuse = "\"allow\": [{ \"rule\": \"moved-event\", \"reason\": \"The broker moves in May.\" }],\n    \"since\"";
    acme.edit(CAPTURED, "\"since\"", excuse);
    acme.write("schemas/goodevent.baseline", "1 moved-event payments/PaymentRefundedV1Event.json it moves\n");
    for args in [&["lint", "--deny-warnings"][..], &["lint", "--against", "main", "--deny-warnings"]] {
        let said = acme.expect(0, args);
        assert!(!said.contains("unused") && !said.contains("stale"), "{said}");
    }
    let before = (acme.read(CAPTURED), acme.read("schemas/goodevent.baseline"));
    acme.expect(0, &["lint", "--fix"]);
    assert_eq!((acme.read(CAPTURED), acme.read("schemas/goodevent.baseline")), before);
}

#[test]
fn an_excuse_until_no_day_is_none() {
    for until in ["2026-11-31", "tomorrow", "2099-13-01", "31.12.2099"] {
        let acme = two_payments();
        acme.edit(CAPTURED, "\"frequency\": \"10s/hour\",", "");
        let excuse =
            format!("\"allow\": [{{ \"rule\": \"missing-frequency\", \"reason\": \"x\", \"until\": \"{until}\" }}],");
        acme.edit(CAPTURED, "\"since\"", &format!("{excuse}\n    \"since\""));
        let said = acme.expect(1, &["lint"]);
        assert!(said.contains("`until` is malformed") && !said.contains("was allowed until"), "{until}: {said}");
    }
}

#[test]
fn the_level_of_a_stale_baseline_is_that_of_the_settings() {
    let acme = two_payments();
    acme.write("schemas/goodevent.baseline", "1 missing-owner orders/context.toml the context `orders` has no owner\n");
    let said = acme.expect(0, &["lint"]);
    assert!(said.contains("is in the baseline once more often than it is reported"), "{said}");
    acme.expect(1, &["lint", "--deny-warnings"]);
    for (level, code) in [("deny", 1), ("allow", 0)] {
        let settings = acme.read("schemas/goodevent.toml");
        acme.write("schemas/goodevent.toml", &format!("{settings}\n[rules]\nstale-baseline = \"{level}\"\n"));
        let said = acme.expect(code, &["lint", "--deny-warnings"]);
        assert_eq!(said.contains("stale-baseline"), code == 1, "{said}");
        acme.write("schemas/goodevent.toml", &settings);
    }
}

#[test]
fn one_slip_of_the_settings_is_one_finding_before_and_after() {
    for (file, from, to) in [
        ("schemas/payments/context.toml", "[topics]", "[topcs]"),
        ("schemas/payments/context.toml", "owner", "envelope = \"octopuss\"\nowner"),
        ("schemas/goodevent.toml", "organization", "organisation"),
    ] {
        let acme = two_payments();
        // What it says now is not what it said.
        acme.write(
            "schemas/payments/context.toml",
            &format!("{}\n[topics]\ntopic = \"pay.{{{{context}}}}\"\n", acme.read("schemas/payments/context.toml")),
        );
        let text = acme.read(file);
        if !text.contains(from) {
            acme.write(file, &format!("{from} = \"acme\"\n{text}"));
        }
        acme.commit("names");
        acme.git(&["branch", "--force", "base"]);
        let good = acme.read(file);
        acme.edit(file, from, to);
        let said = acme.expect(1, &["lint", "--against", "base", "--format", "concise"]);
        assert!(!said.contains("moved-event"), "{file} {to}: {said}");
        // The change that corrects it.
        acme.commit("a slip");
        acme.git(&["branch", "--force", "slipped"]);
        acme.write(file, &good);
        acme.expect(0, &["lint", "--against", "slipped"]);
        let said = acme.expect(2, &["compat", "--against", "slipped"]);
        assert!(said.contains("the registry at `slipped` has errors"), "{said}");
    }
}

#[test]
fn a_base_whose_status_is_none_is_no_base_unless_the_lock_knows_it() {
    let acme = two_payments();
    acme.edit(PLACED, "\"released\"", "\"relaesed\"");
    acme.commit("a slip");
    acme.git(&["branch", "--force", "slipped"]);
    acme.expect(1, &["lint", "--against", "slipped"]);
    acme.remove(LOCK);
    acme.commit("no lock");
    acme.git(&["branch", "--force", "slipped"]);
    acme.remove(PLACED);
    for command in ["check", "lint"] {
        let said = acme.expect(2, &[command, "--against", "slipped"]);
        assert!(said.contains("has no known status at `slipped`"), "{command}: {said}");
    }
    let said = acme.expect(2, &["compat", "--against", "slipped"]);
    assert!(said.contains("--> slipped:schemas/orders/OrderPlacedV1Event.json"), "{said}");
}
