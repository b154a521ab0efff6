//! Numbers are kept exactly or rejected: every spelling, at every place, for every kind of schema about numbers.

use goodevent_check::{random::Random, validate::Validator};
use goodevent_emit::widths;
use goodevent_schema::{ir::Draft, source::SourceId, syntax};
use goodevent_tests::{
    batch,
    values::{FINE_NUMBERS, NUMBERS},
};
use num_bigint::BigInt;

/// Schemas about numbers, and the type that holds what they allow: `any` for one that holds all of it.
const SCHEMAS: [(&str, &str); 25] = [
    (r#"{"type":"integer"}"#, "i64"),
    (r#"{"type":"integer","minimum":0}"#, "u64"),
    (r#"{"type":"integer","minimum":-9223372036854775808}"#, "i64"),
    (r#"{"type":"integer","minimum":-9223372036854775809,"exclusiveMaximum":1e30}"#, "any"),
    (r#"{"type":"integer","minimum":0,"maximum":340282366920938463463374607431768211455}"#, "any"),
    (r#"{"type":"integer","minimum":0.5,"maximum":1e50}"#, "any"),
    (r#"{"type":"integer","multipleOf":9007199254740993}"#, "i64"),
    (r#"{"type":"integer","multipleOf":1234567890123456789012345678901234567}"#, "i64"),
    (r#"{"type":"number","multipleOf":0.1234567890123456789012345678901234567}"#, "f64"),
    (r#"{"const":0.1234567890123456789012345678901234567890123456789}"#, "any"),
    (r#"{"type":"number"}"#, "f64"),
    (r#"{"type":"number","minimum":0.10000000000000000001,"maximum":9007199254740993}"#, "f64"),
    (r#"{"type":"number","multipleOf":0.01}"#, "f64"),
    (r#"{"type":"number","exclusiveMinimum":-1e-400}"#, "f64"),
    (r#"{"const":12345678901234567890}"#, "any"),
    (r#"{"const":123456789012345678901234567890.0}"#, "any"),
    (r#"{"enum":[1,2,3]}"#, "any"),
    (r#"{"enum":[0.1,9007199254740993,1e-400]}"#, "any"),
    (r#"{"type":"integer","enum":[1,36893488147419103232]}"#, "any"),
    (r#"{"type":["integer","string"],"maximum":18446744073709551616}"#, "i128"),
    (r#"{"type":"number","exclusiveMinimum":0,"maximum":1e-400}"#, "any"),
    (r#"{"type":"number","minimum":0.1000000000000000000000001,"maximum":0.1000000000000000000000002}"#, "any"),
    (r#"{"type":"integer","multipleOf":1e40,"minimum":1}"#, "any"),
    (r#"{"type":"number","minimum":1e400,"maximum":1e401}"#, "any"),
    (r#"{}"#, "any"),
];

/// Places of a number in a payload: the schema of a member, and its value.
const PLACES: [(&str, &str, &str); 9] = [
    ("plain", "S", "N"),
    ("optional", r#"{"anyOf":[S,{"type":"null"}]}"#, "N"),
    ("united", r#"{"oneOf":[S,{"type":"boolean"}]}"#, "N"),
    ("joined", r#"{"allOf":[S,{"not":{"const":77}}]}"#, "N"),
    ("listed", r#"{"type":"array","items":S}"#, "[N]"),
    ("first", r#"{"type":"array","prefixItems":[S,{"type":"null"}],"items":false,"minItems":2}"#, "[N,null]"),
    ("behind", r#"{"type":"array","prefixItems":[{"type":"null"},S],"items":false,"minItems":2}"#, "[null,N]"),
    ("mapped", r#"{"type":"object","additionalProperties":S}"#, r#"{"k":N}"#),
    ("nested", r#"{"type":"object","required":["k"],"additionalProperties":false,"properties":{"k":S}}"#, r#"{"k":N}"#),
];

/// A number as a fraction of ten's power, exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Exact {
    mantissa: BigInt,
    exponent: i64,
}

impl Exact {
    fn of(text: &str) -> Self {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut mantissa: BigInt = format!("{whole}{fraction}").parse().expect("the digits are digits");
        let mut exponent = exponent.parse::<i64>().expect("the exponent is small") - fraction.len() as i64;
        while mantissa != BigInt::ZERO && &mantissa % 10 == BigInt::ZERO {
            (mantissa, exponent) = (mantissa / 10, exponent + 1);
        }
        let exponent = if mantissa == BigInt::ZERO { 0 } else { exponent };
        Self { mantissa, exponent }
    }

    /// Both in the same unit.
    fn with(&self, other: &Self) -> (BigInt, BigInt) {
        let unit = self.exponent.min(other.exponent);
        let scaled = |own: &Self| &own.mantissa * BigInt::from(10).pow((own.exponent - unit) as u32);
        (scaled(self), scaled(other))
    }

    fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    fn fits<T: TryFrom<BigInt>>(&self) -> bool {
        let whole = || &self.mantissa * BigInt::from(10).pow(self.exponent as u32);
        self.is_integer() && self.exponent < 60 && T::try_from(whole()).is_ok()
    }
}

/// Tests if a schema of the list allows a number, by exact arithmetic that the toolchain has no part in.
fn allows(schema: &str, number: &Exact) -> bool {
    let (tree, _) = syntax::parse(SourceId(0), schema.as_bytes());
    let tree = tree.expect("the schemas are JSON");
    let bound = |name: &str| tree.get(name).map(|node| Exact::of(&node.to_value().to_string()));
    let types: Vec<String> = tree.get("type").into_iter().map(|node| node.to_value().to_string()).collect();
    let is_typed = types.iter().all(|types| types.contains("number") || number.is_integer());
    let listed =
        tree.get("enum").map(|list| list.items().iter().collect::<Vec<_>>()).or(tree.get("const").map(|own| vec![own]));
    let is_listed = listed.is_none_or(|own| own.iter().any(|own| Exact::of(&own.to_value().to_string()) == *number));
    let holds = |name: &str, holds: fn(&BigInt, &BigInt) -> bool| {
        bound(name).is_none_or(|bound| {
            let (own, bound) = number.with(&bound);
            holds(&own, &bound)
        })
    };
    is_typed
        && is_listed
        && holds("minimum", |own, bound| own >= bound)
        && holds("maximum", |own, bound| own <= bound)
        && holds("exclusiveMinimum", |own, bound| own > bound)
        && holds("exclusiveMaximum", |own, bound| own < bound)
        && holds("multipleOf", |own, bound| own % bound == BigInt::ZERO)
}

/// Tests if a type holds a number.
fn is_held(width: &str, number: &Exact, text: &str) -> bool {
    match width {
        "i64" => number.fits::<i64>(),
        "u64" => number.fits::<u64>(),
        "i128" => number.fits::<i128>(),
        "f64" => {
            let value: f64 = text.parse().expect("JSON numbers are Rust's");
            // The double is printed in digits as an integer of 64 bits, else as briefly as can be.
            let is_whole = value.fract() == 0.0 && (-9.3e18..1.8446744073709552e19).contains(&value);
            let printed = if is_whole { (value as i128).to_string() } else { format!("{value:e}") };
            value.is_finite() && Exact::of(&printed) == *number
        }
        _ => true,
    }
}

/// Spellings of numbers near the ends of types and of what schemas say, and others.
fn spellings(random: &mut Random) -> Vec<String> {
    let mut all: Vec<String> = NUMBERS.iter().chain(&FINE_NUMBERS).map(|text| (*text).to_owned()).collect();
    for _ in 0..60 {
        let n_digits = 1 + random.below(24);
        let mut digits: String = (0..n_digits).map(|_| char::from(b'0' + random.below(10) as u8)).collect();
        digits = match digits.trim_start_matches('0') {
            "" => "0".to_owned(),
            digits => digits.to_owned(),
        };
        if random.once_in(3) {
            digits.push_str(&format!(".{}", random.below(100_000)));
        }
        if random.once_in(3) {
            digits.push_str(&format!("e{}{}", if random.once_in(2) { "-" } else { "" }, random.below(40)));
        }
        all.push(format!("{}{digits}", if random.once_in(3) { "-" } else { "" }));
    }
    all
}

#[test]
fn numbers_are_kept_exactly_or_rejected() {
    let event = |schema: &str| {
        let members: Vec<String> =
            PLACES.iter().map(|(name, place, _)| format!("\"{name}\":{}", place.replace('S', schema))).collect();
        format!(
            r#"{{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"SubjectV1Event","type":"object","properties":{{{}}}}}"#,
            members.join(",")
        )
    };
    let registries: Vec<_> = SCHEMAS
        .iter()
        .map(|(schema, _)| {
            batch::registry_of(event(schema).as_bytes(), &[]).unwrap_or_else(|error| panic!("{schema}: {error}"))
        })
        .collect();
    let module = |(schema, _): &(&str, &str)| batch::module_of(event(schema).as_bytes(), &[]);
    let modules: Vec<String> = SCHEMAS.iter().map(|schema| module(schema).expect("the schemas are valid")).collect();
    let batches = batch::build(&batch::folder(), "numbers", &modules, modules.len()).expect("the code compiles");
    let mut random = Random::new(3);
    let numbers = spellings(&mut random);
    let mut cases = Vec::new();
    for (schema_idx, _) in SCHEMAS.iter().enumerate() {
        for (place_idx, (name, _, value)) in PLACES.iter().enumerate() {
            for number in &numbers {
                let payload = format!("{{\"{name}\":{}}}", value.replace('N', number));
                cases.push((schema_idx, place_idx, number, payload.into_bytes()));
            }
        }
    }
    let payloads: Vec<(usize, Vec<u8>)> =
        cases.iter().map(|(schema_idx, .., payload)| (*schema_idx, payload.clone())).collect();
    let verdicts = batches[0].run(&payloads).expect("the decoders run");
    let (mut n_kept, mut n_stricter) = (0, 0);
    let widths: Vec<_> = registries.iter().map(|(sources, registry)| widths(sources, registry)).collect();
    let validators: Vec<_> = registries
        .iter()
        .zip(&widths)
        .map(|((_, registry), widths)| {
            let root = registry.contracts().next().expect("there is an event").root;
            (Validator::new(&registry.schemas.graph, widths), root)
        })
        .collect();
    for ((schema_idx, place_idx, number, payload), verdict) in cases.iter().zip(verdicts) {
        let (schema, width) = SCHEMAS[*schema_idx];
        let place = PLACES[*place_idx].0;
        let shown = || format!("{schema} {place} {number}: {verdict:?}");
        assert_eq!(verdict.fault, None, "{}", shown());
        let exact = Exact::of(number);
        let is_valid = allows(schema, &exact);
        let (validator, root) = &validators[*schema_idx];
        let violations = validator.violations(*root, payload).expect("the payload is JSON");
        assert_eq!(verdict.encoded.is_some(), violations.is_empty(), "{} {violations:?}", shown());
        match &verdict.encoded {
            Some(encoded) => {
                n_kept += 1;
                assert!(is_valid, "{}", shown());
                let text = String::from_utf8(encoded.clone()).expect("JSON is UTF-8");
                let (_, value) = text.split_once(':').expect("there is a member");
                let value = value.trim_start_matches("[null,").trim_start_matches(['[', '{', '"', 'k', ':']);
                let end = value.find([',', '}', ']']).expect("the object ends");
                assert_eq!(Exact::of(&value[..end]), exact, "{} became {text}", shown());
            }
            None if is_valid => {
                n_stricter += 1;
                assert!(!is_held(width, &exact, number), "{} {violations:?}", shown());
                let is_named = violations.iter().any(|own| own.to_string().contains("a number that a Rust"));
                assert!(is_named, "{} {violations:?}", shown());
            }
            None => {}
        }
    }
    assert!(n_kept > 3_000 && n_stricter > 300, "{n_kept} are kept, {n_stricter} refused by types");
}

/// Places of a schema in a document.
const SITES: [&str; 5] = [
    r#""properties":{"m":S}"#,
    r#""properties":{"l":{"type":"array","items":{"anyOf":[{"type":"null"},S]}}}"#,
    r#""additionalProperties":S"#,
    r##""properties":{"m":{"$ref":"#/definitions/d"}},"definitions":{"d":S}"##,
    r#""allOf":[{"properties":{"m":{"not":S}}}]"#,
];

fn document(draft: Draft, site: &str, schema: &str) -> String {
    let site = site.replace('S', schema);
    let site = if draft >= Draft::Draft201909 { site.replace("definitions", "$defs") } else { site };
    format!(r#"{{"$schema":"{}","title":"SubjectV1Event","type":"object",{site}}}"#, draft.uri())
}

#[test]
fn numbers_of_a_schema_that_nothing_compares_exactly_are_findings() {
    let digits = |n_digits: usize| "1234567890".repeat(n_digits / 10 + 1)[..n_digits].to_owned();
    let long =
        [digits(1_025), format!("0.{}", digits(1_023)), format!("{}e5", digits(1_023)), format!("-{}", digits(1_024))];
    let short = [
        digits(1_024),
        format!("0.{}", digits(1_022)),
        format!("-{}", digits(1_023)),
        "1e1152921504606840000".to_owned(),
    ];
    let beyond = ["1e1152921504606850000".to_owned(), "1e-99999999999999999999".to_owned()];
    let keyword = |draft: Draft, keyword: &str, number: &str| match (keyword, draft) {
        ("enum", _) => format!(r#"{{"enum":["a",{number}]}}"#),
        ("nested", Draft::Draft4) => format!(r#"{{"enum":[{{"a":[{number}]}}]}}"#),
        ("const", Draft::Draft4) => format!(r#"{{"enum":[{number}]}}"#),
        ("nested", _) => format!(r#"{{"const":{{"a":[{number}]}}}}"#),
        ("exclusiveMinimum", Draft::Draft4) => format!(r#"{{"minimum":{number},"exclusiveMinimum":true}}"#),
        ("exclusiveMaximum", Draft::Draft4) => format!(r#"{{"maximum":{number},"exclusiveMaximum":true}}"#),
        _ => format!(r#"{{"{keyword}":{number}}}"#),
    };
    let keywords =
        ["const", "enum", "nested", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
    let registry = |text: String| (batch::registry_of(text.as_bytes(), &[]).err().unwrap_or_default(), text);
    let mut n_found = 0;
    for draft in [Draft::Draft4, Draft::Draft6, Draft::Draft7, Draft::Draft201909, Draft::Draft202012] {
        for name in keywords {
            for site in SITES {
                for number in
                    long.iter().chain(&beyond).filter(|number| name != "multipleOf" || !number.starts_with('-'))
                {
                    let (error, text) = registry(document(draft, site, &keyword(draft, name, number)));
                    n_found += 1;
                    assert!(
                        error.contains("invalid-schema: the number has more than 1024 characters, or an exponent"),
                        "{error}: {text}"
                    );
                }
                for number in short.iter().filter(|_| name != "multipleOf") {
                    let (error, text) = registry(document(draft, site, &keyword(draft, name, number)));
                    assert_eq!(error, "", "{text}");
                }
            }
        }
        for site in SITES {
            for (number, is_found) in [
                (digits(37), false),
                (format!("{}000000", digits(37)), false),
                (format!("0.000{}", digits(37)), false),
                (digits(38), true),
                (format!("0.{}", digits(38)), true),
                (format!("{}e-400", digits(38)), true),
            ] {
                let (error, text) = registry(document(draft, site, &keyword(draft, "multipleOf", &number)));
                assert_eq!(
                    error.contains("invalid-schema: `multipleOf` has more than 37 digits"),
                    is_found,
                    "{error}: {text}"
                );
                assert_eq!(error.is_empty(), !is_found, "{error}: {text}");
            }
        }
    }
    assert!(n_found > 1_000, "{n_found}");
}

#[test]
fn the_longest_numbers_of_a_schema_are_compared_to_their_last_digit() {
    let digits = "1234567890".repeat(102);
    let (number, more, less) = (format!("{digits}1235"), format!("{digits}1236"), format!("{digits}1234"));
    for (keyword, valid, invalid) in [
        ("const", &[&number][..], &[&more, &less][..]),
        ("maximum", &[&number, &less], &[&more]),
        ("minimum", &[&number, &more], &[&less]),
        ("exclusiveMaximum", &[&less], &[&number, &more]),
        ("exclusiveMinimum", &[&more], &[&number, &less]),
    ] {
        let text = document(Draft::Draft202012, SITES[0], &format!(r#"{{"{keyword}":{number}}}"#));
        let (sources, registry) = batch::registry_of(text.as_bytes(), &[]).expect("the schema is valid");
        let known = widths(&sources, &registry);
        let root = registry.contracts().next().expect("there is an event").root;
        let validator = Validator::new(&registry.schemas.graph, &known);
        for (numbers, is_valid) in [(valid, true), (invalid, false)] {
            for number in numbers {
                let violations = validator.violations(root, format!(r#"{{"m":{number}}}"#).as_bytes());
                assert_eq!(violations.map(|found| found.is_empty()).ok(), Some(is_valid), "{keyword} {number}");
            }
        }
    }
}
