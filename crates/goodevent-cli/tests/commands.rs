//! The command as users run it.

mod support;

use support::{PLACED, Repository};

#[test]
fn a_new_registry_passes_and_stays_as_it_is() {
    let acme = Repository::initialized();
    for args in [&["lint", "--deny-warnings"][..], &["size"], &["generate"], &["generate", "--check"]] {
        acme.expect(0, args);
    }
    acme.expect(2, &["init"]);
}

#[test]
fn a_new_event_lacks_what_only_a_human_knows() {
    let acme = Repository::initialized();
    acme.expect(0, &["new", "orders/OrderLinesShippedV1Event"]);
    let found = acme.json(1, &["lint"]);
    let rules: Vec<&str> =
        found["findings"].as_array().into_iter().flatten().filter_map(|one| one["rule"].as_str()).collect();
    assert_eq!(rules, ["missing-description", "missing-frequency"]);
    for event in ["orders/OrderLinesShippedV1Event", "orders/order-shipped", "OrderShippedV1Event", "Or ders/XV1Event"]
    {
        acme.expect(2, &["new", event]);
    }
}

#[test]
fn what_is_fixed_is_fixed_once() {
    let acme = Repository::initialized();
    acme.edit(PLACED, "  \"additionalProperties\": false,\n", "");
    let bad = acme.read(PLACED);
    let shown = acme.expect(1, &["lint", "--unsafe-fixes", "--diff"]);
    assert!(shown.contains("+  \"additionalProperties\": false"), "{shown}");
    acme.expect(1, &["lint", "--fix"]);
    assert_eq!(acme.read(PLACED), bad);
    acme.expect(0, &["lint", "--fix", "--unsafe-fixes"]);
    let first = acme.read(PLACED);
    acme.expect(0, &["lint", "--fix", "--unsafe-fixes"]);
    assert_eq!(acme.read(PLACED), first);
}

#[test]
fn a_baseline_lets_old_findings_pass_and_new_ones_fail() {
    let acme = Repository::initialized();
    let good = acme.read(PLACED);
    acme.edit(PLACED, "\"frequency\": \"10s/hour\",", "");
    acme.expect(1, &["lint"]);
    acme.expect(0, &["lint", "--write-baseline"]);
    acme.expect(0, &["lint", "--deny-warnings"]);
    acme.edit(PLACED, "  \"additionalProperties\": false,\n", "");
    let new = acme.expect(1, &["lint", "--format", "concise"]);
    assert!(new.contains("open-object") && !new.contains("missing-frequency"), "{new}");
    acme.write(PLACED, &good);
    let mended = acme.expect(0, &["lint", "--format", "concise"]);
    assert!(mended.contains("stale-baseline"), "{mended}");
}

#[test]
fn a_baseline_says_which_findings_it_does_not_excuse() {
    let acme = Repository::initialized();
    acme.write("schemas/orders/FooMadeV1Event.json", "{");
    acme.edit(PLACED, "\"frequency\": \"10s/hour\",", "");
    let said = acme.expect(1, &["lint", "--write-baseline"]);
    assert!(
        said.contains("1 finding is suppressed by the baseline from now on") && said.contains("error[malformed-json]"),
        "{said}"
    );
    assert!(!acme.read("schemas/goodevent.baseline").contains("malformed-json"));
    let said = acme.expect(1, &["lint", "--format", "concise"]);
    assert!(said.contains("malformed-json") && !said.contains("missing-frequency"), "{said}");
}

#[test]
fn an_event_that_takes_the_name_of_another_is_refused() {
    let acme = Repository::initialized();
    for name in ["ORDERPlacedV1Event", "OrderplacedV1Event"] {
        let said = acme.expect(2, &["new", &format!("orders/{name}")]);
        assert!(said.contains("error[colliding-names]"), "{name}: {said}");
    }
    for name in ["OrderPlacedV1V2Event", "OrderPaidV1V1Event"] {
        let said = acme.expect(2, &["new", &format!("orders/{name}")]);
        assert!(said.contains("it has two versions"), "{name}: {said}");
    }
}

#[test]
fn a_change_of_a_released_contract_is_shown_with_a_payload() {
    let acme = Repository::initialized();
    acme.edit(PLACED, "\"draft\"", "\"released\"");
    acme.copy("schemas", "before");
    acme.expect(0, &["lint", "--against", "before"]);
    acme.edit(PLACED, "\"maxLength\": 30", "\"maxLength\": 25");
    let changed = acme.expect(1, &["lint", "--against", "before"]);
    assert!(changed.contains("breaking-change-in-place"), "{changed}");
}

#[test]
fn versions_of_an_event_are_held_against_each_other_if_asked() {
    let acme = Repository::initialized();
    acme.copy("schemas", "before");
    let second = acme.read(PLACED).replace("OrderPlacedV1Event", "OrderPlacedV2Event");
    let second = second.replace("\"maxLength\": 30", "\"maxLength\": 25");
    acme.write("schemas/orders/OrderPlacedV2Event.json", &second);
    let args = |mode| ["compat", "--against", "before", "--mode", mode];
    for (mode, expected) in [("full", 0), ("backward-transitive", 1), ("forward-transitive", 0), ("full-transitive", 1)]
    {
        let shown = acme.expect(expected, &args(mode));
        assert_eq!(shown.contains("OrderPlacedV1Event"), mode != "full", "{shown}");
    }
    let told = acme.expect(1, &args("full-transitive"));
    for part in [
        "orders/OrderPlacedV2Event breaks OrderPlacedV1Event",
        "error[breaking-version]: `maxLength` of `placedTimeUtc` fell from 30 to 25",
        "as it is in `OrderPlacedV1Event`",
        "was valid before and is rejected now",
    ] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
    let json = acme.json(1, &args("full-transitive"));
    let step = &json["versions"][0];
    assert_eq!((&step["older"], &step["breaks"]), (&"orders/OrderPlacedV1Event".into(), &true.into()));
    assert_eq!(step["changes"][0]["backward"]["verdict"], "breaking");
}

#[test]
fn what_names_the_version_can_be_set_aside() {
    let acme = Repository::initialized();
    let member = |version: &str| format!("\"properties\": {{ \"version\": {{ \"const\": \"{version}\" }},");
    acme.edit(PLACED, "\"properties\": {", &member("1.0"));
    acme.copy("schemas", "before");
    acme.edit(PLACED, "\"1.0\"", "\"1.1\"");
    let args = ["compat", "--against", "before"];
    let strict = acme.expect(1, &args);
    for part in [
        "breaks, but only in what names the version itself; it was a draft",
        "`/version` names the version itself: was \"1.0\", is \"1.1\"",
    ] {
        assert!(strict.contains(part), "{part} is not in {strict}");
    }
    let aside = acme.expect(0, &[&args[..], &["--set-aside-identity"]].concat());
    assert!(aside.contains("set aside: `/version` names the version itself"), "{aside}");
    let json = acme.json(1, &args);
    assert_eq!(
        (&json["contracts"][0]["breaks"], &json["contracts"][0]["breaksSetAside"]),
        (&true.into(), &false.into())
    );
    assert_eq!(json["contracts"][0]["changes"][0]["namesItself"], true);
}
