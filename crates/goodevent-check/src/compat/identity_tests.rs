//! Versions that name themselves.

use goodevent_schema::{
    Registry, analyze,
    source::{Source, Sources},
};

use super::{Prover, Version, changes_between};

fn read(version: u32, schema: &str) -> (Sources, Registry) {
    let path = format!("a/ThingSeenV{version}Event.json");
    let source = Source { path, uri: None, bytes: schema.as_bytes().into() };
    let sources = Sources { root: String::new(), files: vec![source] };
    let (registry, _) = analyze(&sources);
    (sources, registry)
}

/// Each change, with the directions that it breaks; what names the version has a star.
fn check((old_version, old): (u32, &str), (new_version, new): (u32, &str), expected: &[&str]) {
    let (old, new) = (read(old_version, old), read(new_version, new));
    let mut prover = Prover::new(&old.1.schemas, &new.1.schemas);
    let [was, is] = [&old.1, &new.1].map(|registry| registry.contracts().next().expect("each file is a contract"));
    let found = changes_between(&mut prover, (Version::Old, was), (Version::New, is));
    let found = found.iter().map(|change| {
        let star = if change.names_itself { "* " } else { "" };
        let [backward, forward] = [&change.backward, &change.forward]
            .map(|verdict| verdict.to_string().split(':').next().unwrap_or_default().to_owned());
        format!("{star}{} | {backward} | {forward}", change.headline)
    });
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[test]
fn a_constant_that_is_the_version_is_told_apart() {
    let versioned = |version: &str, more: &str| {
        format!(
            r#"{{"type":"object","required":["meta"],"additionalProperties":false,"properties":{{{more}"meta":{{
                "type":"object","properties":{{"version":{{"type":"string","enum":["{version}"]}}}}}}}}}}"#
        )
    };
    let named = r#"* `/meta/version` names the version itself: was "1.0.0", is "1.1.0" | breaking | breaking"#;
    let old = versioned("1.0.0", "");
    check((1, &old), (1, &old), &[]);
    check((1, &old), (1, &versioned("1.1.0", "")), &[named]);
    let more = versioned("1.1.0", r#""note":{"type":"string"},"#);
    check((1, &old), (1, &more), &[named, "`note` was added | compatible | breaking"]);
    let second = r#"* `/meta/version` names the version itself: was "1.0.0", is "2.0.0" | breaking | breaking"#;
    check((1, &old), (2, &versioned("2.0.0", "")), &[second]);
    let other = r#"`meta.version` may now be "3.0.0" | compatible | breaking"#;
    let gone = r#"`meta.version` may not be "1.0.0" any more | breaking | compatible"#;
    check((1, &old), (2, &versioned("3.0.0", "")), &[other, gone]);
}

#[test]
fn a_constant_names_the_version_in_many_spellings() {
    let schema = |property: &str, value: &str| format!(r#"{{"properties":{{"{property}":{{"const":{value}}}}}}}"#);
    for (property, old, new) in [
        ("version", "1", "2"),
        ("version", r#""v1""#, r#""v2""#),
        ("schemaVersion", r#""1-0-0""#, r#""2-0-0""#),
        ("type", r#""ThingSeenV1Event""#, r#""ThingSeenV2Event""#),
        ("type", r#""org.example.thing-seen.v1""#, r#""org.example.thing-seen.v2""#),
        ("type", r#""dev.example.thing.seen.0.1.0""#, r#""dev.example.thing.seen.0.2.0""#),
        ("schema", r#""https://example.org/thing_seen/1.0.json""#, r#""https://example.org/thing_seen/2.0.json""#),
    ] {
        let told = format!("* `/{property}` names the version itself: was {old}, is {new} | breaking | breaking");
        check((1, &schema(property, old)), (2, &schema(property, new)), &[&told]);
    }
    for (property, old, new) in
        [("seats", "1", "2"), ("type", r#""thing""#, r#""item""#), ("type", r#""a.v1""#, r#""a.v2""#)]
    {
        let told = [
            format!("`{property}` may now be {new} | compatible | breaking"),
            format!("`{property}` may not be {old} any more | breaking | compatible"),
        ];
        check((1, &schema(property, old)), (2, &schema(property, new)), &told.each_ref().map(String::as_str));
    }
}

#[test]
fn a_constant_can_be_declared_to_name_the_version() {
    let schema = |value: &str| {
        format!(
            r##"{{"x-event":{{"identifiedBy":["/head/kind"]}},"properties":{{"head":{{"$ref":"#/$defs/Head"}}}},
                "$defs":{{"Head":{{"allOf":[{{"properties":{{"kind":{{"const":"{value}"}}}}}}]}}}}}}"##
        )
    };
    let told = r#"* `/head/kind` names the version itself: was "blue", is "green" | breaking | breaking"#;
    check((1, &schema("blue")), (2, &schema("green")), &[told]);
}

#[test]
fn what_depends_on_the_version_is_seen_with_it_set_aside() {
    let schema = |version: &str, note: &str| {
        format!(
            r#"{{"required":["version"],"properties":{{"version":{{"const":"{version}"}}}},
                "anyOf":[{{"properties":{{"version":{{"const":"1.0"}},"note":{{"const":"a"}}}}}},
                         {{"properties":{{"version":{{"const":"1.1"}},"note":{{"const":"{note}"}}}}}}]}}"#
        )
    };
    check(
        (1, &schema("1.0", "b")),
        (1, &schema("1.1", "c")),
        &[
            r#"* `/version` names the version itself: was "1.0", is "1.1" | breaking | breaking"#,
            r#"`note` may now be "c" | compatible | breaking"#,
            r#"`note` may not be "b" any more | compatible | compatible"#,
            "other payloads are accepted than before | breaking | compatible",
        ],
    );
}
