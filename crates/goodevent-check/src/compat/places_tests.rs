//! Changes of shared types, at every place that uses them.

use goodevent_schema::{
    Registry, analyze,
    ir::SchemaId,
    source::{Source, Sources},
};

use super::{Change, Prover, Version, changes};

fn read(schema: &str) -> (Registry, SchemaId) {
    let source = Source { path: "a/ThingSeenV1Event.json".to_owned(), uri: None, bytes: schema.as_bytes().into() };
    let (registry, found) = analyze(&Sources { root: String::new(), files: vec![source] });
    assert!(found.iter().all(|own| own.level != goodevent_schema::diagnostic::Level::Error), "{found:?}");
    let root = registry.schemas.documents[0].root;
    (registry, root)
}

fn found(old: &str, new: &str) -> Vec<Change> {
    let (old, new) = (read(old), read(new));
    let mut prover = Prover::new(&old.0.schemas, &new.0.schemas);
    changes(&mut prover, (Version::Old, old.1), (Version::New, new.1))
}

/// Schemas that use the type `n` at one place or several, with the places as changes name them, and whether a lower
/// maximum of `n` breaks them there.
const USES: &[(&str, &[(&str, bool)])] = &[
    (r##""properties":{"a":{"$ref":"#/$defs/n"}}"##, &[("`a`", true)]),
    (r##""properties":{"a":{"$ref":"#/$defs/n"},"b":{"$ref":"#/$defs/n"}}"##, &[("`a`", true), ("`b`", true)]),
    (
        r##""properties":{"a":{"$ref":"#/$defs/n"},"b":{"$ref":"#/$defs/n","maximum":10},"c":{"$ref":"#/$defs/n"}}"##,
        &[("`a`", true), ("`b`", false), ("`c`", true)],
    ),
    (
        r##""properties":{"a":{"$ref":"#/$defs/m"},"b":{"$ref":"#/$defs/m"}}"##,
        &[("`a.x`", true), ("`a.y`", true), ("`b.x`", true), ("`b.y`", true)],
    ),
    (
        r##""properties":{"a":{"items":{"$ref":"#/$defs/n"}},"b":{"additionalProperties":{"$ref":"#/$defs/n"}}}"##,
        &[("each item of `a`", true), ("other members of `b`", true)],
    ),
    (
        r##""properties":{"a":{"prefixItems":[{"$ref":"#/$defs/n"},{"$ref":"#/$defs/n"}]}}"##,
        &[("item 1 of `a`", true), ("item 2 of `a`", true)],
    ),
    (
        r##""properties":{"a":{"anyOf":[{"$ref":"#/$defs/n"},{"type":"null"}]},"b":{"allOf":[{"$ref":"#/$defs/n"}]}}"##,
        &[("`a`", true), ("`b`", true)],
    ),
    (r##""properties":{"a":{"$ref":"#/$defs/n"},"next":{"$ref":"#"}}"##, &[("`a`", true)]),
];

#[test]
fn a_change_of_a_shared_type_is_reported_at_every_place_with_what_it_breaks_there() {
    for (uses, places) in USES {
        let schema = |max: u32| {
            format!(
                r##"{{{uses},"$defs":{{"n":{{"type":"integer","maximum":{max}}},
                "m":{{"properties":{{"x":{{"$ref":"#/$defs/n"}},"y":{{"$ref":"#/$defs/n"}}}}}}}}}}"##
            )
        };
        let found = found(&schema(100), &schema(50));
        let told: Vec<(String, bool)> =
            found.iter().map(|own| (own.headline.clone(), !own.backward.is_compatible())).collect();
        let expected =
            places.iter().map(|(place, breaks)| (format!("`maximum` of {place} fell from 100 to 50"), *breaks));
        assert_eq!(told, expected.collect::<Vec<_>>(), "{uses}");
        assert!(found.iter().all(|own| own.forward.is_compatible()), "{uses}");
        // The payload that shows it breaks this place, and no other one.
        for ((place, _), own) in places.iter().zip(&found).filter(|((place, _), _)| !place.contains(' ')) {
            let super::Verdict::Breaking(payload) = &own.backward else { continue };
            let (pointer, n_members) = (place.trim_matches('`').replace('.', "\":{\""), place.matches('.').count() + 1);
            let text = payload.to_string();
            assert!(text.contains(&format!("\"{pointer}\":")), "{place}: {text}");
            assert_eq!(text.matches(':').count(), n_members, "{place}: {text}");
        }
    }
}

#[test]
fn places_of_a_shared_type_are_counted_when_they_are_many() {
    let schema = |max: u32| {
        let members: Vec<String> = (0..1_000).map(|nth| format!(r##""m{nth}":{{"$ref":"#/$defs/n"}}"##)).collect();
        format!(r#"{{"properties":{{{}}},"$defs":{{"n":{{"type":"integer","maximum":{max}}}}}}}"#, members.join(","))
    };
    let found = found(&schema(100), &schema(50));
    assert_eq!(found.len(), 17);
    assert_eq!(found[16].headline, "the same changed at 984 more places of that type, such as `m16`");
    assert!(found.iter().all(|own| !own.backward.is_compatible()));
}

#[test]
fn types_that_use_each_other_twice_end() {
    let schema = |max: u32| {
        let types: Vec<String> = (0..4)
            .map(|nth| {
                let next = (nth + 1) % 4;
                format!(
                    r##""t{nth}":{{"properties":{{"a":{{"$ref":"#/$defs/t{next}"}},"b":{{"$ref":"#/$defs/t{next}"}},
                    "n":{{"type":"integer","maximum":{max}}}}}}}"##
                )
            })
            .collect();
        format!(r##"{{"$ref":"#/$defs/t0","$defs":{{{}}}}}"##, types.join(","))
    };
    let found = found(&schema(100), &schema(50));
    assert!(found.len() <= 4 * 17, "{}", found.len());
    assert_eq!(found[0].headline.matches("maximum").count(), 1);
}
