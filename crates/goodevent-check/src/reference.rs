//! The reference validator, within bounds.
//!
//! It has no budget: it follows every path through a schema for each value, so that 30 schemas that refer to the next one
//! twice take a billion steps, and each reference uses stack. The cost is estimated first; if it is too high, our own
//! evaluation decides, which remembers its verdicts.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    fmt,
};

use goodevent_json::width::Width;
use goodevent_schema::{
    Schemas,
    instance::{self, Refused, Violation},
    ir::{Graph, Keywords, SchemaId},
    source::SourceId,
    syntax,
};
use serde_json::Value;

use crate::validate;

/// Decides which instances are valid for one schema.
pub(crate) struct Reference<'s> {
    graph: &'s Graph,
    id: SchemaId,
    /// `None` if the schemas are nested too deep for it.
    reference: Option<instance::Validator>,
    /// `None` if the schema is taken for another one.
    own: Option<validate::Validator<'s>>,
    n_steps: Cell<u64>,
}

/// Schemas within schemas, as the reference follows them when it reads a schema.
const MAX_SCHEMA_DEPTH: usize = 600;

/// Schemas within schemas, as the reference follows them for an instance.
const MAX_DEPTH: usize = 1_000;

/// Schemas that the reference evaluates for an instance.
const MAX_COST: u64 = 500_000;

/// A name as a value: what it costs depends on its schema alone.
static NAME: Value = Value::String(String::new());

/// The range of no number matters here.
pub(crate) static NO_WIDTHS: BTreeMap<SchemaId, Width> = BTreeMap::new();

impl fmt::Debug for Reference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reference").finish_non_exhaustive()
    }
}

impl<'s> Reference<'s> {
    /// For a schema of a registry.
    ///
    /// # Errors
    /// If the reference refuses the schema.
    pub(crate) fn new(schemas: &'s Schemas, id: SchemaId) -> Result<Self, Refused> {
        let own = validate::Validator::new(&schemas.graph, &NO_WIDTHS);
        Self::with(schemas, id, Some(own), || instance::Validator::new(schemas, id))
    }

    /// The same, as if the schemas of `loose` had neither `const` nor `enum`.
    ///
    /// # Errors
    /// If the reference refuses the schema.
    pub(crate) fn without_constants(
        schemas: &'s Schemas,
        id: SchemaId,
        loose: &BTreeSet<SchemaId>,
    ) -> Result<Self, Refused> {
        if loose.is_empty() {
            return Self::new(schemas, id);
        }
        Self::with(schemas, id, None, || instance::Validator::without_constants(schemas, id, loose))
    }

    /// The same, as if the `oneOf` of the schema `union` was an `anyOf`.
    ///
    /// # Errors
    /// If the reference refuses the schema.
    pub(crate) fn with_loose_union(schemas: &'s Schemas, id: SchemaId, union: SchemaId) -> Result<Self, Refused> {
        Self::with(schemas, id, None, || instance::Validator::with_loose_union(schemas, id, union))
    }

    fn with(
        schemas: &'s Schemas,
        id: SchemaId,
        own: Option<validate::Validator<'s>>,
        read: impl FnOnce() -> Result<instance::Validator, Refused>,
    ) -> Result<Self, Refused> {
        let graph = &schemas.graph;
        let reference = if is_deep(graph, id) { None } else { Some(read()?) };
        Ok(Self { graph, id, reference, own, n_steps: Cell::new(0) })
    }

    /// Whether an instance is valid; `None` if that takes too long to find out.
    pub(crate) fn is_valid(&self, instance: &Value) -> Option<bool> {
        match &self.reference {
            Some(reference) if self.is_cheap(instance) => Some(reference.is_valid(instance)),
            _ => self.own.as_ref()?.is_valid(self.id, &own_value(instance)?),
        }
    }

    /// How many schemas were evaluated so far, about.
    pub(crate) fn n_steps(&self) -> u64 {
        self.n_steps.get()
    }

