//! Schemas on which rules fired without reason, and those beside them on which they have to.

use goodevent_schema::{diagnostic::Diagnostic, source::Source};
use json_patch::merge;
use serde_json::{Value, json};

use super::tests::{CONTEXT, file, good, lint_files, lint_of};

/// The findings of a rule about the good contract with these properties.
fn found(rule: &str, properties: &Value) -> Vec<Diagnostic> {
    let mut contract = good();
    merge(&mut contract, &json!({ "properties": properties }));
    lint_of(&contract, CONTEXT).into_iter().filter(|finding| finding.rule == rule).collect()
}

fn check(rule: &str, properties: &Value, n_expected: usize) {
    let found = found(rule, properties);
    assert_eq!(found.len(), n_expected, "{properties:#}: {found:#?}");
}

#[test]
fn times_counts_and_shares_are_no_money() {
    let number = json!({ "description": "A number.", "type": "number", "minimum": 0, "maximum": 9 });
    for name in [
        "total_time_ms",
        "total_uri_count",
        "totalHits",
        "totalDistance",
        "totalScore",
        "sumOfSquares",
        "loadBalance",
        "costFactor",
        "pricePercent",
        "feeRate",
        "totalDurationSeconds",
        "amountPixels",
        "total",
        "total_bytes",
        "average_cost_ms",
        "balanceIndex",
    ] {
        check("float-money", &json!({ name: number }), 0);
    }
    for name in [
        "price",
        "unitPrice",
        "shipping_cost",
        "orderTotal",
        "amount",
        "accountBalance",
        "salary",
        "totalPrice",
        "fee",
        "amountDue",
        "price_per_kg",
        "totalAmount",
    ] {
        check("float-money", &json!({ name: number }), 1);
    }
    // A number beside money is money.
    let currency = json!({ "description": "Which.", "enum": ["EUR", "USD"] });
    check("float-money", &json!({ "total": number, "currency": currency }), 1);
}

#[test]
fn names_of_things_are_no_personal_data() {
    let text = json!({ "description": "A text.", "type": "string", "minLength": 1, "maxLength": 20 });
    let holder = |name: &str, extra: Value| {
        let mut object = json!({
            "description": "It.", "type": "object", "additionalProperties": false,
            "required": ["full_name", "displayName", "ipAddress"],
            "properties": { "full_name": text, "displayName": text, "ipAddress": text }
        });
        merge(&mut object, &extra);
        json!({ name: object })
    };
    for name in ["repository", "device", "forkee", "pullRequestRepo", "sensors", "cluster", "user_device", "team"] {
        check("personal-data-unmarked", &holder(name, json!({})), 0);
    }
    for name in ["user", "customer", "sender", "reviewers", "repositoryOwner"].iter().take(4) {
        check("personal-data-unmarked", &holder(name, json!({})), 3);
    }
    // A title says it as well, and an owner is somebody else.
    check("personal-data-unmarked", &holder("source", json!({ "title": "Repository" })), 0);
    check("personal-data-unmarked", &holder("source", json!({ "properties": { "owner": text } })), 0);
    for (name, n_expected) in
        [("email", 1), ("phone_number", 1), ("emailCount", 0), ("email_verified_at", 0), ("firstName", 1)]
    {
        check("personal-data-unmarked", &json!({ name: text }), n_expected);
    }
}

#[test]
fn an_envelope_has_what_no_other_message_has() {
    let context = CONTEXT.replace("octopus", "none");
    let lacking = |names: &[&str]| {
        let mut contract = good();
        for name in names {
            contract["properties"][*name] = json!({ "description": "A text.", "enum": ["a", "b"] });
        }
        lint_of(&contract, &context).into_iter().filter(|finding| finding.rule == "missing-envelope-field").count()
    };
    assert_eq!(lacking(&["id", "type", "payload"]), 0);
    assert_eq!(lacking(&["id", "type", "source", "payload"]), 0);
    assert_eq!(lacking(&["id", "type", "data"]), 0);
    assert_ne!(lacking(&["id", "type", "specVersion", "payload"]), 0);
    assert_ne!(lacking(&["id", "type", "source", "data"]), 0);
    assert_ne!(lacking(&["id", "specversion", "data"]), 0);
}

