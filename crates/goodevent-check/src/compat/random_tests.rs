//! Verdicts about schemas made by chance, against payloads made by chance.
//!
//! A payload that is valid for one side and not for the other refutes *compatible*. `GOODEVENT_PAIRS` says how many pairs
//! of schemas are compared.

use std::collections::BTreeSet;

use goodevent_schema::{Registry, instance::Validator, ir::SchemaId};
use serde_json::{Map, Value, json};

use super::{Prover, Verdict, Version, tests::read_if_valid};
use crate::{near_miss::near_misses, random::Random, sample::Sampler};

const DRAFTS: [&str; 5] = [
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
];

const PATTERNS: [&str; 18] = [
    "^a",
    "a$",
    "^[ab]*$",
    "^.{0,2}$",
    "^[^\\n]{0,2}$",
    "^(?!a)",
    "^(?=.*b)",
    "\\bb",
    "a\\B",
    "^\\w*$",
    "^\\S*$",
    "^[\\w-.]*$",
    "^[^]$",
    "[]",
    "^(?i:A)$",
    "(?<=a)b",
    "^(a|b)\\1$",
    "^\\d+$",
];

const VALUES: [&str; 34] = [
    "null",
    "true",
    "false",
    "0",
    "1",
    "1.0",
    "2",
    "2.0",
    "-1",
    "0.5",
    "1.5",
    "1e1",
    "10",
    "100000000000000000000",
    r#""""#,
    r#""a""#,
    r#""b""#,
    r#""ab""#,
    r#""aab""#,
    r#""\r""#,
    r#""a\u2028""#,
    r#""é""#,
    r#""😀""#,
    r#""2020-01-01""#,
    "[]",
    "[1]",
    "[1.0]",
    "[1,1.0]",
    r#"["a"]"#,
    r#"["a","b",1]"#,
    "{}",
    r#"{"a":1}"#,
    r#"{"a":1.0,"b":"a"}"#,
    r#"{"b":[{}],"c":null}"#,
];

struct Maker {
    random: Random,
    draft: usize,
}

impl Maker {
    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.random.below(of.len())]
    }

    fn value(&mut self) -> Value {
        serde_json::from_str(self.one(&VALUES)).expect("the values are JSON")
    }

    fn schemas(&mut self, depth: usize) -> Vec<Value> {
        (0..=self.random.below(3)).map(|_| self.schema(depth)).collect()
    }

    fn named(&mut self, names: &[&str], depth: usize) -> Value {
        let n_names = 1 + self.random.below(names.len().min(3));
        let members = (0..n_names).map(|_| (self.one(names).to_owned(), self.schema(depth)));
        Value::Object(members.collect())
    }

    fn schema(&mut self, depth: usize) -> Value {
        if depth == 0 || self.random.once_in(6) {
            return match self.random.below(8) {
                0 if self.draft > 0 => Value::Bool(self.random.once_in(2)),
                1 | 2 => json!({ "$ref": "#/definitions/t" }),
                3 => json!({}),
                _ => {
                    json!({ "type": self.one(&["null", "boolean", "integer", "number", "string", "array", "object"]) })
                }
            };
        }
        let mut schema = Map::new();
        for _ in 0..=self.random.below(3) {
            let (name, value) = self.keyword(depth - 1);
            schema.insert(name.to_owned(), value);
        }
        Value::Object(schema)
    }

    fn keyword(&mut self, depth: usize) -> (&'static str, Value) {
        let is_first = self.draft == 0;
        let (low, high) = (self.random.below(3), 1 + self.random.below(3));
        match self.random.below(30) {
            0 | 1 => ("type", json!(self.one(&["integer", "number", "string", "array", "object", "null"]))),
            2 => ("type", json!(["integer", self.one(&["string", "array", "object", "null"])])),
            3 | 4 => {
                let mut values: Vec<Value> = (0..=self.random.below(3)).map(|_| self.value()).collect();
                values.dedup_by_key(|value| (value.as_f64().map(f64::to_bits), value.to_string().replace(".0", "")));
                ("enum", Value::Array(values))
            }
            5 if !is_first => ("const", self.value()),
            6 => ("minimum", json!(low)),
            7 => ("maximum", json!(high)),
            8 if !is_first => ("exclusiveMinimum", json!(low)),
            9 => ("multipleOf", self.one(&[0.5, 1.0, 2.0, 3.0]).into()),
            10 => ("minLength", json!(low)),
            11 => ("maxLength", json!(high)),
            12 | 13 => ("pattern", json!(self.one(&PATTERNS))),
            14 => ("format", json!(self.one(&["date", "ipv4", "email"]))),
            15 => ("minItems", json!(low)),
            16 => ("maxItems", json!(high)),
            17 => ("uniqueItems", json!(true)),
            18 if self.draft == 4 => ("prefixItems", Value::Array(self.schemas(depth))),
            18 => ("items", Value::Array(self.schemas(depth))),
            19 => ("items", self.schema(depth)),
            20 if !is_first => ("contains", self.schema(depth)),
            21 => ("properties", self.named(&["a", "b", "c"], depth)),
            22 => ("patternProperties", self.named(&["^a", "b", "[^]", "^(?!a)"], depth)),
            23 => ("additionalProperties", self.schema(depth)),
            24 if !is_first => ("propertyNames", self.schema(depth)),
            25 => ("required", json!([self.one(&["a", "b"])])),
            26 => {
                if self.random.once_in(2) {
                    ("minProperties", json!(low))
                } else {
                    ("maxProperties", json!(high))
                }
            }
            27 => ("allOf", Value::Array(self.schemas(depth))),
            28 => (self.one(&["anyOf", "oneOf"]), Value::Array(self.schemas(depth))),
            29 => ("not", self.schema(depth)),
            _ => ("description", json!("nothing")),
        }
    }

    fn root(&mut self) -> Value {
        let mut root = self.schema(3);
        if !root.is_object() {
            root = json!({ "allOf": [root] });
        }
        // Up to draft 7 nothing holds beside a reference.
        if root.get("$ref").is_some() {
            root = json!({ "allOf": [root] });
        }
        root["$schema"] = json!(DRAFTS[self.draft]);
        let shared = self.schema(2);
        root["definitions"] =
            json!({ "t": if shared == json!({ "$ref": "#/definitions/t" }) { json!({}) } else { shared } });
        root
    }

    /// The schema with one keyword anywhere in it changed, or gone.
    fn changed(&mut self, schema: &Value) -> Value {
        let mut changed = schema.clone();
        let mut at = &mut changed;
        for _ in 0..self.random.below(4) {
            let names: Vec<String> = at.as_object().into_iter().flat_map(|members| members.keys().cloned()).collect();
            let names: Vec<&String> =
                names.iter().filter(|name| at[name.as_str()].is_object() && *name != "definitions").collect();
            let Some(name) = self.random.pick(&names).map(|name| (*name).clone()) else { break };
            at = &mut at[name.as_str()];
        }
        if let Some(members) = at.as_object_mut().filter(|members| !members.contains_key("$ref")) {
            let names: Vec<String> =
                members.keys().filter(|name| !name.starts_with('$') && *name != "definitions").cloned().collect();
            match self.random.pick(&names) {
                Some(name) if self.random.clone().once_in(2) => drop(members.remove(name)),
                _ => {
                    let (name, value) = self.keyword(1);
                    members.insert(name.to_owned(), value);
                }
            }
        }
        changed
    }
}