    /// Whether the reference comes to an end soon.
    fn is_cheap(&self, instance: &Value) -> bool {
        let mut cost = Cost { graph: self.graph, known: HashMap::new() };
        let own = cost.of(self.id, instance, 0);
        self.n_steps.set(self.n_steps.get() + cost.known.len() as u64 + own.unwrap_or(MAX_COST / 16));
        own.is_some()
    }

    /// Everything that is wrong with an instance.
    pub(crate) fn violations(&self, instance: &Value) -> Vec<Violation> {
        match &self.reference {
            Some(reference) if self.is_cheap(instance) => reference.violations(instance),
            _ => {
                let own = self.own.as_ref().zip(own_value(instance));
                let own = own.map(|(own, value)| own.of_value(self.id, &value)).unwrap_or_default();
                let all = own.into_iter().map(|violation| Violation {
                    message: format!("{} is not {}", violation.found, violation.expected),
                    keyword: violation.keyword.to_owned(),
                    pointer: violation.pointer,
                });
                all.collect()
            }
        }
    }
}

fn own_value(instance: &Value) -> Option<goodevent_schema::ir::Value> {
    Some(syntax::parse(SourceId(0), instance.to_string().as_bytes()).0?.to_value())
}

/// Whether the schemas below one are nested too deep for the reference.
fn is_deep(graph: &Graph, root: SchemaId) -> bool {
    let below = |id: SchemaId| -> Vec<SchemaId> {
        let keywords = &graph[id].keywords;
        keywords.children().chain(keywords.targets()).collect()
    };
    let mut seen = BTreeSet::from([root]);
    let mut open = vec![below(root)];
    while let Some(children) = open.last_mut() {
        match children.pop() {
            Some(child) if seen.insert(child) => open.push(below(child)),
            Some(_) => {}
            None => drop(open.pop()),
        }
        if open.len() > MAX_SCHEMA_DEPTH {
            return true;
        }
    }
    false
}

/// Counts the schemas that the reference evaluates.
struct Cost<'g> {
    graph: &'g Graph,
    /// `None` while it is counted: a schema that leads to itself in place has no end.
    known: HashMap<(SchemaId, *const Value), Option<u64>>,
}

impl Cost<'_> {
    /// The number for an instance, unless it is too large.
    fn of(&mut self, id: SchemaId, instance: &Value, depth: usize) -> Option<u64> {
        let question = (id, std::ptr::from_ref(instance));
        if let Some(known) = self.known.get(&question) {
            return *known;
        }
        if depth > MAX_DEPTH || self.known.len() as u64 > MAX_COST {
            return None;
        }
        self.known.insert(question, None);
        let graph = self.graph;
        let keywords = &graph[id].keywords;
        let mut cost = 0_u64;
        let dynamic = keywords.applied.dynamic_reference.iter();
        let dynamic = dynamic.flat_map(|own| own.anchors.iter().map(|(_, id)| *id).chain([own.target]));
        for below in keywords.in_place().chain(dynamic) {
            cost = cost.saturating_add(self.of(below, instance, depth + 1)?);
        }
        if keywords.object.unevaluated_properties.is_some() || keywords.array.unevaluated_items.is_some() {
            // They walk through all that is evaluated in place once more, for each part.
            let n_parts = match instance {
                Value::Array(items) => items.len(),
                Value::Object(members) => members.len(),
                _ => 0,
            };
            cost = cost.saturating_mul(n_parts as u64 + 2);
        }
        for (below, part) in parts(keywords, instance) {
            cost = cost.saturating_add(self.of(below, part, depth + 1)?);
        }
        let cost = Some(cost.saturating_add(1)).filter(|cost| *cost <= MAX_COST);
        self.known.insert(question, cost);
        cost
    }
}

