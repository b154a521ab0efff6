//! How large an event can get.
//!
//! The bound is never too small: of what several keywords say, the least counts, and what is not understood is as large
//! as the rest allows. It may be too large where keywords that are understood one by one exclude each other.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::{
    ir::{Format, Graph, Keywords, SchemaId, Types, Value},
    pattern,
    source::Span,
};

/// How large an event can get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SizeBound {
    /// Bytes of compact JSON that no valid instance exceeds; `None` if there is no such number.
    pub max_bytes: Option<u64>,
    /// The properties of the event with their bounds, name and colon included, the largest first.
    pub parts: Vec<(String, Option<u64>)>,
    /// The places that have no bound, with what is missing there.
    pub culprits: Vec<Culprit>,
}

/// A place without bound.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Culprit {
    /// The schema.
    pub span: Span,
    /// JSON Pointer of the schema in its file.
    pub pointer: String,
    /// What would bound it.
    pub missing: &'static str,
}

/// The bound of what is valid for `root`.
#[must_use]
pub fn size_bound(graph: &Graph, root: SchemaId) -> SizeBound {
    let mut sizer = Sizer { graph, known: BTreeMap::new(), open: BTreeSet::new(), culprits: BTreeSet::new() };
    let max_bytes = sizer.size(root);
    let culprits = std::mem::take(&mut sizer.culprits);
    let mut parts = sizer.parts(root);
    parts.sort_by_key(|(_, size)| std::cmp::Reverse(size.unwrap_or(u64::MAX)));
    let culprits = if max_bytes.is_some() { Vec::new() } else { culprits.into_iter().collect() };
    SizeBound { max_bytes, parts, culprits }
}

/// What every broker takes: 64 KiB.
pub const BUDGET_BYTES: u64 = 65_536;

/// What is missing where a schema is below itself.
pub const ENDLESS: &str = "an end of the recursion";

/// A control character that is escaped takes as much: `\u0001`.
const MAX_ESCAPED_BYTES: u64 = 6;

/// The longest double as it is printed: `-2.2250738585072014e-308`.
const MAX_NUMBER_BYTES: u64 = 24;

struct Sizer<'g> {
    graph: &'g Graph,
    known: BTreeMap<SchemaId, Option<u64>>,
    /// Schemas whose size is being found out.
    open: BTreeSet<SchemaId>,
    culprits: BTreeSet<Culprit>,
}

