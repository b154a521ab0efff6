//! The schemas that validate at run time, numbered for the tables of a language.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::{
    ir::{Graph, ResourceId, SchemaId},
    source::SourceId,
};

use crate::model::by_document;

/// The schemas that tables consist of. A schema with a number has a table of its own, because others refer to it or it has
/// schemas below; a table contains all others in place.
#[derive(Debug)]
pub struct Tables {
    /// Numbers within each document, so that a change of one document does not change the code of others.
    pub numbers: BTreeMap<SchemaId, usize>,
    /// The schemas with a number, by their documents.
    pub by_document: BTreeMap<SourceId, Vec<SchemaId>>,
    /// Numbers of the resources; empty without a dynamic reference, because nothing else compares them.
    pub resources: BTreeMap<ResourceId, u32>,
}

impl Tables {
    /// The tables of `named` and of all schemas that they reach. Each of `named` gets a number.
    #[must_use]
    pub fn of(graph: &Graph, mut named: BTreeSet<SchemaId>) -> Self {
        let mut queue: Vec<SchemaId> = named.iter().copied().collect();
        let mut seen: BTreeSet<SchemaId> = named.clone();
        while let Some(schema) = queue.pop() {
            let keywords = &graph[schema].keywords;
            named.extend(keywords.targets());
            // One line for each schema that has others below reads better than all of them in one.
            named.extend(keywords.children().next().map(|_| schema));
            queue.extend(keywords.children().chain(keywords.targets()).filter(|below| seen.insert(*below)));
        }
        let by_document = by_document(graph, named.into_iter());
        let numbers = by_document.values().flat_map(|schemas| schemas.iter().copied().zip(0..)).collect();
        let mut resources = BTreeMap::new();
        if seen.iter().any(|schema| graph[*schema].keywords.applied.dynamic_reference.is_some()) {
            for schema in &seen {
                let next = resources.len() as u32;
                resources.entry(graph[*schema].resource).or_insert(next);
            }
        }
        Self { numbers, by_document, resources }
    }
}