/// The members and items of an instance, each with the schemas that it may have to be valid for.
fn parts<'v>(keywords: &Keywords, instance: &'v Value) -> Vec<(SchemaId, &'v Value)> {
    let mut parts = Vec::new();
    match instance {
        Value::Array(items) => {
            let array = &keywords.array;
            let of_place = |place: usize| array.prefix_items.get(place).copied().or(array.items);
            let contains = array.contains.iter().map(|own| own.schema);
            let every: Vec<SchemaId> = contains.chain(array.unevaluated_items).collect();
            for (place, item) in items.iter().enumerate() {
                parts.extend(of_place(place).into_iter().chain(every.iter().copied()).map(|id| (id, item)));
            }
        }
        Value::Object(members) => {
            let object = &keywords.object;
            let named =
                object.properties.iter().filter_map(|own| Some((own.schema, members.get(own.name.value.as_str())?)));
            parts.extend(named);
            let known: HashSet<&str> = match object.additional_properties {
                Some(_) => object.properties.iter().map(|own| own.name.value.as_str()).collect(),
                None => HashSet::new(),
            };
            let patterns: Vec<SchemaId> = object.pattern_properties.iter().map(|own| own.schema).collect();
            for (name, member) in members {
                let rest = object.additional_properties.filter(|_| !known.contains(name.as_str()));
                let all = patterns.iter().copied().chain(rest).chain(object.unevaluated_properties);
                parts.extend(all.map(|id| (id, member)));
            }
            parts.extend(object.property_names.filter(|_| !members.is_empty()).map(|id| (id, &NAME)));
        }
        _ => {}
    }
    parts
}

#[cfg(test)]
mod tests {
    use goodevent_schema::{
        analyze,
        source::{Source, Sources},
    };

    use super::*;

    fn of(schema: &str, instance: &str) -> (bool, Option<bool>) {
        let source = Source { path: "a/ThingSeenV1Event.json".to_owned(), uri: None, bytes: schema.as_bytes().into() };
        let (registry, _) = analyze(&Sources { root: String::new(), files: vec![source] });
        let root = registry.contexts["a"].contracts[0].root;
        let instance = serde_json::from_str(instance).expect("it is JSON");
        let reference = Reference::new(&registry.schemas, root).expect("the reference takes it");
        let is_asked = reference.reference.is_some() && reference.is_cheap(&instance);
        (is_asked, reference.is_valid(&instance))
    }

    /// `n` definitions, each of which refers to the next one.
    fn chain(n: usize, link: impl Fn(String) -> String) -> String {
        let to = |nth: usize| format!(r##"{{"$ref": "#/$defs/d{nth}"}}"##);
        let all: Vec<String> = (0..n).map(|nth| format!(r#""d{nth}": {}"#, link(to(nth + 1)))).collect();
        format!(r##"{{"$ref": "#/$defs/d0", "$defs": {{{}, "d{n}": {{"type": "object"}}}}}}"##, all.join(","))
    }

    #[test]
    fn what_the_reference_would_not_end_with_is_decided_without_it() {
        type Link = fn(String) -> String;
        let links: [Link; 6] = [
            |next| format!(r#"{{"allOf": [{next}, {next}]}}"#),
            |next| format!(r#"{{"anyOf": [{{"allOf": [{next}, {next}]}}, {next}]}}"#),
            |next| format!(r#"{{"if": {next}, "then": {next}, "else": {next}}}"#),
            |next| format!(r#"{{"not": {{"not": {{"allOf": [{next}, {next}]}}}}}}"#),
            |next| format!(r#"{{"unevaluatedProperties": {next}, "allOf": [{next}]}}"#),
            |next| format!(r#"{{"dependentSchemas": {{"a": {next}}}, "allOf": [{next}]}}"#),
        ];
        for link in links {
            for (n, is_asked) in [(3, true), (40, false)] {
                let schema = chain(n, link);
                assert_eq!(of(&schema, r#"{"a": {}}"#), (is_asked, Some(true)), "{schema}");
                assert_eq!(of(&schema, "1"), (is_asked, Some(false)), "{schema}");
            }
        }
    }

    #[test]
    fn what_is_too_deep_for_the_reference_is_decided_without_it() {
        for (n, is_asked) in [(100, true), (800, false), (20_000, false)] {
            let schema = chain(n, |next| format!(r#"{{"properties": {{"a": {next}}}, "maxProperties": 1}}"#));
            assert_eq!(of(&schema, r#"{"a": {}}"#), (is_asked, Some(true)), "{n}");
            assert_eq!(of(&schema, r#"{"a": {"a": 1, "b": 2}}"#), (is_asked, Some(false)), "{n}");
        }
    }
}