impl Sizer<'_> {
    /// Bytes of the largest instance; `Some(0)` if there is none.
    fn size(&mut self, id: SchemaId) -> Option<u64> {
        if let Some(size) = self.known.get(&id) {
            return *size;
        }
        if !self.open.insert(id) {
            self.blame(id, ENDLESS);
            return None;
        }
        let size = match self.graph[id].always {
            Some(false) => Some(0),
            Some(true) => {
                self.blame(id, "a `type`");
                None
            }
            None => self.by_keywords(id),
        };
        self.open.remove(&id);
        self.known.insert(id, size);
        size
    }

    fn by_keywords(&mut self, id: SchemaId) -> Option<u64> {
        let keywords = &self.graph[id].keywords;
        // What other schemas bound needs no bound here: their culprits count only if nothing else helps.
        let before = self.culprits.clone();
        let mut sizes = vec![listed(keywords)];
        let targets = keywords.reference.iter().map(|reference| reference.value).chain(keywords.all_of.iter().copied());
        sizes.extend(targets.map(|target| self.size(target)).collect::<Vec<_>>());
        for union in [&keywords.any_of, &keywords.one_of].into_iter().filter(|union| !union.is_empty()) {
            let branches: Vec<Option<u64>> = union.iter().map(|branch| self.size(*branch)).collect();
            let all: Option<Vec<u64>> = branches.into_iter().collect();
            sizes.push(all.and_then(|branches| branches.into_iter().max()));
        }
        let is_said_elsewhere = sizes.len() > 1 || sizes[0].is_some();
        if keywords.types.is_some() || !is_said_elsewhere {
            sizes.push(self.by_types(id));
        }
        let least = sizes.into_iter().flatten().min();
        if least.is_some() {
            self.culprits = before;
        }
        least
    }

    /// The largest of all types that are allowed.
    fn by_types(&mut self, id: SchemaId) -> Option<u64> {
        let keywords = &self.graph[id].keywords;
        let types = keywords.types.as_ref().map_or(Types::ALL, |types| types.value);
        if keywords.types.is_none() && keywords.properties.is_empty() && keywords.items.is_none() {
            let is_only_text = keywords.max_length.is_some() || keywords.pattern.is_some() || keywords.format.is_some();
            if !is_only_text {
                self.blame(id, "a `type`");
            }
            return None;
        }
        let mut sizes = Vec::new();
        if types.contains(Types::NULL) {
            sizes.push(Some(4));
        }
        if types.contains(Types::BOOLEAN) {
            sizes.push(Some(5));
        }
        if types.contains(Types::NUMBER) {
            sizes.push(Some(MAX_NUMBER_BYTES));
        } else if types.contains(Types::INTEGER) {
            sizes.push(Some(integer(keywords)));
        }
        if types.contains(Types::STRING) {
            let text = text(keywords);
            if text.is_none() {
                self.blame(id, "a `maxLength`");
            }
            sizes.push(text);
        }
        if types.contains(Types::ARRAY) {
            sizes.push(self.array(id));
        }
        if types.contains(Types::OBJECT) {
            sizes.push(self.object(id));
        }
        sizes.into_iter().collect::<Option<Vec<u64>>>().map(|sizes| sizes.into_iter().max().unwrap_or(0))
    }

    fn array(&mut self, id: SchemaId) -> Option<u64> {
        let keywords = &self.graph[id].keywords;
        let prefix: Vec<Option<u64>> = keywords.prefix_items.clone().into_iter().map(|item| self.size(item)).collect();
        let rest = match keywords.items.or(keywords.unevaluated_items) {
            Some(items) if self.graph[items].always == Some(false) => Some(0),
            Some(items) => self.size(items),
            None => None,
        };
        let is_tuple = rest == Some(0);
        let max_items = keywords.max_items.as_ref().map(|max| max.value);
        let n_items = match (max_items, is_tuple) {
            (Some(max), true) => max.min(prefix.len() as u64),
            (Some(max), false) => max,
            (None, true) => prefix.len() as u64,
            (None, false) => {
                self.blame(id, "`maxItems`");
                return None;
            }
        };
        if n_items > prefix.len() as u64 && keywords.items.is_none() && keywords.unevaluated_items.is_none() {
            self.blame(id, "`items`");
        }
        let mut n_bytes = 2_u64.saturating_add(n_items.saturating_sub(1));
        for item_idx in 0..n_items.min(prefix.len() as u64) {
            n_bytes = n_bytes.saturating_add(prefix[item_idx as usize]?);
        }
        let n_rest = n_items.saturating_sub(prefix.len() as u64);
        if n_rest > 0 {
            n_bytes = n_bytes.saturating_add(rest?.saturating_mul(n_rest));
        }
        Some(n_bytes)
    }

    fn object(&mut self, id: SchemaId) -> Option<u64> {
        let keywords = &self.graph[id].keywords;
        let is_never = |schema: Option<SchemaId>| schema.is_some_and(|schema| self.graph[schema].always == Some(false));
        let is_closed = is_never(keywords.additional_properties) && keywords.pattern_properties.is_empty();
        let is_evaluated = is_never(keywords.unevaluated_properties) && keywords.pattern_properties.is_empty();
        if !is_closed && !is_evaluated {
            self.blame(id, "`additionalProperties: false`");
            return None;
        }
        let members = match is_closed {
            true => self.parts(id),
            false => self.evaluated(id, &mut BTreeSet::new())?,
        };
        let mut sizes = members.into_iter().map(|(_, size)| size).collect::<Option<Vec<u64>>>()?;
        sizes.retain(|size| *size > 0);
        sizes.sort_unstable_by(|left, right| right.cmp(left));
        let n_members = keywords.max_properties.as_ref().map_or(sizes.len(), |max| sizes.len().min(max.value as usize));
        let members = sizes.iter().take(n_members).fold(0_u64, |sum, size| sum.saturating_add(*size));
        Some(members.saturating_add(2 + (n_members as u64).saturating_sub(1)))
    }

    /// The properties of a schema, each with its name and colon; 0 for one that can't be there.
    fn parts(&mut self, id: SchemaId) -> Vec<(String, Option<u64>)> {
        let target = self.graph[id].keywords.reference.as_ref().map(|reference| reference.value);
        let own = self.graph[id].keywords.properties.clone();
        if let Some(target) = target.filter(|target| own.is_empty() && *target != id && self.open.len() < 256) {
            self.open.insert(id);
            let parts = if self.open.contains(&target) { Vec::new() } else { self.parts(target) };
            self.open.remove(&id);
            return parts;
        }
        own.into_iter()
            .map(|property| {
                let name = quoted(&property.name.value) + 1;
                let size = self.size(property.schema);
                (property.name.value, size.map(|size| if size == 0 { 0 } else { size.saturating_add(name) }))
            })
            .collect()
    }

    /// The members that any schema applied to the same instance names, the larger one of two of a name; `None` if one
    /// of the schemas is open.
    fn evaluated(&mut self, id: SchemaId, seen: &mut BTreeSet<SchemaId>) -> Option<Vec<(String, Option<u64>)>> {
        if !seen.insert(id) {
            return Some(Vec::new());
        }
        let keywords = &self.graph[id].keywords;
        let rest = keywords.additional_properties.filter(|rest| self.graph[*rest].always != Some(false));
        if rest.is_some() || !keywords.pattern_properties.is_empty() || keywords.dynamic_reference.is_some() {
            self.blame(id, "`additionalProperties: false`");
            return None;
        }
        let condition = keywords.condition.iter().flat_map(|c| [Some(c.condition), c.then, c.otherwise]).flatten();
        let lists = [&keywords.all_of, &keywords.any_of, &keywords.one_of].into_iter().flatten().copied();
        let others: Vec<SchemaId> = keywords
            .reference
            .iter()
            .map(|reference| reference.value)
            .chain(lists)
            .chain(condition)
            .chain(keywords.dependent_schemas.iter().map(|rule| rule.schema))
            .collect();
        let own = keywords.properties.is_empty();
        let mut members: BTreeMap<String, Option<u64>> = BTreeMap::new();
        let mut add = |parts: Vec<(String, Option<u64>)>| {
            for (name, size) in parts {
                let known = members.entry(name).or_insert(Some(0));
                *known = known.zip(size).map(|(known, size)| known.max(size));
            }
        };
        if !own {
            add(self.parts(id));
        }
        for other in others {
            add(self.evaluated(other, seen)?);
        }
        Some(members.into_iter().collect())
    }

    fn blame(&mut self, id: SchemaId, missing: &'static str) {
        let schema = &self.graph[id];
        self.culprits.insert(Culprit { span: schema.span, pointer: schema.pointer.clone(), missing });
    }
}

