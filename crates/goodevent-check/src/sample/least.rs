//! The length of the shortest instances of schemas: a least fixpoint, so that a recursive schema costs as much as its exit.

use std::collections::HashMap;

use goodevent_schema::ir::{ArrayKeywords, Graph, Keywords, ObjectKeywords, SchemaId, Types, Value};

/// Estimates of the bytes that the shortest instance of each schema takes; mostly lower bounds.
#[derive(Debug, Default)]
pub(super) struct Least(HashMap<SchemaId, u64>);

/// There is no instance, or none that ends.
pub(super) const NONE: u64 = u64::MAX;

/// A schema that needs more rounds nests deeper than a payload may.
const MAX_ROUNDS: usize = 128;

impl Least {
    /// Of a schema and all below it.
    pub(super) fn of(graph: &Graph, root: SchemaId) -> Self {
        let mut schemas: Vec<SchemaId> = graph.below(root).collect();
        // Parts mostly stand behind what they are part of.
        schemas.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
        let mut least = Self::default();
        for _ in 0..MAX_ROUNDS {
            let mut has_changed = false;
            for id in &schemas {
                let bytes = least.estimate(graph, *id);
                has_changed |= least.0.insert(*id, bytes) != Some(bytes);
            }
            if !has_changed {
                break;
            }
        }
        least
    }

    pub(super) fn bytes(&self, id: SchemaId) -> u64 {
        self.0.get(&id).copied().unwrap_or(NONE)
    }

    /// Of what is valid for all of some schemas.
    pub(super) fn of_all(&self, schemas: impl IntoIterator<Item = SchemaId>) -> u64 {
        schemas.into_iter().map(|id| self.bytes(id)).fold(1, u64::max)
    }

    fn of_any(&self, schemas: &[SchemaId]) -> u64 {
        if schemas.is_empty() { 0 } else { schemas.iter().map(|id| self.bytes(*id)).min().unwrap_or(NONE) }
    }

    fn estimate(&self, graph: &Graph, id: SchemaId) -> u64 {
        let schema = &graph[id];
        if let Some(always) = schema.always {
            return if always { 1 } else { NONE };
        }
        let keywords = &schema.keywords;
        let applied = &keywords.applied;
        let dynamic = applied.dynamic_reference.iter().map(|dynamic| dynamic.target);
        let parts = applied.all_of.iter().copied().chain(keywords.reference.iter().map(|target| target.value));
        let condition = applied.condition.as_ref().map_or(0, |own| {
            let holds = self.of_all([own.condition].into_iter().chain(own.then));
            holds.min(own.otherwise.map_or(1, |otherwise| self.bytes(otherwise)))
        });
        let unions = [self.of_any(&applied.any_of), self.of_any(&applied.one_of), condition];
        unions.into_iter().chain([self.alone(keywords), self.of_all(parts.chain(dynamic))]).fold(1, u64::max)
    }

    /// Of what a schema says without its parts in place.
    fn alone(&self, keywords: &Keywords) -> u64 {
        let types = keywords.types.as_ref().map_or(Types::ALL, |types| types.value);
        let listed = keywords.enumeration.iter().flat_map(|list| &list.value).map(|value| &value.value);
        let listed = listed.chain(keywords.constant.iter().map(|constant| &constant.value));
        if keywords.enumeration.is_some() || keywords.constant.is_some() {
            return listed.filter(|value| types.contains(value.types())).map(n_bytes).min().unwrap_or(NONE);
        }
        let of_type = |kind: Types| match kind {
            Types::NULL | Types::BOOLEAN => 4,
            Types::STRING => keywords.text.min_length.as_ref().map_or(2, |min| min.value.saturating_add(2)),
            Types::ARRAY => self.array(&keywords.array),
            Types::OBJECT => self.object(&keywords.object),
            _ => 1,
        };
        KINDS.into_iter().filter(|kind| types.contains(*kind)).map(of_type).min().unwrap_or(NONE)
    }

    fn array(&self, array: &ArrayKeywords) -> u64 {
        let min = array.min_items.as_ref().map_or(0, |min| min.value);
        let prefix = array.prefix_items.iter().take(usize::try_from(min).unwrap_or(usize::MAX));
        let n_rest = min.saturating_sub(array.prefix_items.len() as u64);
        let rest = if n_rest > 0 { array.items.map_or(1, |items| self.bytes(items)) } else { 0 };
        let contained = array.contains.as_ref().filter(|own| own.min > 0).map_or(0, |own| self.bytes(own.schema));
        let items = prefix.fold(0_u64, |sum, item| sum.saturating_add(self.bytes(*item)));
        let items = items.saturating_add(rest.saturating_mul(n_rest)).max(contained);
        items.saturating_add(2).saturating_add(min.saturating_sub(1))
    }

    fn object(&self, object: &ObjectKeywords) -> u64 {
        if object.required.is_empty() {
            return object.min_properties.as_ref().map_or(2, |min| min.value.saturating_mul(6).saturating_add(2));
        }
        let named: HashMap<&str, SchemaId> =
            object.properties.iter().map(|own| (own.name.value.as_str(), own.schema)).collect();
        let members = object.required.iter().map(|name| {
            let schema = named.get(name.value.as_str()).copied().or(object.additional_properties);
            schema.map_or(1, |schema| self.bytes(schema)).saturating_add(name.value.len() as u64 + NAME_BYTES)
        });
        members.fold(1, u64::saturating_add)
    }
}

/// The JSON types, each alone.
pub(super) const KINDS: [Types; 7] =
    [Types::NULL, Types::BOOLEAN, Types::INTEGER, Types::NUMBER, Types::STRING, Types::ARRAY, Types::OBJECT];

/// Quotation marks, colon and comma of a member.
pub(super) const NAME_BYTES: u64 = 4;

/// Bytes of a value as compact JSON, as far as nothing is escaped.
pub(super) fn n_bytes(value: &Value) -> u64 {
    match value {
        Value::Null | Value::Bool(true) => 4,
        Value::Bool(false) => 5,
        Value::Number(number) => number.0.len() as u64,
        Value::String(text) => text.len() as u64 + 2,
        Value::Array(items) => items.iter().map(|item| n_bytes(item) + 1).sum::<u64>().max(1) + 1,
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| name.len() as u64 + NAME_BYTES + n_bytes(value));
            members.sum::<u64>().max(1) + 1
        }
    }
}