/// Payloads that are near a schema.
fn payloads(registry: &Registry, root: SchemaId) -> BTreeSet<String> {
    let mut sampler = Sampler::new(&registry.schemas, 1);
    let samples = (0..8).filter_map(|_| sampler.sample(root)).map(|sample| sample.to_string());
    let misses = near_misses(&registry.schemas, root).into_iter().map(|miss| miss.payload.to_string());
    samples.chain(misses).collect()
}

#[test]
fn no_payload_refutes_a_verdict() {
    let n_pairs = std::env::var("GOODEVENT_PAIRS").ok().and_then(|n| n.parse().ok()).unwrap_or(250_u64);
    let seed = std::env::var("GOODEVENT_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(0_u64);
    let mut faults = Vec::new();
    let (mut n_compatible, mut n_breaking, mut n_undecided) = (0_u64, 0_u64, 0_u64);
    for nth in 0..n_pairs {
        let mut maker = Maker { random: Random::new(seed + nth), draft: nth as usize % DRAFTS.len() };
        let old = maker.root();
        let new = if maker.random.once_in(4) { maker.root() } else { maker.changed(&old) };
        let read = read_if_valid(&old.to_string()).zip(read_if_valid(&new.to_string()));
        let Some((was, is)) = read else { continue };
        let validators = (Validator::new(&was.1.schemas, was.2), Validator::new(&is.1.schemas, is.2));
        let (Ok(accepts_old), Ok(accepts_new)) = validators else { continue };
        let mut prover = Prover::new(&was.1.schemas, &is.1.schemas);
        let (narrow, wide) = ((Version::Old, was.2), (Version::New, is.2));
        let verdicts = [prover.inclusion(narrow, wide), prover.inclusion(wide, narrow)];
        for verdict in &verdicts {
            *match verdict {
                Verdict::Compatible => &mut n_compatible,
                Verdict::Breaking(_) => &mut n_breaking,
                Verdict::Undecided(_) => &mut n_undecided,
            } += 1;
        }
        if !verdicts.iter().any(Verdict::is_compatible) {
            continue;
        }
        let near: BTreeSet<String> = payloads(&was.1, was.2).into_iter().chain(payloads(&is.1, is.2)).collect();
        for payload in near.iter().map(String::as_str).chain(VALUES) {
            let payload: Value = serde_json::from_str(payload).expect("payloads are JSON");
            let (in_old, in_new) = (accepts_old.is_valid(&payload), accepts_new.is_valid(&payload));
            for (verdict, is_refuted) in verdicts.iter().zip([in_old && !in_new, in_new && !in_old]) {
                if is_refuted && verdict.is_compatible() {
                    faults.push(format!("{nth}: {old}\n to {new}\n by {payload}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults[..faults.len().min(12)].join("\n"));
    let n_verdicts = n_compatible + n_breaking + n_undecided;
    assert!(n_verdicts > n_pairs, "{n_verdicts} verdicts about {n_pairs} pairs");
    assert!(n_compatible > n_verdicts / 6 && n_breaking > n_verdicts / 6, "{n_compatible} {n_breaking} {n_undecided}");
    assert!(n_undecided < n_verdicts / 8, "{n_compatible} {n_breaking} {n_undecided}");
}
