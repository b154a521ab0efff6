//! Payloads made of contracts: what is to be valid is, for the reference and for the decoders.

use std::path::Path;

use goodevent_build::Loaded;
use goodevent_check::{sample::Sampler, validate::Validator};
use goodevent_emit::widths;
use goodevent_schema::{
    analyze,
    decimal::Decimal,
    ir::Number,
    source::{Source, Sources},
};
use num_integer::Integer as _;
use rayon::prelude::*;

const N_SAMPLES: usize = 1_000;

#[test]
fn samples_are_valid_and_differ() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    let loaded = Loaded::read(&root).expect("the registry is readable");
    let contracts: Vec<_> = loaded.registry.contracts().collect();
    contracts.par_iter().for_each(|contract| {
        let name = contract.name.as_str();
        let decoder = contracts::contracts::CONTRACTS.iter().find(|own| own.name == name);
        let decoder = decoder.unwrap_or_else(|| panic!("{name} is generated"));
        let mut sampler = Sampler::new(&loaded.registry.schemas, 7);
        let mut again = Sampler::new(&loaded.registry.schemas, 7);
        let mut texts = std::collections::BTreeSet::new();
        for _ in 0..N_SAMPLES {
            let text = sampler.sample(contract.root).unwrap_or_else(|| panic!("{name} has payloads")).to_string();
            assert!(decoder.validate(text.as_bytes()).is_ok(), "{name}: {text}");
            assert_eq!(again.sample(contract.root).map(|payload| payload.to_string()), Some(text.clone()));
            texts.insert(text);
        }
        assert!(texts.len() > N_SAMPLES / 2, "{name}: {} of {N_SAMPLES} differ", texts.len());
    });
}

/// Samples of a schema that the command's `validate` accepts, each; as many as were found of those that were asked for.
fn samples(schema: &str, n: usize) -> Vec<String> {
    let text = format!(
        r#"{{"title":"ThingSeenV1Event","type":"object","additionalProperties":false,"required":["v"],"properties":{{"v":{schema}}}}}"#
    );
    let source = Source { path: "a/ThingSeenV1Event.json".to_owned(), uri: None, bytes: text.as_bytes().into() };
    let sources = Sources { root: String::new(), files: vec![source] };
    let (registry, _) = analyze(&sources);
    let widths = widths(&sources, &registry);
    let validator = Validator::new(&registry.schemas.graph, &widths);
    let root = registry.contracts().next().expect("there is an event").root;
    let mut sampler = Sampler::new(&registry.schemas, 3).widths(&widths);
    let found = (0..n).map_while(|_| sampler.sample(root)).map(|payload| payload.to_string());
    let found: Vec<String> = found.collect();
    for payload in &found {
        assert_eq!(validator.violations(root, payload.as_bytes()), Ok(Vec::new()), "{schema}: {payload}");
    }
    found
}

