//! Constants that identify the version of an event.
//!
//! They differ between any two versions, and so break every consumer that validates them. Other changes should be
//! visible beside that, so these constants are recognised, or declared by `identifiedBy`, and can be ignored.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_json::pointer;
use goodevent_schema::{
    ir::{Schema, SchemaId, Value},
    registry::Contract,
    source::Span,
};

use super::prove::{Prover, Version};

/// Names that identify a version of an event in its payloads.
#[derive(Debug, Clone)]
pub struct Naming<'n> {
    /// Words of the event without its version, in lower case and without what is between them.
    words: String,
    /// Numbers of the version, from the most significant one.
    version: Vec<&'n str>,
    /// Texts that are the version's own, such as its topic.
    texts: Vec<&'n str>,
    /// JSON Pointers to properties that are said to name it.
    declared: &'n [String],
}

impl<'n> Naming<'n> {
    /// Of an event and a version as it is written: `1.0.0`, `1-0-0`, `2`.
    #[must_use]
    pub fn new(event: &str, version: &'n str) -> Self {
        Self { words: words(event), version: numbers(version).unwrap_or_default(), texts: Vec::new(), declared: &[] }
    }

    /// Of a contract, whose version is the first number of what it may call itself.
    #[must_use]
    pub fn of(contract: &'n Contract) -> Self {
        let digits = contract.name.versioned().rsplit('V').next().unwrap_or_default();
        let texts = [contract.name.as_str(), &contract.topic, &contract.routing_key];
        let texts = texts.into_iter().filter(|text| !text.is_empty()).collect();
        Self { texts, declared: &contract.facts.identified_by, ..Self::new(contract.name.stem(), digits) }
    }

    /// Whether the constant at `pointer` names the version.
    fn has(&self, pointer: &str, value: &Value) -> bool {
        let text = match value {
            Value::String(text) => text.as_str(),
            Value::Number(number) => &number.0,
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return false,
        };
        let property = pointer.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        // Other numbers are not of the version, though they may be equal to it.
        let is_of_version = ["version", "revision", "schema"].iter().any(|word| property.contains(word));
        let is_version = numbers(text)
            .is_some_and(|numbers| is_of_version && !self.version.is_empty() && numbers.starts_with(&self.version));
        is_version || self.texts.contains(&text) || self.has_words(text)
    }

    /// Whether a text ends with the event's name and some version: `dev.cdevents.artifact.packaged.0.1.0`.
    fn has_words(&self, text: &str) -> bool {
        let text = text.strip_suffix(".json").unwrap_or(text);
        let text = text.strip_suffix("Event").unwrap_or(text);
        let name = text.trim_end_matches(|char: char| char.is_ascii_digit() || matches!(char, '.' | '-' | '_'));
        let is_versioned = text[name.len()..].contains(|char: char| char.is_ascii_digit());
        let name = name.strip_suffix(['v', 'V']).unwrap_or(name);
        is_versioned && !self.words.is_empty() && words(name).ends_with(&self.words)
    }
}

/// A prover that ignores the constants that identify two versions of a schema; `None` if there are none.
#[must_use]
pub fn set_aside<'r>(
    prover: &Prover<'r>,
    old: ((Version, SchemaId), &Naming<'_>),
    new: ((Version, SchemaId), &Naming<'_>),
) -> Option<Prover<'r>> {
    let identities = identities(prover, old, new);
    let loose: Vec<(Version, SchemaId)> = loose(&identities, old.0.0, new.0.0).collect();
    (!loose.is_empty()).then(|| prover.set_aside(&loose))
}

/// The schemas of the constants.
pub(super) fn loose(
    identities: &[Identity<'_>],
    old: Version,
    new: Version,
) -> impl Iterator<Item = (Version, SchemaId)> {
    identities.iter().flat_map(move |own| [(old, own.old.id), (new, own.new.id)])
}

fn words(text: &str) -> String {
    text.chars().filter(|char| char.is_ascii_alphanumeric()).map(|char| char.to_ascii_lowercase()).collect()
}

/// The numbers of a version, with or without a `v`.
fn numbers(text: &str) -> Option<Vec<&str>> {
    let numbers: Vec<&str> = text.strip_prefix(['v', 'V']).unwrap_or(text).split(['.', '-', '_']).collect();
    let is_number = |number: &&str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    numbers.iter().all(is_number).then_some(numbers)
}

/// A property that is one value in the old version, and another one in the new version.
#[derive(Debug)]
pub(super) struct Identity<'r> {
    pub(super) pointer: String,
    pub(super) old: Constant<'r>,
    pub(super) new: Constant<'r>,
}

/// The only value that a schema allows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Constant<'r> {
    pub(super) id: SchemaId,
    pub(super) keyword: &'static str,
    pub(super) value: &'r Value,
    pub(super) span: Span,
}

impl<'r> Constant<'r> {
    fn of(id: SchemaId, schema: &'r Schema) -> Option<Self> {
        let keywords = &schema.keywords;
        match (&keywords.enumeration, &keywords.constant) {
            (Some(list), None) => match list.value.as_slice() {
                [only] => Some(Self { id, keyword: "enum", value: &only.value, span: only.span }),
                _ => None,
            },
            (None, Some(constant)) => Some(Self { id, keyword: "const", value: &constant.value, span: constant.span }),
            _ => None,
        }
    }
}

/// Every constant by which both versions name themselves, each in its own way.
pub(super) fn identities<'r>(
    prover: &Prover<'r>,
    (old, was): ((Version, SchemaId), &Naming<'_>),
    (new, is): ((Version, SchemaId), &Naming<'_>),
) -> Vec<Identity<'r>> {
    let (old, new) = (constants(prover, old), constants(prover, new));
    let both = old.into_iter().filter_map(|(pointer, old)| Some((*new.get(&pointer)?, old, pointer)));
    let identities = both.filter(|(new, old, pointer)| {
        let is_declared = is.declared.contains(pointer);
        old.value != new.value && (is_declared || (was.has(pointer, old.value) && is.has(pointer, new.value)))
    });
    identities.map(|(new, old, pointer)| Identity { pointer, old, new }).collect()
}

/// Places that are looked at; beyond these a schema repeats itself.
const MAX_PLACES: usize = 2_000;

/// Properties lie no deeper.
const MAX_DEPTH: usize = 16;

/// The properties that are one value, by their JSON Pointers.
fn constants<'r>(prover: &Prover<'r>, (version, root): (Version, SchemaId)) -> BTreeMap<String, Constant<'r>> {
    let mut found = BTreeMap::new();
    let mut queue = vec![(root, String::new(), 0)];
    let mut seen = BTreeSet::new();
    while let Some((id, pointer, depth)) = queue.pop() {
        if depth > MAX_DEPTH || seen.len() > MAX_PLACES || !seen.insert((id, pointer.clone())) {
            continue;
        }
        let schema = prover.schema((version, id));
        let keywords = &schema.keywords;
        if let Some(constant) = Constant::of(id, schema) {
            found.entry(pointer.clone()).or_insert(constant);
        }
        let same = keywords.applied.all_of.iter().copied().chain(keywords.reference.iter().map(|target| target.value));
        queue.extend(same.map(|id| (id, pointer.clone(), depth)));
        queue.extend(
            keywords
                .object
                .properties
                .iter()
                .map(|own| (own.schema, pointer::join(&pointer, &own.name.value), depth + 1)),
        );
    }
    found
}
