//! Valid payloads of all kinds, the same ones for the same seed.
//!
//! A payload is a random walk through the schemas, with *room*: the bytes that a value may take. Members and items
//! share the room of their container, so that a type that refers to itself many times stays as small as any other. Room
//! for required parts is reserved first, by estimates of their smallest size.
//!
//! Each payload is validated as `goodevent validate` does. If no walk ends with a valid payload, the prover (`solve/`) finds
//! an instance, which is varied at random as long as it stays valid.

mod least;
mod number;
mod ordinary;
mod values;
mod vary;
mod walk;

use std::{collections::BTreeMap, fmt, rc::Rc};

use goodevent_json::{decimal::exact_f64, fault, width::Width};
use goodevent_schema::{
    Schemas,
    ir::{SchemaId, Value},
    source::SourceId,
    syntax,
};

pub use self::values::Values;
use self::{
    least::Least,
    ordinary::Examples,
    walk::{USUAL_BYTES, Walk},
};
use crate::{
    random::Random,
    reference::{NO_WIDTHS, Reference},
    size::{BUDGET_BYTES, Sizer},
    solve::{Answer, At, Goal, Solver},
    validate::Validator,
};

/// Generates payloads.
pub struct Sampler<'r> {
    schemas: &'r Schemas,
    walk: Walk<'r>,
    max_bytes: u64,
    validator: Validator<'r>,
    /// The schema that was asked for last.
    root: Option<Root<'r>>,
}

/// The knowledge about the schema of a payload.
struct Root<'r> {
    id: SchemaId,
    reference: Option<Reference<'r>>,
    /// The instance that the search found, if it was asked.
    found: Option<Option<Rc<Value>>>,
}

/// Payloads that are tried before the search for an instance is asked.
const MAX_ATTEMPTS: usize = 24;

/// Changes of the instance of the search that are tried for one payload.
const MAX_CHANGES: usize = 24;

/// The same of a payload of more than [`MANY_BYTES`].
const FEW_CHANGES: usize = 4;

const MANY_BYTES: usize = 4_096;

/// Values that are tried for one payload.
const MAX_STEPS: usize = 20_000;

/// The same for all of them.
const MAX_ALL_STEPS: usize = 60_000;

impl fmt::Debug for Sampler<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sampler").finish_non_exhaustive()
    }
}

impl<'r> Sampler<'r> {
    /// Creates a sampler with this seed, for payloads of at most 64 KiB.
    #[must_use]
    pub fn new(schemas: &'r Schemas, seed: u64) -> Self {
        Self {
            schemas,
            walk: Walk::new(&schemas.graph, Random::new(seed)),
            max_bytes: BUDGET_BYTES,
            validator: Validator::new(&schemas.graph, &NO_WIDTHS),
            root: None,
        }
    }

    /// Sets the seed.
    pub fn reseed(&mut self, seed: u64) {
        self.walk.random = Random::new(seed);
    }

    /// Sets which values payloads have; [`Values::Edge`] by default.
    #[must_use]
    pub fn values(mut self, values: Values) -> Self {
        self.walk.values = values;
        self
    }

    /// Sets the upper bound of the size of payloads.
    #[must_use]
    pub fn max_bytes(self, max_bytes: u64) -> Self {
        Self { max_bytes, ..self }
    }

    /// Restricts numbers to the Rust types of the payloads; `widths` is the result of `goodevent_emit::widths`.
    #[must_use]
    pub fn widths(mut self, widths: &'r BTreeMap<SchemaId, Width>) -> Self {
        self.walk.widths = widths;
        Self { validator: Validator::new(&self.schemas.graph, widths), ..self }
    }

    /// Generates the next payload that [`Validator`] accepts for `root`; `None` if none was found.
    pub fn sample(&mut self, root: SchemaId) -> Option<Value> {
        self.sample_where(root, |_| true)
    }