#[test]
fn branches_of_a_union_are_judged_with_all_that_holds_beside_it() {
    let one = |name: &str| json!({ "type": "object", "additionalProperties": false, "required": [name], "properties": { name: { "type": "boolean" } } });
    let open = |name: &str| json!({ "required": [name], "properties": { name: { "type": "boolean" } } });
    for (schema, n_expected) in [
        // The type beside, or above, leaves no instance that both accept.
        (json!({ "type": "object", "oneOf": [one("a"), one("b")] }), 0),
        (json!({ "allOf": [{ "type": "object" }, { "oneOf": [one("a"), one("b")] }] }), 0),
        (json!({ "type": "object", "oneOf": [open("a"), open("b")] }), 1),
        (json!({ "type": "object", "maxProperties": 1, "oneOf": [open("a"), open("b")] }), 0),
        (json!({ "type": "object", "oneOf": [open("a"), open("b")], "not": { "required": ["a", "b"] } }), 0),
        (
            json!({ "type": "object", "additionalProperties": false, "properties": { "a": {} }, "oneOf": [open("a"), open("b")] }),
            0,
        ),
        (json!({ "enum": ["a", 5], "oneOf": [{ "type": "string" }, { "type": "integer" }, { "maximum": 3 }] }), 1),
        // Nothing is valid, which another rule says.
        (json!({ "enum": ["a"], "oneOf": [{ "type": "string" }, { "type": "integer" }, { "maximum": 3 }] }), 0),
        (json!({ "type": "integer", "oneOf": [{ "type": "string" }, { "maximum": 3 }] }), 0),
        (json!({ "oneOf": [{ "type": "integer", "maximum": 3 }, { "type": "number", "minimum": 2 }] }), 1),
        (
            json!({ "maximum": 1, "oneOf": [{ "type": "integer", "maximum": 3 }, { "type": "number", "minimum": 2 }] }),
            0,
        ),
    ] {
        check("ambiguous-union", &json!({ "it": schema }), n_expected);
    }
}

const MONEY: &str = "types/Money.json";

/// A shared type with a flaw, and two events that use it.
fn shared(facts: Value) -> Vec<Source> {
    let mut money = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Money", "description": "An amount.",
        "type": "object", "additionalProperties": false, "required": ["minor", "note"],
        "properties": {
            "minor": { "description": "Cents.", "type": "integer", "minimum": 0, "maximum": 9 },
            "note": { "description": "Why.", "type": ["string", "null"], "minLength": 1, "maxLength": 9 }
        }
    });
    merge(&mut money, &facts);
    let mut files = vec![file(MONEY, format!("{money:#}")), file("orders/context.toml", CONTEXT)];
    for name in ["OrderPlacedV1Event", "BasketAbandonedV1Event"] {
        let mut event = good();
        merge(
            &mut event,
            &json!({ "title": name, "required": ["orderId", "reason", "placedTimeUtc", "cost"], "properties": {
            "cost": { "description": "All.", "$ref": "../types/Money.json" }
        } }),
        );
        event["examples"][0]["cost"] = json!({ "minor": 1, "note": null });
        files.push(file(format!("orders/{name}.json"), format!("{event:#}")));
    }
    files
}

#[test]
fn a_shared_type_allows_itself_findings() {
    let rules = |facts: Value| {
        let found = lint_files(shared(facts));
        found.into_iter().map(|finding| (finding.rule, finding.headline)).collect::<Vec<_>>()
    };
    let ids = |facts: Value| rules(facts).into_iter().map(|(rule, _)| rule).collect::<Vec<_>>();
    let allow =
        |rule: &str, at: &str| json!({ "x-event": { "allow": [{ "rule": rule, "reason": "Partners.", "at": at }] } });
    assert_eq!(ids(json!({})), ["nullable-property"]);
    assert_eq!(ids(allow("nullable-property", "/properties/note")), Vec::<&str>::new());
    // A suppression without use, reason or effect is reported.
    assert_eq!(ids(allow("nullable-property", "/properties/minor")), ["nullable-property", "unused-suppression"]);
    assert_eq!(ids(allow("open-object", "/properties")), ["nullable-property", "unused-suppression"]);
    let bare = json!({ "x-event": { "allow": [{ "rule": "nullable-property" }] } });
    assert_eq!(ids(bare), ["nullable-property", "unexplained-suppression"]);
    assert_eq!(ids(json!({ "x-event": { "since": "2026-11-20" } })), ["nullable-property", "unknown-fact"]);
    assert_eq!(ids(json!({ "x-event": { "alow": [] } })), ["unknown-fact"]);
    assert_eq!(ids(json!({ "x-event": 5 })), ["invalid-fact"]);
    let nested = allow("nullable-property", "");
    assert_eq!(ids(json!({ "properties": { "note": nested } })), ["unknown-fact"]);
}