/// The largest of the values that are listed.
fn listed(keywords: &Keywords) -> Option<u64> {
    let values = keywords.enumeration.as_ref().map(|values| values.value.iter().map(|value| json(&value.value)).max());
    let constant = keywords.constant.as_ref().map(|constant| json(&constant.value));
    match (values, constant) {
        (Some(values), Some(constant)) => Some(values.unwrap_or(0).min(constant)),
        (Some(values), None) => Some(values.unwrap_or(0)),
        (None, constant) => constant,
    }
}

/// Bytes of a value as compact JSON. A number may come back as a double, which is printed in another way.
fn json(value: &Value) -> u64 {
    let members = |n: usize| 2 + (n as u64).saturating_sub(1);
    match value {
        Value::Null => 4,
        Value::Bool(_) => 5,
        Value::Number(number) => (number.0.len() as u64).max(MAX_NUMBER_BYTES),
        Value::String(text) => quoted(text),
        Value::Array(items) => items.iter().map(json).sum::<u64>() + members(items.len()),
        Value::Object(entries) => {
            let sizes = entries.iter().map(|(name, value)| quoted(name) + 1 + json(value));
            sizes.sum::<u64>() + members(entries.len())
        }
    }
}

/// Bytes of a string with its quotation marks, as the encoder writes it.
fn quoted(text: &str) -> u64 {
    2 + text.bytes().map(|byte| escaped(byte) as u64).sum::<u64>()
}

/// Bytes that a byte of a string takes.
fn escaped(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 2,
        0..0x20 => MAX_ESCAPED_BYTES as usize,
        _ => 1,
    }
}

fn integer(keywords: &Keywords) -> u64 {
    let digits = |bound: &goodevent_schema::ir::Number| bound.as_i128().map(|value| value.to_string().len() as u64);
    let least = keywords.minimum.as_ref().or(keywords.exclusive_minimum.as_ref());
    let most = keywords.maximum.as_ref().or(keywords.exclusive_maximum.as_ref());
    let both = least.zip(most).and_then(|(least, most)| Some(digits(&least.value)?.max(digits(&most.value)?)));
    // Where a value is kept as it came, `1.0` is an integer, too.
    both.map_or(MAX_NUMBER_BYTES, |both| (both + 2).min(MAX_NUMBER_BYTES))
}