    /// A payload that a few walks find, without a search.
    pub(crate) fn walked(&mut self, root: SchemaId) -> Option<Value> {
        const FEW_WALKS: usize = 4;
        self.begin(root);
        let room = USUAL_BYTES.max(self.walk.least.bytes(root).saturating_mul(2)).min(self.max_bytes);
        (0..FEW_WALKS).find_map(|_| {
            self.walk.n_left = MAX_STEPS / FEW_WALKS;
            let made = self.walk.of(&[root], 0, room).map(|made| made.value);
            made.filter(|payload| self.is_valid(root, payload))
        })
    }

    /// Like [`sample`](Self::sample), restricted to payloads that `accepts` accepts.
    pub fn sample_where(&mut self, root: SchemaId, accepts: impl Fn(&Value) -> bool) -> Option<Value> {
        self.begin(root);
        let usual = USUAL_BYTES.max(self.walk.least.bytes(root).saturating_mul(2)).min(self.max_bytes);
        let mut n_steps = 0;
        for attempt in 0..MAX_ATTEMPTS {
            self.walk.n_left = MAX_STEPS;
            // Large at times; the longer it takes to find a valid one, the simpler.
            let is_large = self.walk.values == Values::Edge && self.walk.random.once_in(8);
            let room = if is_large { self.max_bytes } else { (usual >> (attempt / 4)).max(64) };
            let made = self.walk.of(&[root], 0, room).map(|made| made.value);
            if let Some(payload) = made.filter(|payload| self.is_valid(root, payload) && accepts(payload)) {
                return Some(payload);
            }
            n_steps += MAX_STEPS - self.walk.n_left;
            if n_steps > MAX_ALL_STEPS {
                break;
            }
        }
        let found = self.found(root, &accepts);
        found.or_else(|| self.smallest(root).filter(|payload| self.is_valid(root, payload) && accepts(payload)))
    }

    /// Forgets what was known about another schema.
    fn begin(&mut self, root: SchemaId) {
        if self.root.as_ref().is_none_or(|own| own.id != root) {
            self.walk.least = Least::of(&self.schemas.graph, root);
            if self.walk.values == Values::Ordinary {
                self.walk.examples = Examples::of(&self.schemas.graph, root);
            }
            self.root = Some(Root { id: root, reference: Reference::new(self.schemas, root).ok(), found: None });
        }
    }

    /// A payload that the search finds, with the changes that leave it valid.
    fn found(&mut self, root: SchemaId, accepts: &impl Fn(&Value) -> bool) -> Option<Value> {
        let mut payload = (*self.searched(root)?).clone();
        let mut is_accepted = self.is_valid(root, &payload) && accepts(&payload);
        let is_large = payload.to_string().len() > MANY_BYTES;
        for _ in 0..if is_large { FEW_CHANGES } else { MAX_CHANGES } {
            let mut next = payload.clone();
            vary::change(&mut next, &mut self.walk.random);
            if self.is_valid(root, &next) && accepts(&next) {
                (payload, is_accepted) = (next, true);
            }
        }
        is_accepted.then_some(payload)
    }

    /// The instance that the search finds, which is asked once.
    fn searched(&mut self, id: SchemaId) -> Option<Rc<Value>> {
        let own = self.root.as_mut().filter(|own| own.id == id)?;
        let graph = &self.schemas.graph;
        let search = || match Solver::new(vec![graph]).solve(&[Goal { at: At { side: 0, id }, holds: true }]) {
            Answer::Found(found) => Some(found),
            Answer::None | Answer::Unknown(_) => None,
        };
        own.found.get_or_insert_with(search).clone()
    }

    /// A small instance, made of what several schemas ask for together.
    fn smallest(&self, root: SchemaId) -> Option<Value> {
        let small = Sizer::of_small(self.schemas).in_all(&[root])?;
        Some(syntax::parse(SourceId(0), small.as_bytes()).0?.to_value())
    }