#[test]
fn numbers_of_all_ranges_are_sampled_as_their_type_holds_them() {
    const BOUNDS: [&str; 9] = [
        "-1e400",
        "-170141183460469231731687303715884105729",
        "-0.3",
        "1e-400",
        "0.1000000000000000000000001",
        "0.1000000000000000000000002",
        "9007199254740993",
        "18446744073709551616",
        "1e400",
    ];
    const DIVISORS: [&str; 6] = ["1", "0.3", "7", "9007199254740993", "1e40", "0.0000000001"];
    let decimal = |text: &str| Decimal::of(&Number(text.into())).expect("it is a number");
    let mut cases = Vec::new();
    for kind in ["integer", "number"] {
        for divisor in DIVISORS.iter().map(Some).chain([None]) {
            for (low_idx, low) in BOUNDS.iter().enumerate() {
                for high in &BOUNDS[low_idx..] {
                    cases.push((kind, divisor, *low, *high));
                }
            }
        }
    }
    cases.par_iter().for_each(|(kind, divisor, low, high)| {
        let multiple = divisor.map(|divisor| format!(r#","multipleOf":{divisor}"#)).unwrap_or_default();
        let schema = format!(r#"{{"type":"{kind}"{multiple},"minimum":{low},"maximum":{high}}}"#);
        // By exact arithmetic: whether a multiple of what is asked for lies between the bounds.
        let steps = divisor.iter().map(|divisor| decimal(divisor)).chain((*kind == "integer").then(|| decimal("1")));
        let steps: Vec<Decimal> = steps.collect();
        let all = [decimal(low), decimal(high)];
        let n_places = steps.iter().chain(&all).map(Decimal::n_places).max().unwrap_or(0);
        let step = steps.iter().map(|step| step.scaled(n_places)).reduce(|step, other| step.lcm(&other));
        let [low, high] = all.map(|bound| bound.scaled(n_places));
        let has_some = step.is_none_or(|step| low.div_ceil(&step) <= high.div_floor(&step));
        let found = samples(&schema, 2);
        assert_eq!(found.len(), if has_some { 2 } else { 0 }, "{schema}: {found:?}");
    });
    for schema in [
        r#"{"type":"integer","not":{"minimum":-170141183460469231731687303715884105728}}"#,
        r#"{"type":"integer","anyOf":[{"minimum":1e30},{"maximum":-1e30}]}"#,
        r#"{"type":"number","not":{"maximum":1e400}}"#,
        r#"{"type":"number","multipleOf":9007199254740993,"exclusiveMinimum":0}"#,
        r#"{"const":1e400}"#,
    ] {
        assert_eq!(samples(schema, 2).len(), 2, "{schema}");
    }
}

/// Schemas that share an instance, by its type.
const SHARING: [&[&str]; 4] = [
    // {"a":1,"b":"x","c":true}
    &[
        r#"{"type":"object","required":["a","b","c"]}"#,
        r#"{"type":"object","required":["a"],"dependentSchemas":{"a":{"required":["b"],"properties":{"b":{"const":"x"}}}}}"#,
        r#"{"type":"object","required":["b"],"dependentRequired":{"b":["c"]}}"#,
        r#"{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string"},"c":true},"unevaluatedProperties":false}"#,
        r#"{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"unevaluatedProperties":{"type":["string","boolean"]}}"#,
        r#"{"type":"object","propertyNames":{"pattern":"^[a-c]$"},"minProperties":2}"#,
        r#"{"type":"object","patternProperties":{"^[a-z]$":{"type":["integer","string","boolean"]}},"additionalProperties":false,"minProperties":3}"#,
        r#"{"type":"object","maxProperties":3,"not":{"required":["z"]}}"#,
        r#"{"type":"object","if":{"required":["a"]},"then":{"required":["c"],"properties":{"c":{"const":true}}}}"#,
        r#"{"type":"object","oneOf":[{"required":["a"],"properties":{"a":{"const":1}}},{"required":["a"],"properties":{"a":{"const":2}}}]}"#,
    ],
    // [1,"x",2]
    &[
        r#"{"type":"array","contains":{"const":1}}"#,
        r#"{"type":"array","contains":{"const":2},"maxItems":3}"#,
        r#"{"type":"array","contains":{"type":"string"},"maxContains":1}"#,
        r#"{"type":"array","contains":{"type":"integer"},"minContains":2}"#,
        r#"{"type":"array","contains":{"type":"integer"},"unevaluatedItems":{"type":"string"},"minItems":3}"#,
        r#"{"type":"array","uniqueItems":true,"minItems":2}"#,
        r#"{"type":"array","prefixItems":[{"type":"integer"},{"type":"string"}],"items":{"type":"integer"}}"#,
        r#"{"type":"array","not":{"minItems":4}}"#,
    ],
    // "ab-12@example.org"
    &[
        r#"{"type":"string","format":"email"}"#,
        r#"{"type":"string","pattern":"@example\\.org$"}"#,
        r#"{"type":"string","pattern":"^[a-z]{2}-[0-9]{2}@"}"#,
        r#"{"type":"string","minLength":17}"#,
        r#"{"type":"string","maxLength":17}"#,
        r#"{"type":"string","not":{"pattern":"\\.com$"}}"#,
    ],
    // 4
    &[
        r#"{"type":"integer","oneOf":[{"type":"integer"},{"minimum":5},{"maximum":3}]}"#,
        r#"{"type":"number","multipleOf":2}"#,
        r#"{"minimum":3.5,"not":{"minimum":100}}"#,
        r#"{"not":{"enum":[5,6,7,8]}}"#,
        r#"{"anyOf":[{"type":"string"},{"maximum":50}]}"#,
    ],
];

#[test]
fn what_two_schemas_share_is_sampled() {
    let pairs = SHARING.iter().flat_map(|schemas| {
        let pairs =
            schemas.iter().enumerate().flat_map(|(nth, left)| schemas[nth..].iter().map(move |right| (left, right)));
        pairs.map(|(left, right)| format!(r#"{{"allOf":[{left},{right}]}}"#)).collect::<Vec<_>>()
    });
    let lacking: Vec<String> =
        pairs.collect::<Vec<_>>().into_par_iter().filter(|schema| samples(schema, 3).len() < 3).collect();
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

#[test]
fn large_unions_and_many_names_are_sampled_in_all_their_ways() {
    let branches: Vec<String> = (0..300)
        .map(|nth| {
            format!(r#"{{"type":"object","additionalProperties":false,"required":["k"],"properties":{{"k":{{"const":"k{nth}"}}}}}}"#)
        })
        .collect();
    for schema in [
        format!(r#"{{"oneOf":[{}]}}"#, branches.join(",")),
        r#"{"type":"object","propertyNames":{"pattern":"^[a-z]{3}[0-9]{2}$"},"minProperties":50}"#.to_owned(),
        r#"{"type":"object","patternProperties":{"^[a-z]+$":{"type":"integer"}},"additionalProperties":false,"minProperties":5,"maxProperties":6}"#.to_owned(),
        r#"{"type":"string","pattern":"^[a-z]{3000}$"}"#.to_owned(),
    ] {
        let found: std::collections::BTreeSet<String> = samples(&schema, 10).into_iter().collect();
        assert!(found.len() > 7, "{schema}: {} differ", found.len());
    }
}