/// The flaws that each rule about schemas finds in a shared type can be allowed there.
#[test]
fn each_rule_that_fires_in_a_shared_type_can_be_allowed_there() {
    let flaws = [
        json!({ "additionalProperties": true }),
        json!({ "required": ["note"] }),
        json!({ "properties": { "minor": { "description": null } } }),
        json!({ "properties": { "minor": { "maximum": null } } }),
        json!({ "properties": { "minor": { "type": null } } }),
        json!({ "properties": { "note": { "maxLength": null } } }),
        json!({ "properties": { "note": { "minLength": null } } }),
        json!({ "properties": { "note": { "pattern": "a|b" } } }),
        json!({ "properties": { "note": { "default": "a" } } }),
        json!({ "properties": { "note": { "maxLenght": 3 } } }),
        json!({ "properties": { "note": { "format": "colour" } } }),
        json!({ "properties": { "minor": { "maximum": 9_007_199_254_740_993_u64 } } }),
        json!({ "required": ["minor", "note", "nota"], "additionalProperties": true }),
        json!({ "examples": [{ "minor": "a" }] }),
        json!({ "properties": { "minor": { "minimum": 10 } } }),
        json!({ "required": ["minor", "note", "duration"], "properties": { "duration": { "description": "D.", "type": "integer", "minimum": 0, "maximum": 9 } } }),
        json!({ "required": ["minor", "note", "email"], "properties": { "email": { "description": "E.", "type": "string", "minLength": 1, "maxLength": 9 } } }),
        json!({ "required": ["minor", "note", "list"], "properties": { "list": { "description": "L.", "type": "array", "items": { "type": "boolean" } } } }),
    ];
    for flaw in flaws {
        let found = lint_files(shared(flaw.clone()));
        let own: std::collections::BTreeSet<&str> =
            found.iter().filter(|finding| finding.span.source.0 + 1 == 4).map(|finding| finding.rule).collect();
        assert!(!own.is_empty(), "{flaw} has no flaw: {found:#?}");
        let allow: Vec<Value> = own.iter().map(|rule| json!({ "rule": rule, "reason": "Because." })).collect();
        let mut allowed = flaw.clone();
        allowed["x-event"] = json!({ "allow": allow });
        let left: Vec<Diagnostic> =
            lint_files(shared(allowed)).into_iter().filter(|finding| finding.span.source.0 + 1 == 4).collect();
        assert_eq!(left, [], "{flaw}: {own:?}");
    }
}

#[test]
fn twins_that_differ_in_case_or_punctuation_are_near() {
    let near = |paths: &[&str]| {
        let files = paths.iter().map(|path| {
            let mut contract = good();
            contract["title"] = goodevent_schema::registry::stem(path).into();
            file(*path, format!("{contract:#}"))
        });
        let contexts: std::collections::BTreeSet<&str> =
            paths.iter().filter_map(|path| path.split('/').next()).filter(|context| *context != "types").collect();
        let contexts = contexts.into_iter().map(|context| file(format!("{context}/context.toml"), CONTEXT));
        let found = lint_files(files.chain(contexts).collect());
        let names = ["near-duplicate-event-name", "colliding-names"];
        found.into_iter().filter(|finding| names.contains(&finding.rule)).count()
    };
    for (paths, n_expected) in [
        (["orders/OrderPlacedV1Event.json", "orders/OrderplacedV1Event.json"], 1),
        (["orders/OrderPlacedV1Event.json", "orders/OrderplacedV2Event.json"], 1),
        (["orders/SMSSentV1Event.json", "alerts/SmsSentV1Event.json"], 1),
        (["orders/OrderPlacedV1Event.json", "Orders/InvoiceIssuedV1Event.json"], 1),
        (["a-b/OrderPlacedV1Event.json", "a_b/InvoiceIssuedV1Event.json"], 1),
        (["orders/types/Money.json", "orders/types/money.json"], 1),
        (["orders/types/OrderLine.json", "orders/types/Orderline.json"], 1),
        (["ordersNew/OrderPlacedV1Event.json", "ordersnew/InvoiceIssuedV1Event.json"], 1),
        (["orders/OrderPlacedV1Event.json", "orders/OrderPlacedV2Event.json"], 0),
        (["orders/OrderPlacedV1Event.json", "billing/InvoiceIssuedV1Event.json"], 0),
        (["types/Money.json", "orders/types/Money.json"], 0),
    ] {
        assert_eq!(near(&paths), n_expected, "{paths:?}");
    }
}