fn text(keywords: &Keywords) -> Option<u64> {
    let by_length = keywords.max_length.as_ref().map(|max| max.value.saturating_mul(MAX_ESCAPED_BYTES));
    let by_format = keywords.format.as_ref().and_then(|format| match format.value {
        Format::Uuid => Some(36),
        Format::Date => Some(10),
        Format::Ipv4 => Some(15),
        Format::Ipv6 => Some(45),
        _ => None,
    });
    // These have no character that is escaped, and none outside of ASCII.
    let is_plain = keywords.format.as_ref().is_some_and(|format| {
        matches!(format.value, Format::DateTime | Format::Time | Format::Duration | Format::Uri | Format::UriReference)
    });
    let by_plain_length = keywords.max_length.as_ref().filter(|_| is_plain).map(|max| max.value);
    let by_pattern = keywords.pattern.as_ref().and_then(|text| {
        let heaviest = pattern::compile(&text.value).ok()?.heaviest(escaped)?;
        Some(heaviest as u64)
    });
    [by_length, by_format, by_plain_length, by_pattern]
        .into_iter()
        .flatten()
        .min()
        .map(|n_bytes| n_bytes.saturating_add(2))
}

#[cfg(test)]
mod tests {
    use goodevent_schema::{
        analyze,
        source::{Source, Sources},
    };

    use super::*;

    fn bound(schema: &str) -> SizeBound {
        let source =
            Source { path: "a/ThingSeenV1Event.json".to_owned(), uri: None, bytes: schema.as_bytes().to_vec() };
        let (registry, _) = analyze(&Sources { root: String::new(), files: vec![source] });
        let root = registry.contexts["a"].contracts[0].root;
        size_bound(&registry.schemas.graph, root)
    }

    fn check(schema: &str, max_bytes: Option<u64>) {
        assert_eq!(bound(schema).max_bytes, max_bytes, "{schema}");
    }

    #[test]
    fn what_is_bounded_has_a_bound() {
        check(r#"{"type": "null"}"#, Some(4));
        check(r#"{"type": ["null", "boolean"]}"#, Some(5));
        check(r#"{"enum": ["a", "abc"]}"#, Some(5));
        check(r#"{"type": "string", "format": "uuid"}"#, Some(38));
        check(r#"{"type": "string", "maxLength": 3}"#, Some(20));
        check(r#"{"type": "string", "pattern": "^[A-Z]{3}-[\"x]$", "maxLength": 100}"#, Some(8));
        check(r#"{"type": "string", "format": "date-time", "maxLength": 30}"#, Some(32));
        check(r#"{"type": "integer", "minimum": -10, "maximum": 5}"#, Some(5));
        check(r#"{"type": "array", "maxItems": 2, "items": {"type": "null"}}"#, Some(11));
        check(r#"{"type": "array", "prefixItems": [{"type": "null"}], "items": false}"#, Some(6));
        check(
            r#"{"type": "object", "additionalProperties": false, "properties": {"a": {"type": "null"}, "b": false}}"#,
            Some(10),
        );
        check(r#"{"type": "string", "anyOf": [{"maxLength": 1}, {"format": "date"}]}"#, None);
        check(r#"{"anyOf": [{"type": "null"}, {"type": "string", "maxLength": 1}]}"#, Some(8));
        check(r##"{"$ref": "#/$defs/a", "$defs": {"a": {"type": "null"}}}"##, Some(4));
        check(
            r#"{"type": "object", "unevaluatedProperties": false, "allOf": [{"properties": {"a": {"type": "null"}}}], "properties": {"b": {"type": "null"}}}"#,
            Some(19),
        );
    }

    #[test]
    fn what_is_not_says_where_and_what_is_missing() {
        for (schema, pointer, missing) in [
            (r#"{"type": "string"}"#, "", "a `maxLength`"),
            (r#"{"type": "object", "properties": {}}"#, "", "`additionalProperties: false`"),
            (
                r#"{"type": "object", "additionalProperties": false, "properties": {"a": {"type": "array", "items": {"type": "null"}}}}"#,
                "/properties/a",
                "`maxItems`",
            ),
            (
                r##"{"type": "object", "additionalProperties": false, "properties": {"a": {"$ref": "#"}}}"##,
                "",
                "an end of the recursion",
            ),
        ] {
            let bound = bound(schema);
            assert_eq!(bound.max_bytes, None, "{schema}");
            let culprits: Vec<(&str, &str)> =
                bound.culprits.iter().map(|culprit| (culprit.pointer.as_str(), culprit.missing)).collect();
            assert_eq!(culprits, [(pointer, missing)], "{schema}");
        }
    }
}
