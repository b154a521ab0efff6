//! Draft 4, in which `1.0` is not an integer: decoders, the command, sizes, samples and near misses tell the spellings apart.

use std::path::Path;

use goodevent_check::{size::size_bound, validate::Validator};
use goodevent_emit::widths;
use goodevent_tests::{batch, samples};

/// The spellings of one and two, whole and not, and of a number between.
const SPELLINGS: [&str; 12] = ["1", "1.0", "1e0", "10e-1", "1.00", "2", "2.0", "0.2e1", "1.5", "15e-1", "300", "3e2"];

/// Schemas, and the spellings that each allows.
const SCHEMAS: [(&str, &[&str]); 15] = [
    (r#"{"type":"integer"}"#, &["1", "2", "300"]),
    (r#"{"type":"integer","minimum":0,"maximum":255}"#, &["1", "2"]),
    (r#"{"type":"integer","minimum":1,"exclusiveMinimum":true}"#, &["2", "300"]),
    (r#"{"type":"integer","multipleOf":2}"#, &["2", "300"]),
    (r#"{"type":"integer","enum":[1,3]}"#, &["1"]),
    (r#"{"type":"integer","enum":[1.0,2]}"#, &["1", "2"]),
    (r#"{"enum":[1]}"#, &["1", "1.0", "1e0", "10e-1", "1.00"]),
    (r#"{"enum":[1.0]}"#, &["1", "1.0", "1e0", "10e-1", "1.00"]),
    (r#"{"enum":[1,2.0,"a"]}"#, &["1", "1.0", "1e0", "10e-1", "1.00", "2", "2.0", "0.2e1"]),
    (r#"{"type":"number","maximum":1}"#, &["1", "1.0", "1e0", "10e-1", "1.00"]),
    (r#"{"type":"number","multipleOf":1,"maximum":2}"#, &["1", "1.0", "1e0", "10e-1", "1.00", "2", "2.0", "0.2e1"]),
    (r#"{"type":["integer","string"]}"#, &["1", "2", "300"]),
    (r#"{"anyOf":[{"type":"integer"},{"enum":[2]}]}"#, &["1", "2", "2.0", "0.2e1", "300"]),
    (r#"{"type":"number","not":{"type":"integer"},"maximum":1}"#, &["1.0", "1e0", "10e-1", "1.00"]),
    (r#"{"oneOf":[{"type":"integer"},{"enum":[1]}]}"#, &["1.0", "1e0", "10e-1", "1.00", "2", "300"]),
];

/// The last schemas exclude integers. No type of Rust holds that `1.0` was not spelled as one, so that the encoder refuses to
/// write `1`: the one verdict here that is stricter than the schema, and documented.
const FIRST_WITHOUT_INTEGERS: usize = 13;

/// Places of a number in a payload: the schema of a member, and its value.
const PLACES: [(&str, &str, &str); 6] = [
    ("plain", "S", "N"),
    ("nullable", r#"{"anyOf":[S,{"type":"null"}]}"#, "N"),
    ("items", r#"{"type":"array","items":S,"maxItems":3}"#, "[N,N]"),
    ("tuple", r#"{"type":"array","items":[{"type":"boolean"},S],"additionalItems":false,"minItems":2}"#, "[true,N]"),
    ("map", r#"{"type":"object","additionalProperties":S,"maxProperties":2}"#, r#"{"k":N}"#),
    ("branch", r#"{"oneOf":[{"type":"boolean"},S]}"#, "N"),
];

fn event(schema: &str) -> String {
    let members: Vec<String> =
        PLACES.iter().map(|(name, place, _)| format!("\"{name}\":{}", place.replace('S', schema))).collect();
    format!(
        r#"{{"$schema":"http://json-schema.org/draft-04/schema#","title":"SubjectV1Event","type":"object","additionalProperties":false,"required":["plain"],"properties":{{{}}}}}"#,
        members.join(",")
    )
}

#[test]
fn spellings_of_numbers_are_told_apart_as_draft_4_does() {
    let texts: Vec<String> = SCHEMAS.iter().map(|(schema, _)| event(schema)).collect();
    let registries: Vec<_> = texts
        .iter()
        .map(|text| batch::registry_of(text.as_bytes(), &[]).unwrap_or_else(|error| panic!("{text}: {error}")))
        .collect();
    let modules: Vec<String> =
        texts.iter().map(|text| batch::module_of(text.as_bytes(), &[]).expect("the schemas are valid")).collect();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("draft4");
    let batches = batch::build(&folder, "draft4", &modules, modules.len()).expect("the code compiles");
    let mut payloads = Vec::new();
    let mut expected = Vec::new();
    for (schema_idx, (schema, allowed)) in SCHEMAS.iter().enumerate() {
        let (_, registry) = &registries[schema_idx];
        let root = registry.contracts().next().expect("there is an event").root;
        let mut add = |payload: Vec<u8>, is_valid: bool, what: &'static str| {
            payloads.push((schema_idx, payload));
            expected.push((is_valid, what));
        };
        for (name, _, value) in PLACES {
            for number in SPELLINGS {
                let value = value.replace('N', number);
                let plain = if name == "plain" { String::new() } else { format!("\"plain\":{},", allowed[0]) };
                add(format!("{{{plain}\"{name}\":{value}}}").into_bytes(), allowed.contains(&number), "a spelling");
            }
        }
        let made = samples::of(registry, root, 30, 5);
        assert!(made.valid.len() == 30 && !made.misses.is_empty(), "{schema}: {made:?}");
        made.valid.into_iter().for_each(|sample| add(sample, true, "a sample"));
        made.misses.iter().for_each(|miss| add(miss.payload.to_string().into_bytes(), false, "a near miss"));
        let bound = size_bound(registry, root);
        if let Some(witness) = bound.witness.as_ref().and_then(|witness| witness.to_json(1 << 16)) {
            add(witness.into_bytes(), true, "the largest payload");
        }
    }
    let verdicts = batches[0].run(&payloads).expect("the decoders run");
    let (mut faults, mut n_lost) = (Vec::new(), 0);
    for (((schema_idx, payload), verdict), (is_valid, what)) in payloads.iter().zip(verdicts).zip(&expected) {
        let (sources, registry) = &registries[*schema_idx];
        let root = registry.contracts().next().expect("there is an event").root;
        let known = widths(sources, registry);
        let listed = Validator::new(&registry.schemas.graph, &known).violations(root, payload);
        let listed = listed.expect("the payload is JSON");
        let is_decoded = verdict.encoded.is_some();
        let is_lost = verdict.fault.as_ref().is_some_and(|fault| fault.starts_with("! encoded to Err(Invalid("));
        if *schema_idx >= FIRST_WITHOUT_INTEGERS && is_lost && *is_valid && listed.is_empty() {
            n_lost += 1;
            continue;
        }
        if verdict.fault.is_some() || is_decoded != *is_valid || listed.is_empty() != *is_valid {
            let (schema, payload) = (SCHEMAS[*schema_idx].0, String::from_utf8_lossy(payload));
            faults.push(format!("{what} of {schema}: {payload}: {verdict:?}, {listed:?}"));
        }
        // A spelling that was valid is written as one that is valid.
        if let Some(encoded) = verdict.encoded {
            let again = Validator::new(&registry.schemas.graph, &known).violations(root, &encoded);
            if !again.is_ok_and(|found| found.is_empty()) {
                faults.push(format!("{what} becomes {}", String::from_utf8_lossy(&encoded)));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
    assert!(payloads.len() > 1_500 && n_lost > 0, "{}, {n_lost}", payloads.len());
}