    /// Whether `goodevent validate` accepts a payload, and the reference validator does where it computes exactly.
    fn is_valid(&self, root: SchemaId, payload: &Value) -> bool {
        let text = payload.to_string();
        let is_read = text.len() as u64 <= self.max_bytes && fault::find(&text).is_none();
        is_read
            && self.validator.of_value(root, payload).is_empty()
            && (has_wide_number(payload) || self.is_valid_for_reference(&text))
    }

    fn is_valid_for_reference(&self, text: &str) -> bool {
        let Some(reference) = self.root.as_ref().and_then(|root| root.reference.as_ref()) else { return false };
        serde_json::from_str(text).is_ok_and(|payload| reference.is_valid(&payload) == Some(true))
    }
}

/// Whether a number is one that the reference, which computes with doubles, does not compare exactly.
fn has_wide_number(value: &Value) -> bool {
    const MAX_EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => exact_f64(&number.0).map_or(true, |value| value.abs() >= MAX_EXACT),
        Value::Array(items) => items.iter().any(has_wide_number),
        Value::Object(members) => members.iter().any(|(_, value)| has_wide_number(value)),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use goodevent_schema::{
        analyze,
        source::{Source, Sources},
    };

    use super::*;

    fn of_format(format: &str) -> Vec<Value> {
        let schema = format!(r#"{{"type": "string", "format": "{format}", "maxLength": 60}}"#);
        let source = Source { path: "a/ThingSeenV1Event.json".to_owned(), uri: None, bytes: schema.as_bytes().into() };
        let (registry, _) = analyze(&Sources { root: String::new(), files: vec![source] });
        let root = registry.contexts["a"].contracts[0].root;
        let mut sampler = Sampler::new(&registry.schemas, 1).values(Values::Ordinary);
        (0..20).map(|_| sampler.sample(root).expect("there are texts")).collect()
    }

    #[test]
    fn ordinary_texts_are_valid_and_look_alike() {
        for (format, mark) in [
            ("uuid", "-4"),
            ("date", "20"),
            ("date-time", "T"),
            ("time", "Z"),
            ("duration", "PT"),
            ("email", "@example.org"),
            ("idn-email", "@example.org"),
            ("hostname", ".example.org"),
            ("idn-hostname", ".example.org"),
            ("ipv4", "192.0.2."),
            ("ipv6", "2001:db8::"),
            ("uri", "https://example.org/"),
            ("uri-reference", "https://example.org/"),
            ("iri", "https://example.org/"),
            ("iri-reference", "https://example.org/"),
            ("json-pointer", "/"),
            ("uri-template", ""),
            ("regex", ""),
            ("relative-json-pointer", ""),
        ] {
            for text in of_format(format) {
                assert!(text.to_string().contains(mark), "{format}: {text}");
            }
        }
    }

    #[test]
    fn ordinary_payloads_have_what_examples_have() {
        let schema = r#"{
            "type": "object", "required": ["plan", "seats", "city", "names"], "additionalProperties": false,
            "properties": {
                "plan": {"type": "string", "minLength": 1, "maxLength": 40},
                "seats": {"type": "integer", "minimum": 1, "maximum": 1000000000},
                "city": {"type": "string", "pattern": "^[A-Z][a-z]+$"},
                "names": {"type": "array", "items": {"type": "string"}, "maxItems": 20}
            },
            "examples": [{"plan": "basic", "seats": 12, "city": "Turin", "names": ["Ada"]}]
        }"#;
        let source = Source { path: "a/ThingSeenV1Event.json".to_owned(), uri: None, bytes: schema.as_bytes().into() };
        let (registry, _) = analyze(&Sources { root: String::new(), files: vec![source] });
        let root = registry.contexts["a"].contracts[0].root;
        let mut sampler = Sampler::new(&registry.schemas, 1).values(Values::Ordinary);
        let all: Vec<String> = (0..30).map(|_| sampler.sample(root).expect("there are payloads").to_string()).collect();
        for part in [r#""plan":"basic""#, r#""seats":12,"#, r#""city":"Turin""#, r#""Ada""#] {
            let n = all.iter().filter(|payload| payload.contains(part)).count();
            assert!((5..30).contains(&n), "{part} is in {n} of 30: {all:#?}");
        }
        let seats = |payload: &String| {
            let (_, rest) = payload.split_once("seats\":").expect("it has seats");
            rest.split(',').next().and_then(|digits| digits.parse::<u64>().ok()).expect("it is a number")
        };
        assert!(all.iter().map(seats).all(|n| (1..=1_000).contains(&n)), "{all:#?}");
    }

    fn samples(schema: &str, max_bytes: u64) -> Vec<Option<String>> {
        let source = Source { path: "a/ThingSeenV1Event.json".to_owned(), uri: None, bytes: schema.as_bytes().into() };
        let (registry, _) = analyze(&Sources { root: String::new(), files: vec![source] });
        let root = registry.contexts["a"].contracts[0].root;
        let mut sampler = Sampler::new(&registry.schemas, 1).max_bytes(max_bytes);
        (0..50).map(|_| sampler.sample(root).map(|payload| payload.to_string())).collect()
    }

    #[test]
    fn payloads_keep_to_their_room() {
        let members: Vec<String> = (0..30).map(|nth| format!(r##""a{nth}": {{"$ref": "#"}}"##)).collect();
        let wide = format!(r#"{{"type": "object", "properties": {{{}}}}}"#, members.join(","));
        for schema in [
            wide.as_str(),
            r##"{"type": "array", "items": {"$ref": "#"}}"##,
            r##"{"type": "object", "required": ["a"], "properties": {"a": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}}"##,
            r#"{"type": "array", "items": {"type": "string", "minLength": 100}, "minItems": 9}"#,
            r#"{"type": "array", "items": false}"#,
        ] {
            for max_bytes in [1_000, 65_536] {
                for payload in samples(schema, max_bytes) {
                    let payload = payload.unwrap_or_else(|| panic!("{schema} has payloads"));
                    assert!(payload.len() as u64 <= max_bytes, "{schema}: {} bytes", payload.len());
                }
            }
        }
    }

    #[test]
    fn all_members_of_a_wide_recursion_come_up() {
        let members: Vec<String> = (0..30).map(|nth| format!(r##""a{nth}": {{"$ref": "#"}}"##)).collect();
        let all = samples(&format!(r#"{{"type": "object", "properties": {{{}}}}}"#, members.join(",")), 65_536);
        for nth in 0..30 {
            let n = all.iter().flatten().filter(|payload| payload.contains(&format!(r#""a{nth}":"#))).count();
            assert!(n >= 10, "a{nth} is in {n} of 50 payloads");
        }
    }

    #[test]
    fn names_are_texts_whatever_else_their_schema_allows() {
        // Only texts are names, so that an object that has to have one has none.
        let endless = r##"{"type": "object", "minProperties": 1, "propertyNames": {"$ref": "#"}}"##;
        assert!(samples(endless, 1_000).iter().all(Option::is_none));
        let schema = r##"{"type": "object", "minProperties": 1, "propertyNames": {"anyOf": [{"$ref": "#"}, {"enum": [1, "a"]}]}}"##;
        assert!(samples(schema, 1_000).iter().flatten().all(|payload| payload.contains(r#"{"a":"#)));
        assert!(samples(schema, 1_000).iter().any(Option::is_some));
        let empty = r#"{"type": "object", "propertyNames": false}"#;
        assert!(samples(empty, 1_000).iter().all(|payload| payload.as_deref() == Some("{}")));
    }

    #[test]
    fn what_can_not_be_small_enough_is_not_made() {
        let schema = r#"{"type": "string", "minLength": 2000}"#;
        assert!(samples(schema, 1_000).iter().all(Option::is_none));
        assert!(samples(schema, 10_000).iter().all(Option::is_some));
    }
}
